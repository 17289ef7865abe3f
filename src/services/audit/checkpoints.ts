/**
 * Signed checkpoints of this installation's audit log, and proofs against them. A checkpoint says how many rows the log had
 * and what the root of its Merkle tree was; who keeps one (a receipt, a hub, an auditor) can later show that rows were
 * changed, removed or never told him.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { consistencyRanges, inclusionRanges } from '../../core/audit/merkle.ts';
import { writeCheckpoint, writeNoteKey, type NoteKey } from '../../core/audit/checkpoint.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { auditHashes, auditTreeSize, growAuditTree } from '../../store/audit-tree.ts';
import { insertCheckpoint, latestCheckpoint, type CheckpointRow } from '../../store/repositories/checkpoints.ts';
import type { Db } from '../../store/repositories/types.ts';
import { logKey, signNote } from '../../vault/signed-note.ts';
import type { Vault } from '../../vault/vault.ts';
import { instant, type ServiceContext } from '../context.ts';

export interface CheckpointView {
  /** Rows covered. */
  readonly size: number;
  /** Hex. */
  readonly root: string;
  /** C2SP signed note. */
  readonly note: string;
  /** C2SP verifier key of the signer. */
  readonly key: string;
  readonly createdAt: string;
}

type Parts = Pick<ServiceContext, 'store' | 'vault' | 'clock'>;

/** Origin and key name of a log: schema-less, without spaces and plus. */
export function logName(deskId: string): string {
  return `loket/${deskId}`;
}

/** Keys that may have signed checkpoints of this installation's log, newest first. */
export function logKeys(vault: Pick<Vault, 'desk'>): readonly NoteKey[] {
  const { desk } = vault;
  return desk.publicKeys.map((key) => logKey(logName(desk.id), key));
}

export function checkpointView(row: CheckpointRow): CheckpointView {
  return { size: Number(row.size), root: row.root, note: row.note, key: row.signer, createdAt: row.created_at };
}

/**
 * A checkpoint over all rows there are; the last one again when none was added since. Costs what was added. Errors:
 * `audit_broken` when a row is missing, `not_found` for an empty log.
 */
export async function makeCheckpoint(ctx: Parts): Promise<Result<CheckpointView>> {
  return ctx.store.transaction((trx) => checkpointWithin(ctx, trx));
}

async function checkpointWithin(ctx: Parts, trx: Db): Promise<Result<CheckpointView>> {
  const size = await growAuditTree(trx);
  if (size === null) return fail('audit_broken', 'A row of the audit log is missing: run `loket audit verify`.');
  if (size === 0) return fail('not_found', 'The audit log is empty.');
  const last = await latestCheckpoint(trx);
  if (last !== null && Number(last.size) === size) return ok(checkpointView(last));
  const [root] = (await auditHashes(trx, [{ from: 0, to: size }])) ?? [];
  if (root === undefined) return fail('audit_broken', 'The audit tree is incomplete: run `loket audit verify`.');
  const { desk } = ctx.vault;
  const origin = logName(desk.id);
  const row: CheckpointRow = {
    size,
    root: bytesToHex(root),
    note: signNote(writeCheckpoint({ origin, size, root, extensions: [] }), origin, desk),
    signer: writeNoteKey(logKey(origin, desk.publicKey)),
    created_at: instant(ctx),
  };
  await insertCheckpoint(trx, row);
  return ok(checkpointView(row));
}

export interface InclusionProof {
  /** The row's number; its leaf is `seq` − 1. */
  readonly seq: number;
  readonly size: number;
  /** Chain hash of the row: what the leaf is made of. */
  readonly hash: string;
  /** Hex, from the leaf upwards (RFC 9162 section 2.1.3). */
  readonly path: readonly string[];
  readonly root: string;
}

/** Errors: `not_found` for a row or size the tree does not have. */
export async function proveInclusion(ctx: Parts, seq: number, size?: number): Promise<Result<InclusionProof>> {
  const { db } = ctx.store;
  const treeSize = size ?? Number((await latestCheckpoint(db))?.size ?? 0);
  const held = await auditTreeSize(db);
  const row = await db.selectFrom('audit_log').select('hash').where('seq', '=', seq).executeTakeFirst();
  if (row === undefined || seq > treeSize || treeSize > held)
    return fail('not_found', 'no such row under a checkpoint of that size');
  const ranges = [...inclusionRanges(seq - 1, treeSize), { from: 0, to: treeSize }];
  const hashes = (await auditHashes(db, ranges))?.map(bytesToHex);
  const root = hashes?.pop();
  if (hashes === undefined || root === undefined) return fail('not_found', 'the tree does not reach that far');
  return ok({ seq, size: treeSize, hash: row.hash, path: hashes, root });
}

export interface ConsistencyProof {
  readonly from: number;
  readonly to: number;
  readonly oldRoot: string;
  readonly root: string;
  /** Hex (RFC 9162 section 2.1.4). */
  readonly path: readonly string[];
}

/** Errors: `not_found` for sizes the tree does not have. */
export async function proveConsistency(ctx: Parts, from: number, to?: number): Promise<Result<ConsistencyProof>> {
  const { db } = ctx.store;
  const size = to ?? Number((await latestCheckpoint(db))?.size ?? 0);
  if (from < 1 || from > size || size > (await auditTreeSize(db)))
    return fail('not_found', 'no checkpoints of those sizes');
  const whole = [
    { from: 0, to: from },
    { from: 0, to: size },
  ];
  const hashes = (await auditHashes(db, [...whole, ...consistencyRanges(from, size)]))?.map(bytesToHex);
  const [oldRoot, root, ...path] = hashes ?? [];
  if (oldRoot === undefined || root === undefined) return fail('not_found', 'the tree does not reach that far');
  return ok({ from, to: size, oldRoot, root, path });
}
