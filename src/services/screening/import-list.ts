/**
 * A new issue of a list: read piece by piece into rows nobody sees, then put in force by one small transaction together
 * with the run over the stored base that it causes. A file that breaks off anywhere changes nothing.
 */
import { basename } from 'node:path';
import { ListProblem } from '../../connectors/watchlists/list-problem.ts';
import type { ListHeader, RawEntry } from '../../connectors/watchlists/raw-entry.ts';
import { readList } from '../../connectors/watchlists/read-list.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { ListEntry, ListFormat } from '../../contract/screening.ts';
import {
  activePacks,
  changePack,
  dropLoading,
  insertChunk,
  insertPack,
  retireActive,
  type PackRow,
} from '../../store/repositories/screening-packs.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { chunkEntries, chunkId, EntriesHash, entryId, sealChunk } from './list-chunks.ts';
import { queueRun } from './queue-run.ts';

export interface ListImport {
  readonly path: string;
  readonly format: ListFormat;
  /** Default: the format's name. Lower-case letters, digits and dashes. */
  readonly listId?: string | undefined;
  readonly title?: string | undefined;
  /** ISO date; default: what the file says, else today. */
  readonly publishedAt?: string | undefined;
  readonly source?: string | undefined;
  readonly licence?: string | undefined;
  readonly onProgress?: (entries: number) => void;
}

export interface ListImported {
  readonly packId: string;
  readonly listId: string;
  readonly version: string;
  readonly entries: number;
  readonly hash: string;
  readonly publishedAt: string;
  /** The same issue was in force already: it is confirmed as current, nothing else changed. */
  readonly unchanged: boolean;
  readonly runId: string | null;
}

/** How many entries of a file may repeat an id before it is taken for broken: none; ids are made unique by their order. */
const listIdShape = /^[a-z0-9][a-z0-9-]{1,39}$/u;

const licences: Readonly<Record<ListFormat, string>> = {
  'opensanctions-simple': 'CC BY-NC 4.0: non-commercial use; a bank needs a data licence of OpenSanctions',
  ftm: 'CC BY-NC 4.0: non-commercial use; a bank needs a data licence of OpenSanctions',
  'ofac-csv': 'public domain (work of the United States government)',
  'ofac-xml': 'public domain (work of the United States government)',
  un: 'terms of use of the United Nations',
  eu: 'reuse permitted with acknowledgement (European Commission)',
  dttot: 'issued to obliged parties; not for publication',
  dppspm: 'issued to obliged parties; not for publication',
  'loket-csv': "the bank's own",
};

/** Errors: `validation_failed`, and the codes of `ListProblem` with `details.line`. */
export async function importList(ctx: ServiceContext, actor: Actor, input: ListImport): Promise<Result<ListImported>> {
  const listId = input.listId ?? input.format;
  if (!listIdShape.test(listId))
    return fail('validation_failed', 'the id of a list is 2 to 40 lower-case letters, digits and dashes');
  if (input.publishedAt !== undefined && Number.isNaN(Date.parse(input.publishedAt)))
    return fail('validation_failed', 'the date of publication is an ISO date');
  const header: ListHeader = { publishedAt: null };
  try {
    const entries = named(listId, readList(input.format, input.path, header));
    return await storeEntries(ctx, actor, listId, entries, (now) => ({
      title: input.title ?? listId,
      format: input.format,
      source: input.source ?? basename(input.path),
      licence: input.licence ?? licences[input.format],
      published_at: input.publishedAt ?? header.publishedAt ?? now.slice(0, 10),
      signed_by: null,
      signature: null,
      confirmedAt: now,
      ...(input.onProgress === undefined ? {} : { onProgress: input.onProgress }),
    }));
  } catch (error) {
    if (!(error instanceof ListProblem)) throw error;
    return asFailure(error);
  }
}

export function asFailure(problem: ListProblem): Result<never> {
  const where = problem.line === null ? '' : `line ${problem.line}: `;
  return fail(problem.code, `${where}${problem.message}`, problem.line === null ? undefined : { line: problem.line });
}

/** Entries with their ids; a publisher's id that comes twice is told apart by its turn. */
async function* named(listId: string, raws: AsyncIterable<RawEntry>): AsyncGenerator<ListEntry> {
  const seen = new Map<string, number>();
  for await (const raw of raws) {
    const turn = seen.get(raw.sourceId) ?? 0;
    seen.set(raw.sourceId, turn + 1);
    const sourceId = turn === 0 ? raw.sourceId : `${raw.sourceId}#${turn}`;
    yield { id: entryId(listId, sourceId), listId, ...raw, sourceId };
  }
}

