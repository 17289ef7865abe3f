/** What an erasure does, in the caller's transaction (api-facts 2.9, Q-del): all of it, or nothing. */
import type { ErasureEffects } from '../../contract/api/erasure.ts';
import { findCustomer, updateCustomer, type CustomerRow } from '../../store/repositories/customers.ts';
import { endDeviceKeys } from '../../store/repositories/device-keys.ts';
import {
  closeReviewCases,
  deleteBlobs,
  deleteChallenges,
  deleteDeskSession,
  deleteOutbox,
  deleteUploads,
  destroyKeys,
  draftIdsOf,
  listDeskSessions,
  retireAllFrames,
  zeroTemplates,
  type ErasureRow,
} from '../../store/repositories/erasures.ts';
import { insertTierEvent } from '../../store/repositories/tier-events.ts';
import type { Db } from '../../store/repositories/types.ts';
import { SealBroken } from '../../vault/sealing.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { forgetAnswersAbout } from '../idempotent-answers.ts';
import { journalErasure } from '../journal/erasure-journal.ts';
import { recordAudit } from '../record-audit.ts';
import { recordEvent } from '../webhooks/record-event.ts';
import { certify, type SignedCertificate } from './certificate.ts';

const closing = JSON.stringify([{ code: 'customer_erased', gate: 'record' }]);

/** What stops at once, also where the law asks to keep the data a while: keys that sign, challenges, drafts, open cases. */
export async function stopProcessing(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  customerId: string,
  reason: 'customer_erased' | 'customer_restricted',
): Promise<Pick<ErasureEffects, 'devicesEnded' | 'challengesDeleted' | 'draftsDeleted' | 'reviewCasesClosed'>> {
  const now = instant(ctx);
  const devices = await endDeviceKeys(trx, actor.orgId, customerId, reason, now);
  for (const id of devices) {
    await recordAudit(ctx, trx, actor, { event: 'device.ended', customerId, objectId: id, detail: { reason } });
  }
  return {
    devicesEnded: devices.length,
    challengesDeleted: await deleteChallenges(trx, actor.orgId, customerId),
    draftsDeleted: await deleteDrafts(ctx, trx, actor.orgId, customerId),
    reviewCasesClosed: await closeReviewCases(trx, actor.orgId, customerId, closing, now),
  };
}

/** A desk's onboarding in progress knows its customer only inside its seal. One that does not open serves nobody. */
async function deleteDrafts(ctx: ServiceContext, trx: Db, orgId: string, customerId: string): Promise<number> {
  let deleted = 0;
  for (const row of await listDeskSessions(trx, orgId)) {
    if (!draftSpeaksOf(ctx, row.id, row.draft_sealed, customerId)) continue;
    await deleteDeskSession(trx, row.id);
    deleted += 1;
  }
  return deleted;
}

function draftSpeaksOf(ctx: ServiceContext, id: string, sealed: Uint8Array, customerId: string): boolean {
  try {
    return Buffer.from(ctx.vault.openSecret(sealed, `desk-session:${id}`)).includes(customerId);
  } catch (error) {
    if (error instanceof SealBroken) return true;
    throw error;
  }
}

/** Writes everything but the `erasures` row, which is the caller's. */
export async function shredCustomer(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  customer: CustomerRow,
  erasure: Pick<ErasureRow, 'id' | 'org_id' | 'customer_id' | 'reason' | 'requested_by' | 'requested_at'>,
): Promise<SignedCertificate> {
  const now = instant(ctx);
  const { orgId } = actor;
  const ids = [customer.id, ...(await draftIdsOf(trx, orgId, customer.id))];
  await journalErasure(trx, ctx, orgId, erasure.id, ids);
  const stopped = await stopProcessing(ctx, trx, actor, customer.id, 'customer_erased');
  await deleteUploads(trx, orgId, ids);
  const effects: ErasureEffects = {
    ...stopped,
    outboxDeleted: await deleteOutbox(trx, orgId, ids),
    enrolmentsRetired: await zeroTemplates(trx, orgId, customer.id, now),
    capturesRetired: await retireAllFrames(trx, orgId, customer.id),
    blobsDeleted: await deleteBlobs(trx, orgId, ids),
    answersForgotten: await forgetAnswersAbout(ctx, trx, orgId, customer.id),
    keysDestroyed: await destroyKeys(trx, orgId, ids, now),
  };
  await overwrite(ctx, trx, orgId, customer.id, now);
  await endTier(ctx, trx, actor, customer);
  const signed = await certify(ctx, trx, erasure, now, effects);
  await recordAudit(ctx, trx, actor, {
    event: 'customer.erased',
    customerId: customer.id,
    objectId: erasure.id,
    detail: {
      reason: erasure.reason,
      requestedBy: erasure.requested_by,
      certificate: signed.hash,
      ...effects,
    },
  });
  await recordEvent(ctx, trx, orgId, 'customer.erased', { customerId: customer.id, erasedAt: now });
  return signed;
}

async function overwrite(ctx: ServiceContext, trx: Db, orgId: string, id: string, now: string): Promise<void> {
  await updateCustomer(trx, orgId, id, {
    full_name: '[erased]',
    nik: null,
    nik_index: null,
    nik_metadata: null,
    email: null,
    phone: null,
    external_ref: `erased:${id.slice(-8)}:${ctx.clock().getTime()}`,
    status: 'archived',
    kyc_level: 'none',
    kyc_expires_at: null,
    updated_at: now,
    erased_at: now,
  });
}

/** The tier ends with the person: an event of its own, as for every change. */
async function endTier(ctx: ServiceContext, trx: Db, actor: Actor, before: CustomerRow): Promise<void> {
  if (before.kyc_level === 'none') return;
  const id = ctx.ids.next('kte');
  const after = await findCustomer(trx, actor.orgId, before.id);
  await insertTierEvent(trx, {
    id,
    org_id: actor.orgId,
    customer_id: before.id,
    from_tier: before.kyc_level,
    to_tier: 'none',
    actor_user_id: actor.kind === 'user' ? actor.id : null,
    reason: 'erasure',
    created_at: instant(ctx),
  });
  await recordAudit(ctx, trx, actor, {
    event: 'kyc.tier_changed',
    customerId: before.id,
    objectId: id,
    detail: { from: before.kyc_level, to: 'none' },
  });
  await recordEvent(ctx, trx, actor.orgId, 'customer.kyc_updated', {
    customerId: before.id,
    kycLevel: 'none',
    kycLastVerifiedAt: after?.kyc_last_verified_at ?? null,
    kycExpiresAt: null,
  });
}
