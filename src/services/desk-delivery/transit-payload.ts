/** A capture on its way to the hub: msgpack of the head, the signed manifest and the frames as they came from the camera. */
import { decode, Encoder } from '@msgpack/msgpack';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { BundleManifestSchema, type DeskCapture } from '../../contract/bundle.ts';
import { captureKinds, oneOf, riskLevels } from '../../contract/vocabulary.ts';

const Bytes = Type.Unsafe<Uint8Array>(Type.Any());
const TransitSchema = Type.Object(
  {
    version: Type.Literal(1),
    kind: oneOf(captureKinds),
    customerId: Type.String({ maxLength: 64 }),
    nonce: Type.String({ maxLength: 64 }),
    riskLevel: Type.Optional(oneOf(riskLevels)),
    actionLabel: Type.Optional(Type.String({ maxLength: 200 })),
    trigger: Type.Optional(Type.String({ maxLength: 200 })),
    manifest: BundleManifestSchema,
    frames: Type.Array(Bytes, { maxItems: 60 }),
  },
  { additionalProperties: false },
);

export function encodeTransit({ bundle, ...head }: DeskCapture): Uint8Array {
  const initialBufferSize = 16_384 + bundle.frames.reduce((sum, frame) => sum + frame.length + 8, 0);
  return new Encoder({ ignoreUndefined: true, initialBufferSize }).encode({
    version: 1,
    ...head,
    manifest: bundle.manifest,
    frames: bundle.frames,
  });
}

/** Null when the bytes are no capture of a version this program knows. */
export function decodeTransit(bytes: Uint8Array): DeskCapture | null {
  try {
    const decoded: unknown = decode(bytes);
    if (!Value.Check(TransitSchema, decoded) || !decoded.frames.every((frame) => frame instanceof Uint8Array))
      return null;
    const { version: _version, manifest, frames, ...head } = decoded;
    return { ...head, bundle: { manifest, frames } };
  } catch {
    return null;
  }
}

/** What an envelope is bound to: it opens as this desk's capture of this nonce only. */
export function transitAbout(deskId: string, nonce: string): readonly string[] {
  return ['capture', deskId, nonce];
}
