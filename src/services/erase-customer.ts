/**
 * `POST customers/{id}/erase` (UU PDP art. 8, 16; api-decisions 16): erased at once and certified, or, while the law asks
 * for the data (five years after the relationship for whoever reached `standard`), restricted and shredded later.
 */
import type { ErasureCertificate, ErasureView } from '../contract/api/erasure.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { OrgSettings } from '../contract/settings.ts';
import { findCustomer, updateCustomer, type CustomerRow } from '../store/repositories/customers.ts';
import {
  everReachedStandard,
  findErasure,
  finishErasure,
  insertErasure,
  type ErasureRow,
} from '../store/repositories/erasures.ts';
import { findOrganisation } from '../store/repositories/organisations.ts';
import type { Db } from '../store/repositories/types.ts';
import { instant, type Actor, type ServiceContext } from './context.ts';
import { forgetInFiles } from './erasure/forget-in-files.ts';
import { shredCustomer, stopProcessing } from './erasure/shred-customer.ts';
import { recordAudit } from './record-audit.ts';
import { undoable } from './undoable.ts';

export interface EraseRequest {
  readonly customerId: string;
  readonly reason: string;
  readonly requestedBy: string;
}

function toView(row: ErasureRow): ErasureView {
  return {
    id: row.id,
    customerId: row.customer_id,
    status: row.state,
    requestedAt: row.requested_at,
    holdUntil: row.hold_until,
    erasedAt: row.erased_at,
    certificate: row.certificate === null ? null : (JSON.parse(row.certificate) as ErasureCertificate),
    signature: row.signature,
  };
}

/** Errors: `not_found`, `customer_archived` (erased already, or restricted and waiting for the end of its hold). */
export async function eraseCustomer(
  ctx: ServiceContext,
  actor: Actor,
  request: EraseRequest,
): Promise<Result<ErasureView>> {
  const done = await undoable(ctx, (trx) => eraseWithin(ctx, trx, actor, request));
  if (done.ok && done.value.erasedAt !== null) await forgetInFiles(ctx);
  return done;
}

async function eraseWithin(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  request: EraseRequest,
): Promise<Result<ErasureView>> {
  const customer = await findCustomer(trx, actor.orgId, request.customerId);
  const organisation = await findOrganisation(trx, actor.orgId);
  if (customer === null || organisation === null) return fail('not_found', 'customer not found');
  const earlier = await findErasure(trx, actor.orgId, customer.id);
  if (earlier?.state === 'restricted')
    return fail('customer_archived', 'erasure was asked for already; the customer is restricted until the hold ends', {
      holdUntil: earlier.hold_until,
    });
  if (earlier !== null || customer.status === 'archived')
    return fail('customer_archived', 'the customer is erased already');
  const now = instant(ctx);
  const row: ErasureRow = {
    id: ctx.ids.next('ers'),
    org_id: actor.orgId,
    customer_id: customer.id,
    state: 'restricted',
    reason: request.reason.trim(),
    requested_by: request.requestedBy.trim(),
    requested_at: now,
    hold_until: await holdFor(trx, customer, organisation.settings, now),
    erased_at: null,
    certificate: null,
    signature: null,
  };
  return row.hold_until === null ? eraseNow(ctx, trx, actor, customer, row) : restrict(ctx, trx, actor, customer, row);
}

/** Until when the law asks for the data; null when it does not. */
async function holdFor(trx: Db, customer: CustomerRow, settings: OrgSettings, now: string): Promise<string | null> {
  const { enabled, years } = settings.legalHold;
  if (!enabled || years === 0 || !(await everReachedStandard(trx, customer.id))) return null;
  const until = new Date(now);
  until.setUTCFullYear(until.getUTCFullYear() + years);
  return until.toISOString();
}

async function eraseNow(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  customer: CustomerRow,
  row: ErasureRow,
): Promise<Result<ErasureView>> {
  const { certificate, text, signature } = await shredCustomer(ctx, trx, actor, customer, row);
  const done: ErasureRow = { ...row, state: 'erased', erased_at: certificate.erasedAt, certificate: text, signature };
  await insertErasure(trx, done);
  return ok(toView(done));
}

async function restrict(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  customer: CustomerRow,
  row: ErasureRow,
): Promise<Result<ErasureView>> {
  const stopped = await stopProcessing(ctx, trx, actor, customer.id, 'customer_restricted');
  await updateCustomer(trx, actor.orgId, customer.id, { status: 'restricted', updated_at: row.requested_at });
  await insertErasure(trx, row);
  await recordAudit(ctx, trx, actor, {
    event: 'customer.restricted',
    customerId: customer.id,
    objectId: row.id,
    detail: { reason: row.reason, requestedBy: row.requested_by, holdUntil: row.hold_until, ...stopped },
  });
  return ok(toView(row));
}

/** The hold has ended: shredded as if it were asked for today. For the daily job, in its transaction. */
export async function finishHeldErasure(ctx: ServiceContext, trx: Db, actor: Actor, row: ErasureRow): Promise<void> {
  const customer = await findCustomer(trx, row.org_id, row.customer_id);
  if (customer === null || customer.status === 'archived') throw new Error('a held erasure without its customer');
  const { certificate, text, signature } = await shredCustomer(ctx, trx, actor, customer, row);
  await finishErasure(trx, row.id, { erasedAt: certificate.erasedAt, certificate: text, signature });
}

/** An applicant who was refused: no law asks to keep anything of him. In the caller's transaction, for the daily job. */
export async function eraseRefused(ctx: ServiceContext, trx: Db, actor: Actor, customerId: string): Promise<void> {
  await eraseFor(ctx, trx, actor, customerId, {
    id: ctx.ids.next('ers'),
    reason: 'retention of refused applicants ended',
    requestedBy: 'retention',
  });
}

/** Erased without asking about a hold, unless it is done already. */
export async function eraseFor(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  customerId: string,
  cause: { readonly id: string; readonly reason: string; readonly requestedBy: string },
): Promise<boolean> {
  const customer = await findCustomer(trx, actor.orgId, customerId);
  if (customer === null || customer.status === 'archived') return false;
  const now = instant(ctx);
  const row: ErasureRow = {
    id: cause.id,
    org_id: actor.orgId,
    customer_id: customerId,
    state: 'restricted',
    reason: cause.reason,
    requested_by: cause.requestedBy,
    requested_at: now,
    hold_until: null,
    erased_at: null,
    certificate: null,
    signature: null,
  };
  const earlier = await findErasure(trx, actor.orgId, customerId);
  if (earlier === null) await eraseNow(ctx, trx, actor, customer, row);
  else await finishHeldErasure(ctx, trx, actor, earlier);
  return true;
}
