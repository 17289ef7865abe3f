/**
 * Exports at the desk: the page takes the text piece by piece and saves it as its browser saves files; where the page may
 * not save (Electron refuses downloads) the desk writes the same pieces into one fixed folder. Nothing is kept in between.
 */
import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportKind, ExportPiece, ExportView } from '../../contract/desk/admin-calls.ts';
import type { TakenText } from '../../contract/desk/call.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { makeCheckpoint, logKeys, logName } from '../../services/audit/checkpoints.ts';
import { dumpAudit } from '../../services/audit/dump.ts';
import { instant, type Actor, type ServiceContext } from '../../services/context.ts';
import { exportStamp } from '../../services/erasure/exported-files.ts';
import { csvOf, exportCustomers, exportVerifications } from '../../services/export-records.ts';
import { recordAudit } from '../../services/record-audit.ts';
import { exportHits } from '../../services/screening/export-hits.ts';
import { writeNoteKey } from '../../core/audit/checkpoint.ts';

interface Running {
  readonly by: string;
  readonly text: AsyncGenerator<string>;
  /** Written under another name until whole; null: the page saves. */
  readonly file: { readonly part: string; readonly whole: string } | null;
  view: ExportView;
}

export interface Exports {
  begin(actor: Actor, kind: ExportKind, to: 'page' | 'desk'): Promise<Result<ExportView>>;
  /** Errors: `not_found`, `unavailable` (the folder cannot be written). */
  next(actor: Actor, id: string): Promise<Result<ExportPiece>>;
  stop(actor: Actor, id: string): Promise<void>;
  /** One whole text, for the page to save or written into the desk's folder. Errors: `unavailable`. */
  hand(to: 'page' | 'desk', fileName: string, text: string): Promise<Result<TakenText>>;
}

export function openExports(ctx: ServiceContext, folder: string | null, nextId: () => string): Exports {
  const running = new Map<string, Running>();
  const own = (actor: Actor, id: string): Running | null => {
    const one = running.get(id);
    return one !== undefined && one.by === actor.id ? one : null;
  };
  async function end(id: string, { text, file }: Running): Promise<void> {
    running.delete(id);
    await text.return(undefined);
    if (file !== null) await rm(file.part, { force: true });
  }

  return {
    async begin(actor, kind, to) {
      if (to === 'desk' && folder === null) return noFolder();
      for (const [id, one] of running) if (one.by === actor.id) await end(id, one);
      const opened = await open(ctx, actor, kind);
      if (!opened.ok) return opened;
      const fileName = `loket-${kind}-${exportStamp(instant(ctx))}.${kind === 'audit' ? 'jsonl' : 'csv'}`;
      const id = nextId();
      const whole = folder === null || to === 'page' ? null : join(folder, fileName);
      const view = { id, kind, fileName, rows: 0, total: opened.value.total, done: false, savedAs: null };
      const file = whole === null ? null : { whole, part: `${whole}.part` };
      running.set(id, { by: actor.id ?? '', text: opened.value.text, file, view });
      return ok(view);
    },
    async next(actor, id) {
      const one = own(actor, id);
      if (one === null) return fail('not_found', 'there is no such export');
      const piece = await one.text.next();
      const text = piece.done === true ? '' : piece.value;
      const first = one.view.rows === 0;
      one.view = { ...one.view, rows: one.view.rows + lines(text), done: piece.done === true };
      if (one.file !== null) {
        const written = await write(one.file, text, { first, last: piece.done === true });
        if (!written.ok) {
          await end(id, one);
          return written;
        }
        if (piece.done === true) one.view = { ...one.view, savedAs: one.file.whole };
      }
      if (piece.done === true) running.delete(id);
      // The header line is no row.
      const rows = Math.max(0, one.view.rows - 1);
      return ok({ ...one.view, rows, text: one.file === null ? text : null });
    },
    async stop(actor, id) {
      const one = own(actor, id);
      if (one !== null) await end(id, one);
    },
    async hand(to, fileName, text) {
      if (to === 'page') return ok({ fileName, text, savedAs: null });
      if (folder === null) return noFolder();
      const whole = join(folder, fileName);
      const file = { whole, part: `${whole}.part` };
      await rm(file.part, { force: true });
      const begun = await write(file, text, { first: true, last: false });
      const written = begun.ok ? await write(file, '', { first: false, last: true }) : begun;
      return written.ok ? ok({ fileName, text: null, savedAs: whole }) : written;
    },
  };
}

