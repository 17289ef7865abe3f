/** Checks the whole audit log: its hash chain, the head noted beside it, and its signed checkpoints. Reads only. */
import { readCheckpoint, readNoteKey, type NoteKey } from '../core/audit/checkpoint.ts';
import { createLogVerifier, type CheckedPoint, type LogReport, type LogStart } from '../core/audit/verify-log.ts';
import { nodesOf } from '../core/audit/merkle.ts';
import { auditHead } from '../store/audit-log.ts';
import { auditHashes } from '../store/audit-tree.ts';
import type { Store } from '../store/open-store.ts';
import { listCheckpoints, type CheckpointRow } from '../store/repositories/checkpoints.ts';
import type { Db } from '../store/repositories/types.ts';
import { verifyNote } from '../vault/signed-note.ts';

export type { LogReport as AuditReport } from '../core/audit/verify-log.ts';

/** Rows read at once, so that a log of any length fits in memory. */
const defaultSlice = 5_000;

/** `keys`: whose checkpoints count; default the signers noted beside them. `slice`: rows read at once. */
export interface VerifyOptions {
  readonly slice?: number;
  readonly keys?: readonly NoteKey[];
  /** Signed notes kept elsewhere (receipt, hub) that this log must contain. */
  readonly notes?: readonly string[];
}

/**
 * `intact`, number of rows, and, where broken, the `seq` of the first row that does not fit and why. Rows written while
 * this runs are left for the next time. Throws `StoreError`.
 */
export async function verifyAudit(store: Store, options: VerifyOptions = {}): Promise<LogReport> {
  const { db } = store;
  const noted = await auditHead(db);
  const verifier = createLogVerifier({ ...(await startOf(db)), mustContain: noted });
  const brought = (options.notes ?? []).map((note) => pointOf(note, options.keys ?? []));
  const points = [...(await checkedPoints(db, noted.seq, options.keys)), ...brought].sort((a, b) => a.size - b.size);
  for (const point of points) {
    if (!verifier.checkpoint(point)) return verifier.report();
  }
  const slice = options.slice ?? defaultSlice;
  for (let after = 0; ;) {
    const rows = await db
      .selectFrom('audit_log')
      .selectAll()
      .where('seq', '>', after)
      .where('seq', '<=', noted.seq)
      .orderBy('seq')
      .limit(slice)
      .execute();
    for (const row of rows) {
      if (!verifier.row(row)) return verifier.report();
    }
    const last = rows.at(-1);
    if (last === undefined) return verifier.report();
    after = last.seq;
  }
}

/** Where retention has removed the oldest rows: the tree's tiles remember them, and `audit.purged` says up to where. */
export async function startOf(db: Db): Promise<LogStart> {
  const row = await db.selectFrom('installation').select('value').where('key', '=', 'audit.purged').executeTakeFirst();
  if (row === undefined) return {};
  const from = JSON.parse(row.value) as { seq: number; hash: string };
  const nodes = nodesOf({ from: 0, to: from.seq });
  const ranges = nodes.map(({ level, index }) => ({ from: index * 2 ** level, to: (index + 1) * 2 ** level }));
  const hashes = (await auditHashes(db, ranges)) ?? [];
  return { from, seed: nodes.flatMap(({ level }, at) => (hashes[at] ? [{ level, hash: hashes[at] }] : [])) };
}

async function checkedPoints(db: Db, upTo: number, keys?: readonly NoteKey[]): Promise<readonly CheckedPoint[]> {
  const points: CheckedPoint[] = [];
  for (let after = 0; ;) {
    const rows = await listCheckpoints(db, after, 1_000);
    points.push(...rows.map((row) => checkPoint(row, keys)));
    const last = rows.at(-1);
    if (last === undefined) break;
    after = Number(last.size);
  }
  // One made while this runs covers rows that are left for the next time.
  return points.filter(({ size }, index) => size <= upTo || index === points.length - 1);
}

function checkPoint(row: CheckpointRow, keys?: readonly NoteKey[]): CheckedPoint {
  const noted = readNoteKey(row.signer);
  const point = pointOf(row.note, keys ?? (noted === null ? [] : [noted]));
  const size = Number(row.size);
  return { ...point, size, signed: point.signed && point.size === size };
}

/** A signed note as a point the log must pass through. */
export function pointOf(note: string, keys: readonly NoteKey[]): CheckedPoint {
  const checked = verifyNote(note, keys);
  const checkpoint = checked === null ? null : readCheckpoint(checked.note.text);
  if (checkpoint === null) return { size: 0, root: new Uint8Array(), signed: false };
  return { size: checkpoint.size, root: checkpoint.root, signed: true };
}
