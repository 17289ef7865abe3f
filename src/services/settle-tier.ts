/** Tiers are derived, never set: after each verification or decision the ladder is read again (api-decisions 13). */
import { deriveTier, type TierFact, type TierStanding } from '../core/tiers/derive-tier.ts';
import { kycTiers, type KycTier, type VerificationMethod } from '../contract/vocabulary.ts';
import { listRejectedEnrolments } from '../store/repositories/enrolments.ts';
import { findCustomer, updateCustomer, type CustomerRow } from '../store/repositories/customers.ts';
import { isFrozen } from '../store/repositories/screening-hits.ts';
import { insertTierEvent } from '../store/repositories/tier-events.ts';
import type { Db } from '../store/repositories/types.ts';
import { listEffectiveVerifications, type EffectiveVerification } from '../store/repositories/verifications.ts';
import { instant, type Actor, type ServiceContext } from './context.ts';
import { recordAudit } from './record-audit.ts';
import { recordEvent } from './webhooks/record-event.ts';

/** The verifications that count on the ladder, with their effective status. */
export async function tierFacts(db: Db, orgId: string, customerId: string): Promise<readonly TierFact[]> {
  return countedFacts(db, orgId, customerId, await listEffectiveVerifications(db, orgId, customerId));
}

async function countedFacts(
  db: Db,
  orgId: string,
  customerId: string,
  rows: readonly EffectiveVerification[],
): Promise<readonly TierFact[]> {
  // Only a comparison names a reference.
  const compared = rows.some((row) => row.method === 'face_match' || row.method === 'step_up');
  const rejected = compared ? await listRejectedEnrolments(db, orgId, customerId) : new Set<string>();
  return rows
    .filter((row) => countsOnLadder(row, rows, rejected))
    .map((row) => ({
      method: row.method as VerificationMethod,
      status: row.effectiveStatus,
      createdAt: row.created_at,
    }));
}

/** What the customer's verifications are worth now. */
export async function tierStanding(
  ctx: ServiceContext,
  db: Db,
  orgId: string,
  customerId: string,
): Promise<TierStanding> {
  return deriveTier(await tierFacts(db, orgId, customerId), instant(ctx));
}

/** The same from rows that were read already: all of the customer's. */
export async function standingFrom(
  ctx: ServiceContext,
  db: Db,
  orgId: string,
  customerId: string,
  rows: readonly EffectiveVerification[],
): Promise<TierStanding> {
  return deriveTier(await countedFacts(db, orgId, customerId, rows), instant(ctx));
}

interface StoredDetail {
  readonly reference?: { readonly enrolmentId: string | null };
  readonly holder?: boolean | null;
}

/**
 * The ladder asks for a match with the *enrolled* reference: a picture the caller brought along, or the portrait of a
 * card that a reviewer rejected, proves nothing about this customer. And it asks for *his* presence: a live stranger
 * beside a still picture of the customer must not add up.
 */
function countsOnLadder(
  row: EffectiveVerification,
  all: readonly EffectiveVerification[],
  rejected: ReadonlySet<string>,
): boolean {
  const detail = JSON.parse(row.detail) as StoredDetail;
  if (row.method === 'face_match' || row.method === 'step_up') {
    const id = detail.reference?.enrolmentId ?? null;
    return id !== null && !rejected.has(id);
  }
  if (row.method !== 'face_liveness') return true;
  const match = all.find((other) => other.method === 'face_match' && other.capture_id === row.capture_id);
  return match === undefined ? detail.holder === true : match.effectiveStatus === 'verified';
}

/** While a sanctions hit is undecided (or confirmed) a customer keeps his level or falls; he never rises. */
async function heldBack(db: Db, orgId: string, customer: CustomerRow, standing: TierStanding): Promise<TierStanding> {
  const now = kycTiers.indexOf(customer.kyc_level as KycTier);
  if (kycTiers.indexOf(standing.tier) <= now || !(await isFrozen(db, orgId, customer.id))) return standing;
  return { ...standing, tier: customer.kyc_level as KycTier };
}

/** Writes the tier event and the customer's level when the standing changed. Part of the caller's transaction. */
export async function settleTier(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  customerId: string,
  reason: string,
  actorUserId: string | null = null,
): Promise<TierStanding> {
  const customer = await findCustomer(trx, actor.orgId, customerId);
  if (customer === null) throw new Error('settleTier: the customer vanished inside a transaction');
  const standing = await heldBack(trx, actor.orgId, customer, await tierStanding(ctx, trx, actor.orgId, customerId));
  const now = instant(ctx);
  const changed = standing.tier !== customer.kyc_level;
  if (
    changed ||
    standing.lastVerifiedAt !== customer.kyc_last_verified_at ||
    standing.expiresAt !== customer.kyc_expires_at
  ) {
    await updateCustomer(trx, actor.orgId, customerId, {
      kyc_level: standing.tier,
      kyc_last_verified_at: standing.lastVerifiedAt,
      kyc_expires_at: standing.expiresAt,
      updated_at: now,
    });
  }
  if (changed) {
    const id = ctx.ids.next('kte');
    await insertTierEvent(trx, {
      id,
      org_id: actor.orgId,
      customer_id: customerId,
      from_tier: customer.kyc_level,
      to_tier: standing.tier,
      actor_user_id: actorUserId,
      reason,
      created_at: now,
    });
    await recordAudit(ctx, trx, actor, {
      event: 'kyc.tier_changed',
      customerId,
      objectId: id,
      detail: { from: customer.kyc_level, to: standing.tier },
    });
    await recordEvent(ctx, trx, actor.orgId, 'customer.kyc_updated', {
      customerId,
      kycLevel: standing.tier,
      kycLastVerifiedAt: standing.lastVerifiedAt,
      kycExpiresAt: standing.expiresAt,
    });
  }
  return standing;
}
