/**
 * The audit log as a hash chain: each row's hash covers the row and the hash before it, so that a row changed, dropped,
 * added or moved breaks every later hash (after Schneier & Kelsey, "Secure Audit Logs", 1999). What a chain alone cannot
 * show is a cut-off tail: for that the verifier takes a head noted elsewhere (a receipt, a signed checkpoint).
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';

/** The hashed members of a row of `audit_log`; `detail` is the JSON text exactly as stored. */
export interface AuditRow {
  readonly seq: number;
  readonly id: string;
  readonly org_id: string;
  readonly event: string;
  readonly actor_kind: string;
  readonly actor_id: string | null;
  readonly subject: string | null;
  readonly object_id: string | null;
  readonly detail: string;
  readonly occurred_at: string;
}

export interface ChainedAuditRow extends AuditRow {
  readonly prev_hash: string;
  readonly hash: string;
}

/** A point of the chain: the row's number and its hash. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

export interface ChainReport {
  readonly intact: boolean;
  /** Rows looked at, the broken one included. */
  readonly rows: number;
  /** `seq` of the first row that does not fit. */
  readonly brokenAt?: number;
  readonly problem?: 'order' | 'link' | 'content' | 'head_missing';
  readonly head: ChainHead;
}

const domain = 'loket.audit.v1\n';

/** `prev_hash` of the very first row: SHA-256 of the domain alone, so that an empty chain has a head too. */
export const genesisHash: string = bytesToHex(sha256(utf8ToBytes(domain)));
export const genesisHead: ChainHead = { seq: 0, hash: genesisHash };

/**
 * SHA-256 (hex) over the RFC 8785 canonical JSON of the row and the previous row's hash. Only the members named in
 * `AuditRow` count, whatever else the object carries.
 */
export function auditHash(previousHash: string, row: AuditRow): string {
  const { seq, id, org_id, event, actor_kind, actor_id, subject, object_id, detail, occurred_at } = row;
  const leaf = {
    prev: previousHash,
    seq,
    id,
    org_id,
    event,
    actor_kind,
    actor_id,
    subject,
    object_id,
    detail,
    occurred_at,
  };
  return bytesToHex(sha256(utf8ToBytes(domain + canonicalize(leaf))));
}

export interface ChainVerifier {
  /** Takes the next row by `seq`; false once the chain is broken (later rows are ignored). */
  push(row: ChainedAuditRow): boolean;
  report(): ChainReport;
}

/**
 * Checks a chain row by row, for logs too long to hold in memory.
 * `from`: the head the first row must follow (the genesis, or a signed checkpoint after retention).
 * `mustContain`: a head noted earlier that the chain must still hold.
 */
export function createChainVerifier(options: { from?: ChainHead; mustContain?: ChainHead } = {}): ChainVerifier {
  const wanted = options.mustContain;
  let head = options.from ?? genesisHead;
  let rows = 0;
  let broken: Pick<ChainReport, 'brokenAt' | 'problem'> | null = null;
  let seen = wanted === undefined || (wanted.seq === head.seq && wanted.hash === head.hash);

  function problemOf(row: ChainedAuditRow): ChainReport['problem'] | null {
    if (row.seq <= head.seq) return 'order';
    if (row.prev_hash !== head.hash) return 'link';
    return auditHash(row.prev_hash, row) === row.hash ? null : 'content';
  }

  return {
    push(row) {
      if (broken !== null) return false;
      rows += 1;
      const problem = problemOf(row);
      if (problem) {
        broken = { brokenAt: row.seq, problem };
        return false;
      }
      head = { seq: row.seq, hash: row.hash };
      if (wanted !== undefined && wanted.seq === head.seq && wanted.hash === head.hash) seen = true;
      return true;
    },
    report() {
      if (broken !== null) return { intact: false, rows, ...broken, head };
      if (!seen && wanted !== undefined)
        return { intact: false, rows, brokenAt: wanted.seq, problem: 'head_missing', head };
      return { intact: true, rows, head };
    },
  };
}

/** Checks a whole chain in order of `seq`, from the genesis or from a checkpoint. An empty chain is intact. */
export function verifyChain(
  rows: Iterable<ChainedAuditRow>,
  options: { from?: ChainHead; mustContain?: ChainHead } = {},
): ChainReport {
  const verifier = createChainVerifier(options);
  for (const row of rows) {
    if (!verifier.push(row)) break;
  }
  return verifier.report();
}
