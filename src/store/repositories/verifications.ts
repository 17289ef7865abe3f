import type { ExpressionBuilder } from 'kysely';
import type { VerificationMethod, VerificationStatus } from '../../contract/vocabulary.ts';
import { compiledOnce } from './compiled-once.ts';
import { countsOf } from './list-counts.ts';
import { keyset, keysetPart } from './list-part.ts';
import type { Database } from '../schema.ts';
import type { Db, ListPart, Row, Slice } from './types.ts';

export type VerificationRow = Row<'verifications'>;

/** A verification with what reviewers made of it: the row itself never changes (api-decisions 12). */
export interface EffectiveVerification extends VerificationRow {
  readonly effectiveStatus: VerificationStatus;
}

export async function insertVerification(db: Db, row: VerificationRow): Promise<void> {
  await db.insertInto('verifications').values(row).execute();
}

export async function findVerification(db: Db, orgId: string, id: string): Promise<VerificationRow | null> {
  const row = await db
    .selectFrom('verifications')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

/** All of one customer, oldest first. */
export async function listEffectiveVerifications(
  db: Db,
  orgId: string,
  customerId: string,
): Promise<readonly EffectiveVerification[]> {
  return compiledOnce(db, 'verifications-of-customer', [orgId, customerId], ([org, customer]) =>
    db
      .selectFrom('verifications')
      .selectAll()
      .select(decidedStatus)
      .where('org_id', '=', String(org))
      .where('customer_id', '=', String(customer))
      .orderBy('created_at')
      .orderBy('id'),
  );
}

/** What reviewers made of a verification, in the statement that reads it. */
function decidedStatus(e: ExpressionBuilder<Database, 'verifications'>) {
  return e.fn
    .coalesce(
      e
        .selectFrom('review_decisions as d')
        .select('d.to_status')
        .whereRef('d.verification_id', '=', 'verifications.id')
        .where('d.decision', '!=', 'escalate')
        .orderBy('d.created_at', 'desc')
        .limit(1),
      'verifications.status',
    )
    .$castTo<VerificationStatus>()
    .as('effectiveStatus');
}

export async function withEffectiveStatus(
  db: Db,
  orgId: string,
  rows: readonly VerificationRow[],
): Promise<readonly EffectiveVerification[]> {
  if (rows.length === 0) return [];
  const decisions = await db
    .selectFrom('review_decisions')
    .select(['verification_id', 'to_status'])
    .where('org_id', '=', orgId)
    .where(
      'verification_id',
      'in',
      rows.map((row) => row.id),
    )
    .where('decision', '!=', 'escalate')
    .execute();
  const decided = new Map(decisions.map((decision) => [decision.verification_id, decision.to_status]));
  return rows.map((row) => ({ ...row, effectiveStatus: (decided.get(row.id) ?? row.status) as VerificationStatus }));
}

export interface VerificationFilter {
  readonly customerId?: string;
  readonly method?: VerificationMethod;
  readonly status?: VerificationStatus;
  readonly from?: string;
  readonly to?: string;
  readonly updatedAfter?: string;
}

/** A row of a list: without the detail, which is many times as large as the rest. */
export type ListedVerification = Omit<EffectiveVerification, 'detail'>;

const listed = [
  'id',
  'org_id',
  'customer_id',
  'method',
  'status',
  'score',
  'reasons',
  'capture_id',
  'operator_id',
  'data_residency',
  'created_at',
] as const satisfies readonly (keyof ListedVerification)[];

const filters = ['customerId', 'method', 'status', 'from', 'to', 'updatedAfter'] as const;

/** Lists are asked for all day long, so each combination of filters is compiled once. */
export async function listVerifications(
  db: Db,
  orgId: string,
  filter: VerificationFilter,
  slice: Slice,
): Promise<ListPart<ListedVerification>> {
  const given = filters.filter((name) => filter[name] !== undefined);
  const chosenBy = (values: readonly (string | number | null)[]): VerificationFilter =>
    Object.fromEntries(given.map((one, at) => [one, values[at]])) as VerificationFilter;
  const held = given.map((name) => filter[name] as string);
  if (slice.by === 'page') {
    const { method, status, ...others } = filter;
    const counted = countsOf(db, orgId, 'verifications', { a: method, b: status }, Object.values(others));
    const total = await (counted === undefined ? countFiltered(db, orgId, filter) : counted());
    const values = [orgId, slice.limit, (slice.page - 1) * slice.limit, ...held];
    const name = `verifications-page:${given.join(',')}`;
    const rows = await compiledOnce(db, name, values, ([org, limit, offset, ...rest]) =>
      filtered(db, String(org), chosenBy(rest))
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(Number(limit))
        .offset(Number(offset)),
    );
    return { rows, total, next: null };
  }
  const position = slice.after === null ? [] : [slice.after.at, slice.after.id];
  const values = [orgId, slice.limit + 1, ...held, ...position];
  const name = `verifications-after:${given.join(',')}:${position.length}`;
  const rows = await compiledOnce(db, name, values, ([org, limit, ...rest]) => {
    const [at, id] = rest.slice(given.length);
    const after = at === undefined ? null : { at: String(at), id: String(id) };
    return keyset(filtered(db, String(org), chosenBy(rest)), 'created_at', after, Number(limit));
  });
  return keysetPart(rows, 'created_at', slice.limit);
}

async function countFiltered(db: Db, orgId: string, filter: VerificationFilter): Promise<number> {
  const counted = await filtered(db, orgId, filter)
    .clearSelect()
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return Number(counted.n);
}

function filtered(db: Db, orgId: string, filter: VerificationFilter) {
  let query = db.selectFrom('verifications').select(listed).select(decidedStatus).where('org_id', '=', orgId);
  if (filter.customerId !== undefined) query = query.where('customer_id', '=', filter.customerId);
  if (filter.method !== undefined) query = query.where('method', '=', filter.method);
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  if (filter.from !== undefined) query = query.where('created_at', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('created_at', '<', filter.to);
  if (filter.updatedAfter !== undefined) query = query.where('created_at', '>', filter.updatedAfter);
  return query;
}

/** All checks of one capture, oldest first. */
export async function listCaptureVerifications(
  db: Db,
  orgId: string,
  captureId: string,
): Promise<readonly EffectiveVerification[]> {
  const rows = await db
    .selectFrom('verifications')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('capture_id', '=', captureId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return withEffectiveStatus(db, orgId, rows);
}

/** Was this capture checked this way already? */
export async function hasVerification(
  db: Db,
  orgId: string,
  captureId: string,
  method: VerificationMethod,
): Promise<boolean> {
  const row = await db
    .selectFrom('verifications')
    .select('id')
    .where('org_id', '=', orgId)
    .where('capture_id', '=', captureId)
    .where('method', '=', method)
    .executeTakeFirst();
  return row !== undefined;
}
