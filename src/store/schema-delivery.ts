/** The tables of delivery and of the audit tree (steps 85 and 86). */
import type { Instant, Json } from './schema.ts';

/** Up to 256 hashes of the tree side by side; `level` counts in steps of eight. */
export interface AuditTileTable {
  level: number;
  tile: number;
  hashes: Uint8Array;
}

export interface AuditCheckpointTable {
  /** Rows of the log it covers. */
  size: number;
  /** Hex. */
  root: string;
  /** The signed note, later with the hub's cosignature. */
  note: string;
  /** Verifier key of who signed. */
  signer: string;
  created_at: Instant;
}

/** An object outside the database, from before it is written until after it is gone (`0160-blob-objects.ts`). */
export interface BlobObjectTable {
  key: string;
  org_id: string;
  /** `BlobPlace.name` it was written to. */
  place: string;
  /** `staged`: no record of it yet; `doomed`: to be removed. */
  state: 'staged' | 'kept' | 'doomed';
  /** Hex, of the sealed bytes. */
  sha256: string;
  size: number;
  created_at: Instant;
  /** When a staged one counts as abandoned, a doomed one is next tried; '' = at once. */
  due_at: Instant;
  attempts: number;
  last_error: string | null;
}

/** A desk's checkpoint as this hub cosigned it. */
export interface DeskCheckpointTable {
  desk_id: string;
  size: number;
  org_id: string;
  root: string;
  note: string;
  seen_at: Instant;
}

export interface DeskUploadTable {
  id: string;
  org_id: string;
  desk_id: string;
  nonce: string;
  size: number;
  /** Of the whole, as the desk announced it. */
  sha256: string;
  /** Bytes held: the next part begins here. */
  received: number;
  created_at: Instant;
  updated_at: Instant;
}

export interface DeskUploadPartTable {
  upload_id: string;
  start: number;
  bytes: Uint8Array;
}

/** A link of a desk's chain of bundles: one for each counter, for ever. */
export interface DeskBundleTable {
  desk_id: string;
  counter: number;
  org_id: string;
  nonce: string;
  bundle_hash: string;
  previous_hash: string | null;
  received_at: Instant;
}

export interface DeskCertificateTable {
  /** SHA-256 (hex) of the certificate's DER. */
  fingerprint: string;
  org_id: string;
  desk_id: string;
  issued_at: Instant;
  expires_at: Instant;
  revoked_at: Instant | null;
}

export interface DeskReversalTable {
  id: string;
  org_id: string;
  customer_id: string;
  operator_id: string;
  nonce: string;
  from_outcome: string;
  to_outcome: string;
  reasons: Json;
  created_at: Instant;
  closed_at: Instant | null;
  closed_by: string | null;
}

export interface DeskOutcomeTable {
  nonce: string;
  org_id: string;
  operator_id: string;
  outcome: string;
  created_at: Instant;
}

export interface DeliveryTables {
  audit_tiles: AuditTileTable;
  blob_objects: BlobObjectTable;
  audit_checkpoints: AuditCheckpointTable;
  desk_checkpoints: DeskCheckpointTable;
  desk_uploads: DeskUploadTable;
  desk_upload_parts: DeskUploadPartTable;
  desk_bundles: DeskBundleTable;
  desk_certificates: DeskCertificateTable;
  desk_reversals: DeskReversalTable;
  desk_outcomes: DeskOutcomeTable;
}