const noFolder = () => fail('unavailable', 'This desk has no folder for exports.');

async function write(
  file: NonNullable<Running['file']>,
  text: string,
  { first, last }: { readonly first: boolean; readonly last: boolean },
): Promise<Result<true>> {
  if (!first && !existsSync(file.part))
    return fail('unavailable', 'The export was destroyed because a customer was erased meanwhile. Begin it again.');
  try {
    await mkdir(join(file.part, '..'), { recursive: true, mode: 0o700 });
    if (!last) {
      await appendFile(file.part, text, { mode: 0o600 });
      return ok(true);
    }
    await writeFile(file.part, '', { flag: 'a', mode: 0o600 });
    await chmod(file.part, 0o600);
    await rename(file.part, file.whole);
    return ok(true);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return fail('unavailable', `The folder for exports cannot be written (${code}).`);
  }
}

/** Quoted cells may hold a break; a count for the eye may be that much off. */
const lines = (text: string): number => text.split('\n').length - 1;

interface Opened {
  readonly text: AsyncGenerator<string>;
  readonly total: number | null;
}

async function open(ctx: ServiceContext, actor: Actor, kind: ExportKind): Promise<Result<Opened>> {
  const counted = (table: 'customers' | 'verifications') => countOf(ctx, actor.orgId, table);
  switch (kind) {
    case 'customers':
      return ok({ text: await exportCustomers(ctx, actor, {}), total: await counted('customers') });
    case 'verifications':
      return ok({ text: await exportVerifications(ctx, actor, {}), total: await counted('verifications') });
    case 'screening_hits':
      return ok({ text: hitLines(ctx, actor), total: null });
    case 'audit':
      return auditDump(ctx, actor);
  }
}

async function countOf(ctx: ServiceContext, orgId: string, table: 'customers' | 'verifications'): Promise<number> {
  const row = await ctx.store.db
    .selectFrom(table)
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('org_id', '=', orgId)
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}

async function* hitLines(ctx: ServiceContext, actor: Actor): AsyncGenerator<string> {
  let first = true;
  for await (const row of exportHits(ctx, actor)) {
    if (first) yield csvOf([Object.keys(row)]);
    first = false;
    yield csvOf([Object.values(row)]);
  }
}

/** The whole log as an auditor takes it away, with a checkpoint over all its rows. */
async function auditDump(ctx: ServiceContext, actor: Actor): Promise<Result<Opened>> {
  await ctx.store.transaction((trx) =>
    recordAudit(ctx, trx, actor, { event: 'export.created', detail: { kind: 'audit' } }),
  );
  const made = await makeCheckpoint(ctx);
  if (!made.ok) return made;
  const text = dumpAudit(ctx.store, {
    origin: logName(ctx.vault.desk.id),
    keys: logKeys(ctx.vault).map(writeNoteKey),
    exportedAt: instant(ctx),
    rows: made.value.size,
    checkpoint: made.value.note,
  });
  return ok({ text: gathered(text), total: made.value.size });
}

/** A line at a time would be a call a line. */
async function* gathered(text: AsyncGenerator<string>): AsyncGenerator<string> {
  let held = '';
  for await (const line of text) {
    held += line;
    if (held.length > 256 * 1024) {
      yield held;
      held = '';
    }
  }
  if (held !== '') yield held;
}
