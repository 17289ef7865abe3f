/** Step 80: keys of desks and head offices, bundles handed out as files, and how long records live. */
import type { Instant, Json } from './schema.ts';

/** Keys a desk signed with; bundles of before a rotation are checked with them. */
export interface DeskSigningKeyTable {
  desk_id: string;
  /** base64url raw Ed25519. */
  public_key: string;
  org_id: string;
  valid_from: Instant;
  valid_until: Instant | null;
}

export interface HeadOfficeKeyTable {
  org_id: string;
  /** First 16 hex digits of the key's SHA-256. */
  key_id: string;
  /** base64url X25519. */
  public_key: string;
  registered_at: Instant;
  retired_at: Instant | null;
}

/** A customer's data key sealed to head office (HPKE). */
export interface HeadOfficeWrapTable {
  customer_id: string;
  key_id: string;
  org_id: string;
  wrapped: Uint8Array;
  created_at: Instant;
}

export interface BundleExportTable {
  id: string;
  org_id: string;
  customer_id: string;
  nonce: string;
  key_id: string | null;
  exported_at: Instant;
}

/** Who was refused and never became a customer: a retention class of its own. */
export interface RefusedApplicantTable {
  customer_id: string;
  org_id: string;
  refused_at: Instant;
  expires_at: Instant;
}

/** What the retention job may delete, signed before it deletes. Append-only. */
export interface RetentionCheckpointTable {
  id: string;
  kind: 'audit' | 'records';
  audit_seq: number;
  before: Instant;
  statement: Json;
  signature: string;
  public_key: string;
  created_at: Instant;
}

/** Step 81. Each line names the one before by hash. Append-only. */
export interface ErasureJournalTable {
  seq: number;
  kind: 'erased' | 'key';
  erasure_id: string | null;
  /** Exactly as in the file, without the line break. */
  line: string;
  created_at: Instant;
}
