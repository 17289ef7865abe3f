/**
 * What a new issue changes of an earlier one, as instructions in the order of the new issue: entries of the earlier one that
 * stay (`{"keep":[first,count]}`, counted from 0), and entries in full. Whoever holds the earlier issue puts the new one
 * together from it, and its hash proves that it is the very same.
 */
import { ListProblem } from '../../connectors/watchlists/list-problem.ts';
import type { ListEntry } from '../../contract/screening.ts';
import { findChunk, type PackRow } from '../../store/repositories/screening-packs.ts';
import { sha256 } from '../../vault/random.ts';
import type { ServiceContext } from '../context.ts';
import { chunkEntries, openChunk } from './list-chunks.ts';

export interface Keep {
  readonly keep: readonly [first: number, count: number];
}

export interface DeltaCount {
  readonly kept: number;
  /** New or changed: they travel in full. */
  readonly sent: number;
  readonly gone: number;
}

/** Where an entry of the earlier issue stands, and what it said. */
export type EarlierIssue = ReadonlyMap<string, { readonly at: number; readonly digest: string }>;

export const entryDigest = (entry: ListEntry): string => sha256(JSON.stringify(entry)).slice(0, 32);

export async function* deltaOf(
  earlier: EarlierIssue,
  entries: AsyncIterable<ListEntry>,
  onCounted: (count: DeltaCount) => void,
): AsyncGenerator<ListEntry | Keep> {
  let [first, count] = [0, 0];
  let [kept, sent, known] = [0, 0, 0];
  for await (const entry of entries) {
    const before = earlier.get(entry.id);
    if (before !== undefined) known += 1;
    const same = before?.digest === entryDigest(entry) ? before.at : null;
    if (same !== null) kept += 1;
    if (same !== null && count > 0 && same === first + count) {
      count += 1;
      continue;
    }
    if (count > 0) yield { keep: [first, count] };
    [first, count] = [same ?? 0, same === null ? 0 : 1];
    if (same !== null) continue;
    sent += 1;
    yield entry;
  }
  if (count > 0) yield { keep: [first, count] };
  onCounted({ kept, sent, gone: earlier.size - known });
}

/** The new issue, from `base` (an issue in the store) and the instructions. Throws `ListProblem`. */
export async function* appliedTo(
  ctx: ServiceContext,
  base: PackRow,
  instructions: AsyncIterable<ListEntry | Keep>,
  most: number,
): AsyncGenerator<ListEntry> {
  let given = 0;
  for await (const one of instructions) {
    given += 'keep' in one ? one.keep[1] : 1;
    if (given > most) throw new ListProblem('list_malformed', 'the pack holds more entries than its head says');
    if ('keep' in one) yield* entriesAt(ctx, base, one.keep);
    else yield one;
  }
}

/** Throws `ListProblem` when the issue does not reach so far, or gave way to another meanwhile. */
export async function* entriesAt(
  ctx: ServiceContext,
  pack: PackRow,
  [first, count]: Keep['keep'],
): AsyncGenerator<ListEntry> {
  for (let at = first; at < first + count;) {
    const number = Math.floor(at / chunkEntries);
    const chunk = await findChunk(ctx.store.db, pack.id, number);
    const entries = chunk === null ? [] : openChunk(ctx.vault, pack.id, number, chunk.sealed);
    const part = entries.slice(at % chunkEntries, (at % chunkEntries) + first + count - at);
    if (part.length === 0) throw new ListProblem('list_truncated', 'a piece of the issue is missing');
    yield* part;
    at += part.length;
  }
}

/** Null: not such an instruction. */
export function readKeep(value: object): Keep | null {
  const { keep } = value as { readonly keep?: unknown };
  if (!Array.isArray(keep) || keep.length !== 2) return null;
  const [first, count] = keep as readonly unknown[];
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count)) return null;
  return (first as number) >= 0 && (count as number) > 0 ? { keep: [first as number, count as number] } : null;
}
