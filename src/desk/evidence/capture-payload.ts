/**
 * What lies inside a capture's envelope: msgpack of the signed bytes exactly as they were signed, the signature, and the
 * frames exactly as they came from the camera. Nothing is parsed and written anew on the way, so that a signature checked
 * years later is checked over the very same bytes.
 */
import { decode, Encoder } from '@msgpack/msgpack';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { BundleManifestSchema, type BundleManifest, type DeskCapture } from '../../contract/bundle.ts';
import { captureKinds, oneOf, riskLevels } from '../../contract/vocabulary.ts';
import { signedBytes } from '../../vault/bundle-signing.ts';

const Bytes = Type.Unsafe<Uint8Array>(Type.Any());
const PayloadSchema = Type.Object(
  {
    version: Type.Literal(1),
    kind: oneOf(captureKinds),
    customerId: Type.String(),
    nonce: Type.String(),
    riskLevel: Type.Optional(oneOf(riskLevels)),
    actionLabel: Type.Optional(Type.String()),
    trigger: Type.Optional(Type.String()),
    signed: Bytes,
    signature: Type.String(),
    frames: Type.Array(Bytes),
  },
  { additionalProperties: false },
);

/**
 * The payload in pieces, to be sealed one after the other: the frames are handed on as they are, never copied. `signed`:
 * the manifest's signed bytes, where the caller has them.
 */
export function encodeCapture(
  capture: DeskCapture,
  signed: Uint8Array = signedBytes(capture.bundle.manifest),
): readonly Uint8Array[] {
  const { bundle, ...head } = capture;
  const fields = { version: 1, ...head, signed, signature: bundle.manifest.signature ?? '', frames: [] };
  const encoded = new Encoder({ ignoreUndefined: true, initialBufferSize: 4_096 + signed.length }).encode(fields);
  // The last byte says "an array of none": the frames' own header takes its place.
  const pieces: Uint8Array[] = [encoded.subarray(0, -1), arrayHeader(bundle.frames.length)];
  for (const frame of bundle.frames) pieces.push(binaryHeader(frame.length), frame);
  return pieces;
}

/** msgpack: fixarray to 15, else array 16. */
function arrayHeader(count: number): Uint8Array {
  return Uint8Array.from(count < 16 ? [0x90 | count] : [0xdc, count >> 8, count & 0xff]);
}

/** msgpack: bin 8, 16 or 32, the shortest that fits. */
function binaryHeader(length: number): Uint8Array {
  if (length < 0x100) return Uint8Array.from([0xc4, length]);
  if (length < 0x1_0000) return Uint8Array.from([0xc5, length >> 8, length & 0xff]);
  const header = new Uint8Array(5);
  header[0] = 0xc6;
  new DataView(header.buffer).setUint32(1, length);
  return header;
}

/** `null` when the bytes are not a capture of a version this program knows. */
export function decodeCapture(payload: Uint8Array): DeskCapture | null {
  try {
    const decoded: unknown = decode(payload);
    if (!Value.Check(PayloadSchema, decoded)) return null;
    const { version: _version, signed, signature, frames, ...head } = decoded;
    if (![signed, ...frames].every((bytes) => bytes instanceof Uint8Array)) return null;
    const manifest: unknown = { ...(JSON.parse(new TextDecoder().decode(signed)) as object), signature };
    if (!Value.Check(BundleManifestSchema, manifest)) return null;
    return sameBytes(signedBytes(manifest), signed) ? { ...head, bundle: { manifest, frames } } : null;
  } catch {
    return null;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

const compiledManifest = Compile(BundleManifestSchema);

export function isManifest(value: unknown): value is BundleManifest {
  return compiledManifest.Check(value);
}
