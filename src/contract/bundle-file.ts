/**
 * A capture as a file for auditors and head office: a signed header anybody can check, and the sealed envelope exactly as
 * the desk stored it. Layout: `LKB1` ‖ length of the header (4 bytes, big-endian) ‖ header (RFC 8785 canonical JSON,
 * UTF-8) ‖ envelope. Described with vectors in the vault's README.
 */
import { Type, type Static } from 'typebox';
import { IsoInstant, Sha256Hex } from './bundle.ts';
import { captureKinds, oneOf } from './vocabulary.ts';

const closed = { additionalProperties: false } as const;
const PublicKey = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });
const Signature = Type.String({ pattern: '^[A-Za-z0-9_-]{86}$' });

export const bundleFileVersion = 1;

export const BundleFileHeaderSchema = Type.Object(
  {
    format: Type.Literal('loket-bundle'),
    version: Type.Literal(bundleFileVersion),
    orgId: Type.String({ maxLength: 64 }),
    customerId: Type.String({ maxLength: 64 }),
    nonce: Type.String({ minLength: 8, maxLength: 64 }),
    kind: oneOf(captureKinds),
    capturedAt: IsoInstant,
    exportedAt: IsoInstant,
    desk: Type.Object(
      {
        id: Type.String({ maxLength: 64 }),
        /** Signed the capture. */
        publicKey: PublicKey,
        /** Signs this header: the same, or the key that replaced it. */
        headerKey: PublicKey,
      },
      closed,
    ),
    /** SHA-256 of the capture's signed bytes, and their signature: both are found again inside the envelope. */
    bundleHash: Sha256Hex,
    bundleSignature: Signature,
    counter: Type.Integer({ minimum: 1 }),
    previousBundleHash: Type.Union([Sha256Hex, Type.Null()]),
    envelope: Type.Object({ size: Type.Integer({ minimum: 1 }), sha256: Sha256Hex }, closed),
    /** The envelope's content key for each reader (HPKE, base64). */
    recipients: Type.Array(
      Type.Object(
        { keyId: Type.String({ pattern: '^[0-9a-f]{16}$' }), sealedKey: Type.String({ maxLength: 200 }) },
        closed,
      ),
      { maxItems: 8 },
    ),
    /** base64url Ed25519 by `desk.headerKey` over the canonical JSON of the rest. */
    signature: Signature,
  },
  closed,
);
export type BundleFileHeader = Static<typeof BundleFileHeaderSchema>;
