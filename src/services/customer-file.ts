/** One customer with everything that is kept of him, for whoever may look; that he was looked at is recorded. */
import type { CustomerFile } from '../contract/desk/customer-page.ts';
import type { Reason } from '../contract/reasons.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { EnrolmentSource } from '../contract/vocabulary.ts';
import { listConsents } from '../store/repositories/consents.ts';
import { listDeviceKeys } from '../store/repositories/device-keys.ts';
import { listEnrolments } from '../store/repositories/enrolments.ts';
import { findErasure } from '../store/repositories/erasures.ts';
import { listCasesOfCustomer } from '../store/repositories/review-queue.ts';
import { auditTrailOfCustomer } from './audit-trail.ts';
import type { Actor, ServiceContext } from './context.ts';
import { spentProof } from './decide-review.ts';
import { eraseCustomer } from './erase-customer.ts';
import { getCustomer } from './get-customer.ts';
import { viewOfCustomer } from './open-review.ts';
import { reauthenticate } from './sign-in.ts';

const shownReferences = 50;

/** Errors: `not_found`. */
export async function customerFile(ctx: ServiceContext, actor: Actor, id: string): Promise<Result<CustomerFile>> {
  const seen = await getCustomer(ctx, actor, id);
  if (!seen.ok) return seen;
  const view = await viewOfCustomer(ctx, actor, id);
  if (view === null) return fail('not_found', 'customer not found');
  const { db } = ctx.store;
  const { phone, email, externalRef, createdAt, kycLastVerifiedAt, dukcapil } = seen.value;
  const part = { by: 'page', page: 1, limit: shownReferences } as const;
  const enrolments = await listEnrolments(db, actor.orgId, { customerId: id }, part);
  const erasure = await findErasure(db, actor.orgId, id);
  return ok({
    ...view,
    ...{ phone, email, externalRef, createdAt },
    lastVerifiedAt: kycLastVerifiedAt,
    references: enrolments.rows.map((row) => ({
      id: row.id,
      source: row.source as EnrolmentSource,
      active: row.active === 1,
      retireReason: row.retire_reason,
      faceWidthPx: row.face_width_px,
      modelId: row.model_id,
      createdAt: row.created_at,
    })),
    ...(dukcapil === undefined ? {} : { dukcapil }),
    ...(await standingOf(ctx, actor, id)),
    audit: await auditTrailOfCustomer(ctx, actor, id),
    erasure:
      erasure === null
        ? null
        : {
            state: erasure.state,
            requestedAt: erasure.requested_at,
            holdUntil: erasure.hold_until,
            erasedAt: erasure.erased_at,
          },
  });
}

async function standingOf(
  ctx: ServiceContext,
  actor: Actor,
  id: string,
): Promise<Pick<CustomerFile, 'consents' | 'devices' | 'cases'>> {
  const { db } = ctx.store;
  const consents = await listConsents(db, actor.orgId, id);
  const devices = await listDeviceKeys(db, actor.orgId, id);
  const cases = await listCasesOfCustomer(db, actor.orgId, id);
  return {
    consents: consents.map((row) => ({
      version: row.version,
      language: row.language,
      purposes: JSON.parse(row.purposes) as string[],
      acceptedAt: row.accepted_at,
      withdrawnAt: row.withdrawn_at,
    })),
    devices: devices.map((row) => ({
      id: row.id,
      platform: row.platform,
      name: row.name,
      active: row.active === 1,
      createdAt: row.created_at,
      endedAt: row.ended_at,
    })),
    cases: cases.map((row) => ({
      id: row.id,
      status: row.status,
      createdAt: row.created_at,
      reasons: JSON.parse(row.reasons) as Reason[],
    })),
  };
}

export interface PageErasure {
  readonly id: string;
  readonly reason: string;
  readonly requestedBy: string;
  /** Without it the session's fresh proof by passkey is spent. */
  readonly password?: string;
  readonly sessionTokenHash?: string;
}

/**
 * Erased, or restricted until the legal hold ends, by a person who has proven himself again. Answers what is left.
 * Errors: `person_required`, `invalid_credentials`, `account_locked`, `reauthentication_required`, those of `eraseCustomer`.
 */
export async function eraseFromPage(
  ctx: ServiceContext,
  actor: Actor,
  request: PageErasure,
): Promise<Result<CustomerFile>> {
  const proven =
    request.password === undefined
      ? await spentAlone(ctx, actor, request)
      : await reauthenticate(ctx, actor, request.password);
  if (!proven.ok) return proven;
  const { id: customerId, reason, requestedBy } = request;
  const erased = await eraseCustomer(ctx, actor, { customerId, reason, requestedBy });
  return erased.ok ? customerFile(ctx, actor, customerId) : erased;
}

async function spentAlone(ctx: ServiceContext, actor: Actor, request: PageErasure): Promise<Result<true>> {
  if (actor.kind !== 'user' || actor.id === null) return fail('person_required', 'a signed-in person is required');
  const { id } = actor;
  return ctx.store.transaction((trx) => spentProof(ctx, trx, id, request));
}
