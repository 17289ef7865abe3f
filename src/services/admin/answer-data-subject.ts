/** Answering a data subject: what was asked happens in the same transaction, or the request is refused with a reason. */
import { fail, ok, type Result } from '../../contract/result.ts';
import { hasErasure, withdrawConsents } from '../../store/repositories/consents.ts';
import { findCustomer, updateCustomer, type CustomerRow } from '../../store/repositories/customers.ts';
import {
  closeDataSubjectRequest,
  findDataSubjectRequest,
  type DataSubjectRequestRow,
} from '../../store/repositories/data-subject-requests.ts';
import type { Db } from '../../store/repositories/types.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { retire } from '../references.ts';
import { undoable } from '../undoable.ts';
import { requestView, sealText, type DataSubjectRequest } from './data-subject-requests.ts';

export interface Correction {
  readonly fullName?: string | undefined;
  readonly email?: string | null | undefined;
  readonly phone?: string | null | undefined;
}

export interface DataSubjectAnswer {
  readonly outcome: 'fulfilled' | 'refused';
  /** Told to the customer. */
  readonly reason: string;
  /** For a correction that is fulfilled. */
  readonly correction?: Correction | undefined;
}

/** Errors: `not_found`, `already_answered`, `customer_archived`, `validation_failed`. */
export async function answerRequest(
  ctx: ServiceContext,
  actor: Actor,
  id: string,
  answer: DataSubjectAnswer,
): Promise<Result<DataSubjectRequest>> {
  return undoable(ctx, async (trx) => {
    const row = await findDataSubjectRequest(trx, actor.orgId, id);
    if (row === null) return fail('not_found', 'request not found');
    if (row.status !== 'open') return fail('already_answered', 'this request was answered');
    const customer = await findCustomer(trx, actor.orgId, row.customer_id);
    if (customer === null || customer.status === 'archived')
      return fail('customer_archived', 'the customer was erased');
    const fits = checkCorrection(row, answer);
    if (!fits.ok) return fits;
    if (answer.outcome === 'fulfilled') await fulfil(ctx, trx, actor, row, customer, answer.correction ?? {});
    const now = instant(ctx);
    const closing = {
      status: answer.outcome,
      answer_sealed: await sealText(ctx, trx, row, 'answer', answer.reason.trim()),
      answered_by: actor.id,
      answered_at: now,
      updated_at: now,
    };
    if (!(await closeDataSubjectRequest(trx, actor.orgId, id, closing)))
      return fail('already_answered', 'this request was answered');
    await recordAudit(ctx, trx, actor, {
      event: 'data_subject.answered',
      customerId: row.customer_id,
      objectId: id,
      detail: { kind: row.kind, outcome: answer.outcome, late: now > row.due_at },
    });
    return ok(requestView(ctx, { ...row, ...closing }));
  });
}

function checkCorrection(row: DataSubjectRequestRow, answer: DataSubjectAnswer): Result<true> {
  const needed = row.kind === 'correction' && answer.outcome === 'fulfilled';
  const given = Object.keys(answer.correction ?? {}).length > 0;
  if (needed === given) return ok(true);
  return fail('validation_failed', 'validation failed', {
    fieldErrors: { correction: [needed ? 'required for a correction' : 'belongs to a fulfilled correction only'] },
  });
}

async function fulfil(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  row: DataSubjectRequestRow,
  customer: CustomerRow,
  correction: Correction,
): Promise<void> {
  // Access is what the export gives; answering says that the customer has received it.
  if (row.kind === 'access') return;
  if (row.kind === 'correction') return correct(ctx, trx, actor, customer, correction);
  if (row.kind === 'withdrawal') await withdraw(ctx, trx, actor, customer);
  if (customer.status === 'restricted') return;
  await updateCustomer(trx, actor.orgId, customer.id, { status: 'restricted', updated_at: instant(ctx) });
  await recordAudit(ctx, trx, actor, {
    event: 'customer.restricted',
    customerId: customer.id,
    objectId: customer.id,
    detail: { by: row.kind, request: row.id },
  });
}

async function correct(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  customer: CustomerRow,
  correction: Correction,
): Promise<void> {
  const { fullName, email, phone } = correction;
  await updateCustomer(trx, actor.orgId, customer.id, {
    ...(fullName === undefined ? {} : { full_name: fullName.trim() }),
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone }),
    updated_at: instant(ctx),
  });
  await recordAudit(ctx, trx, actor, {
    event: 'customer.corrected',
    customerId: customer.id,
    objectId: customer.id,
    detail: { fields: Object.keys(correction) },
  });
}

/** Without consent no reference may wait for a next comparison (art. 40: processing stops). */
async function withdraw(ctx: ServiceContext, trx: Db, actor: Actor, customer: CustomerRow): Promise<void> {
  const withdrawn = await withdrawConsents(trx, actor.orgId, customer.id, instant(ctx));
  await recordAudit(ctx, trx, actor, {
    event: 'consent.withdrawn',
    customerId: customer.id,
    objectId: customer.id,
    detail: { consents: withdrawn },
  });
  await retire(ctx, trx, actor, { customerId: customer.id }, 'consent_withdrawn');
}

/**
 * Ends the restriction a fulfilled request made, when the customer asks for it or consents anew; never one that holds
 * data back from erasure. Errors: `not_found`, `request_not_liftable`.
 */
export async function liftRestriction(
  ctx: ServiceContext,
  actor: Actor,
  id: string,
): Promise<Result<DataSubjectRequest>> {
  return undoable(ctx, async (trx) => {
    const row = await findDataSubjectRequest(trx, actor.orgId, id);
    const customer = row === null ? null : await findCustomer(trx, actor.orgId, row.customer_id);
    if (row === null || customer === null) return fail('not_found', 'request not found');
    const restricting = row.status === 'fulfilled' && (row.kind === 'restriction' || row.kind === 'withdrawal');
    if (!restricting || customer.status !== 'restricted' || (await hasErasure(trx, actor.orgId, customer.id)))
      return fail('request_not_liftable', 'there is no restriction by this request to lift');
    const now = instant(ctx);
    await updateCustomer(trx, actor.orgId, customer.id, { status: 'active', updated_at: now });
    await recordAudit(ctx, trx, actor, {
      event: 'customer.resumed',
      customerId: customer.id,
      objectId: id,
    });
    return ok(requestView(ctx, row));
  });
}
