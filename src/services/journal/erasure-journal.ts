/**
 * The erasure journal: written in the transaction of each erasure, and copied line by line to `erasures.journal` in the
 * data directory and beside every backup that was made, where a restore finds it.
 */
import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '../../contract/result.ts';
import { readInstallationValue } from '../../store/installation-values.ts';
import type { Db } from '../../store/repositories/types.ts';
import { instant, type ServiceContext } from '../context.ts';
import { hashOfLine, lineHolds, noLine, parseLine, signLine, type JournalLine } from './journal-line.ts';

export const journalName = 'erasures.journal';
/** Folders of backups, remembered so that later erasures reach their journals. */
export const backupFoldersKey = 'backup.folders';

type Writing = Pick<ServiceContext, 'vault' | 'clock'>;

interface NewLine {
  readonly kind: JournalLine['kind'];
  readonly orgId: string;
  readonly erasureId: string | null;
  readonly subjects: readonly string[];
  readonly nonces: readonly string[];
  readonly nextKey: string | null;
}

/** Appends in the caller's transaction. */
export async function writeJournalLine(trx: Db, ctx: Writing, entry: NewLine): Promise<void> {
  const last = await trx
    .selectFrom('erasure_journal')
    .select(['seq', 'line'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const at = instant(ctx);
  const seq = (last?.seq ?? 0) + 1;
  const line = signLine(
    {
      version: 1,
      seq,
      previous: last === undefined ? noLine : hashOfLine(last.line),
      at,
      installationId: ctx.vault.installationId,
      ...entry,
      subjects: [...entry.subjects],
      nonces: [...entry.nonces],
    },
    ctx.vault.desk,
  );
  await trx
    .insertInto('erasure_journal')
    .values({ seq, kind: entry.kind, erasure_id: entry.erasureId, line, created_at: at })
    .execute();
}

/** The customer under every id, and what of him was handed out, before the rows that tell are gone. */
export async function journalErasure(
  trx: Db,
  ctx: Writing,
  orgId: string,
  erasureId: string,
  customerIds: readonly string[],
): Promise<void> {
  // Erased again after a restore: the line that said so stands.
  const known = await trx
    .selectFrom('erasure_journal')
    .select('seq')
    .where('erasure_id', '=', erasureId)
    .executeTakeFirst();
  if (known !== undefined) return;
  const exports = await trx
    .selectFrom('bundle_exports')
    .select('nonce')
    .where('org_id', '=', orgId)
    .where('customer_id', 'in', [...customerIds])
    .execute();
  const onDisk = await trx
    .selectFrom('outbox')
    .select('id')
    .where('org_id', '=', orgId)
    .where('customer_id', 'in', [...customerIds])
    .where('exported_at', 'is not', null)
    .execute();
  const subjects = customerIds.map((id) => ctx.vault.subjectId(orgId, id));
  const nonces = [...new Set([...exports.map((row) => row.nonce), ...onDisk.map((row) => row.id)])];
  await writeJournalLine(trx, ctx, { kind: 'erased', orgId, erasureId, subjects, nonces, nextKey: null });
}

/** Every line of the database that a file does not have yet, appended and synced. Folders that are away are left out. */
export async function mirrorJournal(ctx: Pick<ServiceContext, 'store' | 'logger' | 'dataDirectory'>): Promise<void> {
  if (ctx.dataDirectory === undefined) return;
  const lines = await ctx.store.db.selectFrom('erasure_journal').select('line').orderBy('seq').execute();
  const folders = (await readInstallationValue<string[]>(ctx.store.db, backupFoldersKey)) ?? [];
  for (const folder of [ctx.dataDirectory, ...folders]) {
    if (!existsSync(folder)) continue;
    try {
      appendMissing(
        join(folder, journalName),
        lines.map((row) => row.line),
      );
    } catch (error) {
      ctx.logger.warn({ code: (error as NodeJS.ErrnoException).code ?? 'unknown' }, 'erasure journal not copied');
    }
  }
}

function appendMissing(path: string, lines: readonly string[]): void {
  const there = existsSync(path) ? readFileSync(path, 'utf8') : '';
  // A line that a power cut left half written is closed first; whoever reads skips it.
  const broken = there.length > 0 && !there.endsWith('\n');
  const known = new Set(there.split('\n'));
  const missing = lines.filter((line) => !known.has(line));
  if (missing.length === 0) return;
  appendFileSync(path, `${broken ? '\n' : ''}${missing.join('\n')}\n`, { mode: 0o600 });
  const descriptor = openSync(path, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export interface Journal {
  readonly entries: readonly JournalLine[];
  readonly lines: readonly string[];
}

/**
 * A journal's file, checked: every line signed, in one chain. Half a line at the end of a writing that broke off is
 * skipped. Errors: `journal_missing`, `journal_damaged`.
 */
export function readJournal(path: string): Result<Journal> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return fail('journal_missing', 'The erasure journal is not there. Fetch the newest one: people were erased since.');
  }
  return checkJournal(text.split('\n').filter((line) => line !== ''));
}

export function checkJournal(raw: readonly string[]): Result<Journal> {
  const entries: JournalLine[] = [];
  const lines: string[] = [];
  for (const text of raw) {
    const line = parseLine(text);
    if (line === null) continue;
    const previous = lines.at(-1);
    const follows = line.seq === entries.length + 1 && line.previous === (previous ? hashOfLine(previous) : noLine);
    if (!follows || !lineHolds(line) || !signerFollows(entries, line))
      return fail('journal_damaged', 'The erasure journal was changed or lines are missing. Fetch a whole copy of it.');
    entries.push(line);
    lines.push(text);
  }
  return ok({ entries, lines });
}

/** The key of the first line, and every key a line handed over to: a hand-over may have broken off. */
function signerFollows(entries: readonly JournalLine[], line: JournalLine): boolean {
  const [first] = entries;
  return first === undefined || line.publicKey === first.publicKey || handedOver(entries, line.publicKey);
}

function handedOver(entries: readonly JournalLine[], key: string): boolean {
  return entries.some((entry) => entry.nextKey === key);
}
