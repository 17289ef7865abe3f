/**
 * Requests of data subjects (UU PDP, law 27/2022: access art. 7 and 32, correction art. 6 and 30, withdrawal of consent
 * art. 9 and 40, restriction art. 11 and 41). Each is to be answered within 3 × 24 hours of its receipt.
 */
import { fail, ok, type Result } from '../../contract/result.ts';
import { findCustomer, findCustomerKey, insertCustomerKey } from '../../store/repositories/customers.ts';
import {
  findDataSubjectRequest,
  findOpenRequest,
  insertDataSubjectRequest,
  listDataSubjectRequests,
  listDueRequests,
  type DataSubjectFilter,
  type DataSubjectRequestRow,
} from '../../store/repositories/data-subject-requests.ts';
import type { Db, ListPart, Slice } from '../../store/repositories/types.ts';
import { isUniqueViolation } from '../../store/store-error.ts';
import { dayMs, instant, plusMs, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { undoable } from '../undoable.ts';

/** 3 × 24 hours: not working days, no holidays. */
export const answerWithinMs = 3 * dayMs;
const hourMs = 3_600_000;

export interface DataSubjectRequest {
  readonly id: string;
  readonly customerId: string;
  readonly kind: DataSubjectRequestRow['kind'];
  readonly status: DataSubjectRequestRow['status'];
  readonly receivedAt: string;
  readonly dueAt: string;
  /** Whole hours, negative when overdue; null once answered. */
  readonly hoursLeft: number | null;
  readonly overdue: boolean;
  readonly createdBy: string | null;
  readonly answeredBy: string | null;
  readonly answeredAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface DataSubjectCase extends DataSubjectRequest {
  /** Null when none was written, or when the customer was erased since. */
  readonly note: string | null;
  readonly answer: string | null;
}

export function requestView(ctx: ServiceContext, row: DataSubjectRequestRow): DataSubjectRequest {
  const left = Date.parse(row.due_at) - ctx.clock().getTime();
  const answered = row.answered_at;
  return {
    id: row.id,
    customerId: row.customer_id,
    kind: row.kind,
    status: row.status,
    receivedAt: row.received_at,
    dueAt: row.due_at,
    hoursLeft: answered === null ? Math.floor(left / hourMs) : null,
    overdue: answered === null ? left < 0 : answered > row.due_at,
    createdBy: row.created_by,
    answeredBy: row.answered_by,
    answeredAt: answered,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

const contextOf = (id: string, part: 'note' | 'answer'): string => `data-subject:${id}:${part}`;

/** Free text is personal data: under the customer's key, so that it goes when he is erased. */
export async function sealText(
  ctx: ServiceContext,
  trx: Db,
  row: Pick<DataSubjectRequestRow, 'id' | 'org_id' | 'customer_id'>,
  part: 'note' | 'answer',
  text: string,
): Promise<Uint8Array> {
  let key = await findCustomerKey(trx, row.org_id, row.customer_id);
  if (key === null) {
    key = ctx.vault.newCustomerKey(row.customer_id);
    await insertCustomerKey(trx, {
      customer_id: row.customer_id,
      org_id: row.org_id,
      wrapped_key: key,
      created_at: instant(ctx),
      destroyed_at: null,
    });
  }
  return ctx.vault.sealForCustomer(key, row.customer_id, new TextEncoder().encode(text), contextOf(row.id, part));
}

async function openText(
  ctx: ServiceContext,
  row: DataSubjectRequestRow,
  part: 'note' | 'answer',
): Promise<string | null> {
  const sealed = part === 'note' ? row.note_sealed : row.answer_sealed;
  const key = sealed === null ? null : await findCustomerKey(ctx.store.db, row.org_id, row.customer_id);
  if (sealed === null || key === null) return null;
  return new TextDecoder().decode(ctx.vault.openForCustomer(key, row.customer_id, sealed, contextOf(row.id, part)));
}

/** Errors: `not_found`, `customer_archived`, `validation_failed` (received in the future), `request_open`. */
export async function createRequest(
  ctx: ServiceContext,
  actor: Actor,
  input: {
    readonly customerId: string;
    readonly kind: DataSubjectRequestRow['kind'];
    readonly note?: string | undefined;
    /** When it reached the bank, where that was before now: the clock runs from then. */
    readonly receivedAt?: string | undefined;
  },
): Promise<Result<DataSubjectRequest>> {
  const now = instant(ctx);
  const receivedAt = input.receivedAt === undefined ? now : new Date(input.receivedAt).toISOString();
  if (receivedAt > now)
    return fail('validation_failed', 'validation failed', { fieldErrors: { receivedAt: ['lies in the future'] } });
  try {
    return await undoable(ctx, async (trx) => {
      const customer = await findCustomer(trx, actor.orgId, input.customerId);
      if (customer === null) return fail('not_found', 'customer not found');
      if (customer.status === 'archived') return fail('customer_archived', 'the customer was erased');
      const open = await findOpenRequest(trx, actor.orgId, customer.id, input.kind);
      if (open !== null) return fail('request_open', 'such a request is open already', { id: open.id });
      const id = ctx.ids.next('dsr');
      const named = { id, org_id: actor.orgId, customer_id: customer.id };
      const row: DataSubjectRequestRow = {
        ...named,
        kind: input.kind,
        status: 'open',
        note_sealed: input.note === undefined ? null : await sealText(ctx, trx, named, 'note', input.note),
        answer_sealed: null,
        received_at: receivedAt,
        due_at: plusMs(receivedAt, answerWithinMs),
        created_by: actor.id,
        answered_by: null,
        answered_at: null,
        created_at: now,
        updated_at: now,
      };
      await insertDataSubjectRequest(trx, row);
      await recordAudit(ctx, trx, actor, {
        event: 'data_subject.requested',
        customerId: customer.id,
        objectId: id,
        detail: { kind: input.kind, dueAt: row.due_at },
      });
      return ok(requestView(ctx, row));
    });
  } catch (error) {
    if (isUniqueViolation(error)) return fail('request_open', 'such a request is open already');
    throw error;
  }
}

export async function listRequests(
  ctx: ServiceContext,
  actor: Actor,
  filter: DataSubjectFilter,
  slice: Slice,
): Promise<ListPart<DataSubjectRequest>> {
  const part = await listDataSubjectRequests(ctx.store.db, actor.orgId, filter, slice);
  return { ...part, rows: part.rows.map((row) => requestView(ctx, row)) };
}

const mostDue = 200;

/** Open ones due within so many hours, overdue ones included, most urgent first. */
export async function listDue(
  ctx: ServiceContext,
  actor: Actor,
  withinHours: number,
): Promise<readonly DataSubjectRequest[]> {
  const before = plusMs(instant(ctx), withinHours * hourMs);
  const rows = await listDueRequests(ctx.store.db, actor.orgId, before, mostDue);
  return rows.map((row) => requestView(ctx, row));
}

/** Errors: `not_found`. */
export async function getRequest(ctx: ServiceContext, actor: Actor, id: string): Promise<Result<DataSubjectCase>> {
  const row = await findDataSubjectRequest(ctx.store.db, actor.orgId, id);
  if (row === null) return fail('not_found', 'request not found');
  return ok({
    ...requestView(ctx, row),
    note: await openText(ctx, row, 'note'),
    answer: await openText(ctx, row, 'answer'),
  });
}