export interface IssueFacts extends Pick<
  PackRow,
  'title' | 'format' | 'source' | 'licence' | 'published_at' | 'signed_by' | 'signature'
> {
  readonly confirmedAt: string;
  readonly onProgress?: (entries: number) => void;
}

/** `facts` is asked when the last entry has been read: only then a file has told its date. */
export async function storeEntries(
  ctx: ServiceContext,
  actor: Actor,
  listId: string,
  entries: AsyncIterable<ListEntry>,
  facts: (now: string) => IssueFacts,
  expectedHash?: string,
): Promise<Result<ListImported>> {
  const packId = ctx.ids.next('lst');
  const now = instant(ctx);
  await ctx.store.transaction(async (trx) => {
    await dropLoading(trx, actor.orgId, listId);
    await insertPack(trx, loadingRow(packId, actor.orgId, listId, now));
  });
  try {
    const { count, hash } = await writeChunks(ctx, packId, entries, facts(now).onProgress);
    if (count === 0) throw new ListProblem('list_empty', 'the file holds no entry');
    if (expectedHash !== undefined && expectedHash !== hash)
      throw new ListProblem('list_malformed', 'the entries are not those that were signed');
    return ok(await putInForce(ctx, actor, packId, listId, count, hash, facts(now)));
  } catch (error) {
    await ctx.store.transaction((trx) => dropLoading(trx, actor.orgId, listId));
    throw error;
  }
}

function loadingRow(id: string, orgId: string, listId: string, now: string): PackRow {
  return {
    id,
    org_id: orgId,
    list_id: listId,
    title: '',
    format: '',
    version: '',
    source: '',
    licence: '',
    hash: '',
    entries: 0,
    state: 'loading',
    published_at: '',
    imported_at: now,
    signed_by: null,
    signature: null,
  };
}

async function writeChunks(
  ctx: ServiceContext,
  packId: string,
  entries: AsyncIterable<ListEntry>,
  onProgress?: (entries: number) => void,
): Promise<{ readonly count: number; readonly hash: string }> {
  const hash = new EntriesHash();
  let waiting: ListEntry[] = [];
  let number = 0;
  let count = 0;
  const write = async (): Promise<void> => {
    const row = { id: chunkId(packId, number), pack_id: packId, number, entries: waiting.length };
    const sealed = sealChunk(ctx.vault, packId, number, waiting);
    await ctx.store.transaction((trx) => insertChunk(trx, { ...row, sealed }));
    number += 1;
    waiting = [];
    onProgress?.(count);
  };
  for await (const entry of entries) {
    hash.add(entry);
    waiting.push(entry);
    count += 1;
    if (waiting.length === chunkEntries) await write();
  }
  if (waiting.length > 0) await write();
  return { count, hash: hash.digest() };
}

async function putInForce(
  ctx: ServiceContext,
  actor: Actor,
  packId: string,
  listId: string,
  count: number,
  hash: string,
  facts: IssueFacts,
): Promise<ListImported> {
  const { confirmedAt, onProgress: _onProgress, ...told } = facts;
  const version = `${told.published_at.slice(0, 10)}-${hash.slice(0, 8)}`;
  const answer = { listId, version, entries: count, hash, publishedAt: told.published_at };
  return ctx.store.transaction(async (trx) => {
    const current = (await activePacks(trx, actor.orgId)).find((pack) => pack.list_id === listId);
    if (current?.hash === hash) {
      await dropLoading(trx, actor.orgId, listId);
      if (confirmedAt > current.imported_at) await changePack(trx, current.id, { imported_at: confirmedAt });
      return { ...answer, packId: current.id, unchanged: true, runId: null };
    }
    await retireActive(trx, actor.orgId, listId, 'replaced');
    await changePack(trx, packId, {
      ...told,
      version,
      hash,
      entries: count,
      state: 'active',
      imported_at: confirmedAt,
    });
    await recordAudit(ctx, trx, actor, {
      event: 'list.imported',
      objectId: packId,
      detail: { list: listId, version, entries: count, hash, signed: told.signed_by !== null },
    });
    const runId = await queueRun(ctx, trx, actor.orgId, packId);
    return { ...answer, packId, unchanged: false, runId };
  });
}
