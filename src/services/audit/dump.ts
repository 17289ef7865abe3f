/**
 * The audit log as a file an auditor takes away: one JSON document a line. First a header (form, origin, the keys that sign
 * checkpoints, the last checkpoint), then every row with the checkpoints in their places, then one line that ends it. Rows
 * hold pseudonyms, codes and ids only. Written and read as a stream, so that a million rows need no memory.
 */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { ChainedAuditRow } from '../../core/audit/chain.ts';
import { readNoteKey, type NoteKey } from '../../core/audit/checkpoint.ts';
import { nodesOf } from '../../core/audit/merkle.ts';
import { createLogVerifier, type CheckedPoint, type LogReport, type LogStart } from '../../core/audit/verify-log.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { listCheckpoints, type CheckpointRow } from '../../store/repositories/checkpoints.ts';
import type { Store } from '../../store/open-store.ts';
import { pointOf, startOf } from '../verify-audit.ts';

const format = 'loket-audit/1';
const slice = 5_000;

export interface DumpHeader {
  readonly format: typeof format;
  readonly origin: string;
  /** C2SP verifier keys, newest first. */
  readonly keys: readonly string[];
  readonly exportedAt: string;
  readonly rows: number;
  /** The signed note over all rows of this file. */
  readonly checkpoint: string;
  /** Where retention has removed the oldest rows: the last of them, and the tree's nodes up to it (hex). */
  readonly start?: { readonly seq: number; readonly hash: string; readonly tree: readonly string[] };
}

/** The lines of the file, each with its newline. `header.rows` rows are written, whatever is appended meanwhile. */
export async function* dumpAudit(store: Store, header: Omit<DumpHeader, 'format' | 'start'>): AsyncGenerator<string> {
  const { from, seed = [] } = await startOf(store.db);
  const start = from === undefined ? {} : { start: { ...from, tree: seed.map(({ hash }) => bytesToHex(hash)) } };
  yield line({ format, ...header, ...start });
  let points: readonly CheckpointRow[] = [];
  let after = from?.seq ?? 0;
  while (after < header.rows) {
    const rows = await store.db
      .selectFrom('audit_log')
      .selectAll()
      .where('seq', '>', after)
      .where('seq', '<=', header.rows)
      .orderBy('seq')
      .limit(slice)
      .execute();
    if (rows.length === 0) break;
    points = [...(await listCheckpoints(store.db, after, slice))];
    for (const row of rows) {
      yield line({ row });
      const point = points.find(({ size }) => Number(size) === row.seq);
      if (point !== undefined) yield line({ checkpoint: point.note });
      after = row.seq;
    }
  }
  yield line({ end: { rows: header.rows } });
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

export interface DumpReport extends LogReport {
  readonly origin: string;
  /** `given`: keys the auditor brought. `file`: only the file's own word for them. */
  readonly keysFrom: 'given' | 'file';
}

export interface VerifyDump {
  /** Keys the auditor trusts; none: the file's own. */
  readonly keys?: readonly NoteKey[];
  /** Signed notes kept elsewhere (receipt, hub) that this log must contain. */
  readonly notes?: readonly string[];
}

/** Errors: `payload_unreadable` (not such a file, or it ends too early), `signature_invalid` (a brought note). */
export async function verifyDump(
  lines: AsyncIterable<string>,
  { keys: given, notes = [] }: VerifyDump = {},
): Promise<Result<DumpReport>> {
  let header: DumpHeader | null = null;
  let keys: readonly NoteKey[] = given ?? [];
  let brought: CheckedPoint[] = [];
  let ended = false;
  let number = 0;
  let verifier = createLogVerifier();
  for await (const text of lines) {
    number += 1;
    if (text === '') continue;
    const parsed = parse(text);
    if (parsed === null || ended) return unreadable(number);
    if (header === null) {
      if (!isHeader(parsed)) return fail('payload_unreadable', 'this file is no export of an audit log');
      header = parsed;
      verifier = createLogVerifier(startOfFile(header));
      if (given === undefined) keys = header.keys.flatMap((key) => readNoteKey(key) ?? []);
      const points = notes.map((note) => pointOf(note, keys));
      if (points.some(({ signed }) => !signed))
        return fail('signature_invalid', 'a checkpoint brought along is not signed by a key of this log');
      brought = [...points, pointOf(header.checkpoint, keys)].sort((a, b) => a.size - b.size);
      continue;
    }
    if ('row' in parsed) {
      const row = parsed['row'] as ChainedAuditRow;
      if (!verifier.row(row)) break;
      for (let next = brought[0]; next !== undefined && next.size <= row.seq; next = brought[0]) {
        brought.shift();
        verifier.checkpoint(next);
      }
    } else if ('checkpoint' in parsed) {
      if (!verifier.checkpoint(pointOf(String(parsed['checkpoint']), keys))) break;
    } else if ('end' in parsed) ended = true;
    else return unreadable(number);
  }
  if (header === null) return fail('payload_unreadable', 'this file is empty');
  for (const left of brought) verifier.checkpoint(left);
  const report: DumpReport = {
    ...verifier.report(),
    origin: header.origin,
    keysFrom: given === undefined ? 'file' : 'given',
  };
  return !ended && report.intact ? unreadable(number) : ok(report);
}

/** The nodes need no trust: with them the root of every later checkpoint must come out. */
function startOfFile({ start }: DumpHeader): LogStart {
  if (start === undefined) return {};
  const { seq, hash, tree } = start;
  const nodes = nodesOf({ from: 0, to: seq });
  return {
    from: { seq, hash },
    seed: nodes.map(({ level }, at) => ({ level, hash: hexToBytes(tree[at] ?? '') })),
  };
}

function unreadable(line: number): Result<never> {
  return fail('payload_unreadable', `the file cannot be read at line ${line}: it was cut off or changed`);
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function isHeader(value: Record<string, unknown>): value is Record<string, unknown> & DumpHeader {
  return (
    value['format'] === format &&
    typeof value['origin'] === 'string' &&
    typeof value['checkpoint'] === 'string' &&
    Array.isArray(value['keys']) &&
    isStart(value['start'])
  );
}

function isStart(value: unknown): boolean {
  if (value === undefined) return true;
  const { seq, hash, tree } = (value ?? {}) as { seq?: unknown; hash?: unknown; tree?: unknown };
  const isHash = (text: unknown): boolean => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);
  return (
    Number.isSafeInteger(seq) &&
    Number(seq) > 0 &&
    isHash(hash) &&
    Array.isArray(tree) &&
    tree.every(isHash) &&
    tree.length === nodesOf({ from: 0, to: Number(seq) }).length
  );
}
