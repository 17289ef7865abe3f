/** Tables of name screening (step 90). */
import type { Instant } from './schema.ts';

/** One issue of a list. Of each list one is active. */
export interface ScreeningPackTable {
  id: string;
  org_id: string;
  list_id: string;
  title: string;
  format: string;
  version: string;
  /** Where it came from: an address or a file name. */
  source: string;
  licence: string;
  /** SHA-256 (hex) over the entries in order. */
  hash: string;
  entries: number;
  state: 'loading' | 'active' | 'replaced' | 'removed';
  /** ISO date or instant. */
  published_at: string;
  imported_at: Instant;
  /** base64url raw Ed25519 public key, of a signed pack. */
  signed_by: string | null;
  signature: string | null;
}

/** Some hundred entries: JSON lines, compressed, sealed by the installation key. */
export interface ScreeningChunkTable {
  id: string;
  pack_id: string;
  number: number;
  entries: number;
  sealed: Uint8Array;
}

/** One pass over the stored base; it goes on where it stopped. */
export interface ScreeningRunTable {
  id: string;
  org_id: string;
  /** Id of the pack that caused it, or `asked`. */
  cause: string;
  state: 'pending' | 'running' | 'done' | 'superseded';
  after_at: Instant | null;
  after_id: string | null;
  total: number;
  screened: number;
  unavailable: number;
  hits: number;
  lease_owner: string | null;
  lease_until: Instant | null;
  created_at: Instant;
  updated_at: Instant;
  finished_at: Instant | null;
}

export interface ScreeningHitTable {
  id: string;
  org_id: string;
  customer_id: string;
  case_id: string;
  run_id: string | null;
  pack_id: string;
  list_id: string;
  entry_id: string;
  /** What was compared, on both sides: the same pair is not raised twice. */
  entry_hash: string;
  asked_hash: string;
  score: number;
  /** JSON of `ScreeningHit`, sealed under the customer's key. */
  detail_sealed: Uint8Array;
  state: 'open' | 'confirmed' | 'cleared';
  created_at: Instant;
  decided_at: Instant | null;
}

/** While a row is not lifted, nothing about the customer may rise. */
export interface CustomerFreezeTable {
  org_id: string;
  customer_id: string;
  case_id: string;
  since: Instant;
  lifted_at: Instant | null;
}
