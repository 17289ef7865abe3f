/** Papers about hits: the rows for a report, and the minutes of one case. Both are read by a person and recorded. */
import { readFile } from 'node:fs/promises';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { ScreeningHit } from '../../contract/screening.ts';
import { findCustomer, findCustomerKey } from '../../store/repositories/customers.ts';
import { findReviewCase } from '../../store/repositories/reviews.ts';
import { hitsBatch, hitsOfCase, isFrozen, type HitRow } from '../../store/repositories/screening-hits.ts';
import type { Actor, ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { listLists } from './manage-lists.ts';
import { hitContext } from './record-screening.ts';

export interface HitExportRow {
  readonly hitId: string;
  readonly foundAt: string;
  readonly decidedAt: string;
  readonly state: HitRow['state'];
  readonly score: number;
  readonly listId: string;
  readonly entryId: string;
  readonly matchedName: string;
  readonly topics: string;
  readonly customerId: string;
  readonly customerName: string;
  readonly caseId: string;
}

const batch = 200;

/** In order of time. The names of erased customers are gone, their rows stay. */
export async function* exportHits(ctx: ServiceContext, actor: Actor): AsyncGenerator<HitExportRow> {
  await ctx.store.transaction((trx) =>
    recordAudit(ctx, trx, actor, { event: 'export.created', detail: { kind: 'screening_hits' } }),
  );
  for (let after: string | null = null; ;) {
    const rows: readonly HitRow[] = await hitsBatch(ctx.store.db, actor.orgId, after, batch);
    for (const row of rows) yield await exportRow(ctx, row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < batch) return;
    after = last.id;
  }
}

async function exportRow(ctx: ServiceContext, row: HitRow): Promise<HitExportRow> {
  const customer = await findCustomer(ctx.store.db, row.org_id, row.customer_id);
  const hit = await openHit(ctx, row);
  return {
    hitId: row.id,
    foundAt: row.created_at,
    decidedAt: row.decided_at ?? '',
    state: row.state,
    score: row.score,
    listId: row.list_id,
    entryId: row.entry_id,
    matchedName: hit?.matchedName ?? '',
    topics: hit?.entry.topics.join(' ') ?? '',
    customerId: row.customer_id,
    customerName: customer?.full_name ?? '',
    caseId: row.case_id,
  };
}

/** null when the customer's key is gone. */
async function openHit(ctx: ServiceContext, row: HitRow): Promise<ScreeningHit | null> {
  const key = await findCustomerKey(ctx.store.db, row.org_id, row.customer_id);
  if (key === null) return null;
  const plain = ctx.vault.openForCustomer(key, row.customer_id, row.detail_sealed, hitContext(row.id));
  return JSON.parse(new TextDecoder().decode(plain)) as ScreeningHit;
}

const shippedTemplate = new URL('../../../resources/screening/berita-acara.txt', import.meta.url);

/** The minutes of a case from a template with `{case}`, `{customer}`, `{hits}` …, ours by default; errors: `not_found`. */
export async function draftMinutes(
  ctx: ServiceContext,
  actor: Actor,
  input: { readonly caseId: string; readonly template?: string },
): Promise<Result<string>> {
  const { db } = ctx.store;
  const row = await findReviewCase(db, actor.orgId, input.caseId);
  const customer = row === null ? null : await findCustomer(db, actor.orgId, row.customer_id);
  const rows = row === null ? [] : await hitsOfCase(db, actor.orgId, row.id);
  if (row === null || customer === null || rows.length === 0) return fail('not_found', 'no case with hits has this id');
  const hits = await Promise.all(rows.map((hit) => hitLine(ctx, hit)));
  const lists = await listLists(ctx, actor);
  const template = input.template ?? (await readFile(shippedTemplate, 'utf8'));
  const values: Readonly<Record<string, string>> = {
    case: row.id,
    customer: `${customer.full_name} (${customer.id})`,
    opened: row.created_at,
    status: row.status,
    frozen: (await isFrozen(db, actor.orgId, customer.id)) ? 'ya' : 'tidak',
    hits: hits.join('\n'),
    lists: lists.ok
      ? lists.value.map(({ listId, version, hash }) => `- ${listId} ${version}, SHA-256 ${hash}`).join('\n')
      : '',
  };
  await ctx.store.transaction((trx) =>
    recordAudit(ctx, trx, actor, { event: 'evidence.viewed', customerId: customer.id, objectId: row.id }),
  );
  return ok(template.replaceAll(/\{(\w+)\}/gu, (whole, name: string) => values[name] ?? whole));
}

async function hitLine(ctx: ServiceContext, row: HitRow): Promise<string> {
  const hit = await openHit(ctx, row);
  const told = hit === null ? '' : `${hit.matchedName} [${hit.entry.topics.join(', ')}]`;
  return `- ${row.list_id}: ${told}, skor ${row.score}, ${row.state}, entri ${row.entry_id}`;
}
