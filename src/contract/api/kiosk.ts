/** Desk delivery beyond the single request: sealed envelopes, resumable uploads, checkpoints of desks, and the audit proofs. */
import { Type } from 'typebox';
import { Sha256Hex } from '../bundle.ts';
import { Id, Instant } from './common.ts';

const closed = { additionalProperties: false } as const;
export const maxEnvelopeBytes = 64 * 1024 * 1024;
export const maxPartBytes = 1024 * 1024;

const DeskId = Type.String({ minLength: 3, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' });
const Nonce = Type.String({ minLength: 8, maxLength: 64 });
const Base64 = (bytes: number) =>
  Type.String({ minLength: 4, maxLength: Math.ceil(bytes / 3) * 4, pattern: '^[A-Za-z0-9+/]+={0,2}$' });

export const EnvelopeBody = Type.Object(
  {
    deskId: DeskId,
    nonce: Nonce,
    envelope: Base64(maxPartBytes),
  },
  { ...closed, description: 'A capture sealed to the hub (`LKT1`: HPKE-wrapped key, AES-256-GCM)' },
);

export const UploadBody = Type.Object(
  {
    deskId: DeskId,
    nonce: Nonce,
    size: Type.Integer({ minimum: 1, maximum: maxEnvelopeBytes, description: 'Bytes of the whole envelope' }),
    sha256: Sha256Hex,
  },
  closed,
);
export const UploadSchema = Type.Object(
  {
    id: Id,
    size: Type.Integer(),
    received: Type.Integer({ description: 'Bytes held; the next part begins here' }),
  },
  { ...closed, title: 'Upload' },
);
export const UploadPartBody = Type.Object(
  { start: Type.Integer({ minimum: 0, maximum: maxEnvelopeBytes }), bytes: Base64(maxPartBytes) },
  closed,
);

const Note = Type.String({ minLength: 10, maxLength: 4096, description: 'C2SP signed note' });
const HashHex = Type.String({ pattern: '^[0-9a-f]{64}$' });

export const DeskCheckpointBody = Type.Object(
  {
    deskId: DeskId,
    note: Note,
    oldSize: Type.Integer({ minimum: 0, description: 'Size of the checkpoint cosigned last; 0 for none' }),
    proof: Type.Array(HashHex, { maxItems: 64, description: 'Consistency proof from it (RFC 9162)' }),
  },
  closed,
);
export const CosignedSchema = Type.Object(
  { note: Note, size: Type.Integer() },
  { ...closed, title: 'CosignedCheckpoint' },
);

export const CheckpointSchema = Type.Object(
  {
    size: Type.Integer({ description: 'Rows covered' }),
    root: HashHex,
    note: Note,
    key: Type.String({ description: 'C2SP verifier key of the signer' }),
    createdAt: Instant,
  },
  { ...closed, title: 'Checkpoint' },
);
export const InclusionQuery = Type.Object(
  { seq: Type.Integer({ minimum: 1 }), size: Type.Optional(Type.Integer({ minimum: 1 })) },
  closed,
);
export const InclusionProofSchema = Type.Object(
  {
    seq: Type.Integer(),
    size: Type.Integer(),
    hash: Type.String({ description: 'Chain hash of the row: what the leaf is made of' }),
    path: Type.Array(HashHex),
    root: HashHex,
  },
  { ...closed, title: 'InclusionProof' },
);
export const ConsistencyQuery = Type.Object(
  { from: Type.Integer({ minimum: 1 }), to: Type.Optional(Type.Integer({ minimum: 1 })) },
  closed,
);
export const ConsistencyProofSchema = Type.Object(
  { from: Type.Integer(), to: Type.Integer(), oldRoot: HashHex, root: HashHex, path: Type.Array(HashHex) },
  { ...closed, title: 'ConsistencyProof' },
);

export const DeskLinkSchema = Type.Object(
  {
    certificate: Type.String({ description: 'PEM, for the TLS key sent along' }),
    authority: Type.String({ description: 'PEM of the hub’s authority for its desks' }),
    transportKey: Type.String({ description: 'X25519, base64url: captures are sealed to it on their way' }),
    hubKey: Type.String({ description: 'C2SP verifier key of the hub’s cosignatures' }),
  },
  { ...closed, title: 'DeskLink' },
);
