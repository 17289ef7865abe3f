/** Erases in a restored database whoever its journal says was erased since. */
import { sql } from 'kysely';
import type { Db } from '../../store/repositories/types.ts';
import { deleteBlobs, deleteOutbox, destroyKeys } from '../../store/repositories/erasures.ts';
import { instant, systemActor, type ServiceContext } from '../context.ts';
import { eraseFor } from '../erase-customer.ts';
import type { Journal } from '../journal/erasure-journal.ts';
import type { JournalLine } from '../journal/journal-line.ts';

const batchSize = 1_000;

export async function applyJournal(
  ctx: ServiceContext,
  journal: Journal,
): Promise<{ readonly journalLinesNew: number; readonly customersErased: number }> {
  const journalLinesNew = await ctx.store.transaction((trx) => adopt(trx, journal));
  const bySubject = new Map<string, JournalLine>();
  for (const entry of journal.entries) for (const subject of entry.subjects) bySubject.set(subject, entry);
  let customersErased = 0;
  if (bySubject.size === 0) return { journalLinesNew, customersErased };
  for (let after = ''; ;) {
    const rows = await idsAfter(ctx.store.db, after);
    for (const { id, org_id: orgId } of rows) {
      const entry = bySubject.get(ctx.vault.subjectId(orgId, id));
      if (entry === undefined) continue;
      if (await ctx.store.transaction((trx) => eraseAgain(ctx, trx, orgId, id, entry))) customersErased += 1;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < batchSize) return { journalLinesNew, customersErased };
    after = last.id;
  }
}

/** The lines go into the restored database as they are, so that its journal goes on where the lost one ended. */
async function adopt(trx: Db, { entries, lines }: Journal): Promise<number> {
  const known = await trx
    .selectFrom('erasure_journal')
    .select((e) => e.fn.countAll<number>().as('count'))
    .executeTakeFirst();
  const from = Number(known?.count ?? 0);
  for (const [index, entry] of entries.entries()) {
    if (index < from) continue;
    await trx
      .insertInto('erasure_journal')
      .values({
        seq: entry.seq,
        kind: entry.kind,
        erasure_id: entry.erasureId,
        line: lines[index] ?? '',
        created_at: entry.at,
      })
      .execute();
  }
  return Math.max(0, entries.length - from);
}

/** Customers of the record, and ids that only a desk's key or capture knows. */
async function idsAfter(db: Db, after: string): Promise<readonly { readonly id: string; readonly org_id: string }[]> {
  const found = await sql<{ id: string; org_id: string }>`
    select id, org_id from (
      select id, org_id from customers where id > ${after}
      union select customer_id as id, org_id from customer_keys where customer_id > ${after}
    ) as known order by id limit ${batchSize}`.execute(db);
  return found.rows;
}

async function eraseAgain(
  ctx: ServiceContext,
  trx: Db,
  orgId: string,
  id: string,
  entry: JournalLine,
): Promise<boolean> {
  const cause = { id: entry.erasureId ?? ctx.ids.next('ers'), reason: 'erasure journal', requestedBy: 'restore' };
  const erased = await eraseFor(ctx, trx, systemActor(orgId), id, cause);
  // A draft's id has no record of its own: its key, envelopes and queue go all the same.
  await deleteOutbox(trx, orgId, [id]);
  await deleteBlobs(trx, orgId, [id]);
  const keys = await destroyKeys(trx, orgId, [id], instant(ctx));
  return erased || keys > 0;
}
