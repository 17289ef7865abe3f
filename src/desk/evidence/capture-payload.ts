/**
 * What lies inside a capture's envelope: msgpack of the signed bytes exactly as they were signed, the signature, and the
 * frames exactly as they came from the camera. Nothing is parsed and written anew on the way, so that a signature checked
 * years later is checked over the very same bytes.
 */
import { decode, Encoder } from '@msgpack/msgpack';
import { Type } from 'typebox';
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

export function encodeCapture(capture: DeskCapture): Uint8Array {
  const { bundle, ...head } = capture;
  const signed = signedBytes(bundle.manifest);
  const initialBufferSize = 4_096 + signed.length + bundle.frames.reduce((sum, frame) => sum + frame.length + 8, 0);
  // One buffer of the right size, handed on as it is: frames are copied once on their way into the seal.
  return new Encoder({ ignoreUndefined: true, initialBufferSize }).encodeSharedRef({
    version: 1,
    ...head,
    signed,
    signature: bundle.manifest.signature ?? '',
    frames: bundle.frames,
  });
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

export function isManifest(value: unknown): value is BundleManifest {
  return Value.Check(BundleManifestSchema, value);
}
