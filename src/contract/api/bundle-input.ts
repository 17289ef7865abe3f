/** A capture bundle as it arrives over HTTP: frames as base64 images instead of their hashes (api-decisions 10). */
import { Type, type Static } from 'typebox';
import { BundleManifestSchema } from '../bundle.ts';

export const maxFrameBytes = 8 * 1024 * 1024;
/** Base64 of a frame at its limit. */
const maxFrameText = Math.ceil(maxFrameBytes / 3) * 4;

export const FrameInput = Type.String({
  minLength: 16,
  maxLength: maxFrameText,
  contentEncoding: 'base64',
  description: 'Base64 of a JPEG or PNG, at most 8 MiB before encoding',
});

const { frames: _hashes, ...signedMembers } = BundleManifestSchema.properties;

export const BundleInputSchema = Type.Object(
  {
    ...signedMembers,
    frames: Type.Array(FrameInput, { minItems: 1, maxItems: 60, description: 'In time order' }),
    signature: Type.String({
      maxLength: 128,
      description:
        'base64url of HMAC-SHA256 (key: `flashChallenge.hmacSecret`, as text) or, with `signatureAlg: ed25519`, of Ed25519, over the RFC 8785 canonical JSON of the bundle without `signature`, each frame replaced by the lower-case hex SHA-256 of its bytes',
    }),
  },
  { additionalProperties: false, title: 'CaptureBundle', description: 'Capture bundle 1.0' },
);
export type BundleInput = Static<typeof BundleInputSchema>;

/** Everything but the frames, which travel as bytes from here on. */
