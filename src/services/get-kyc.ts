/** A customer's standing: tier, what he would be eligible for, verifications and history (api-facts, Q-tier). */
import { fail, ok, type Result } from '../contract/result.ts';
import type { KycTier, VerificationMethod, VerificationStatus } from '../contract/vocabulary.ts';
import { findCustomer } from '../store/repositories/customers.ts';
import { listCustomerTierEvents } from '../store/repositories/tier-events.ts';
import { listEffectiveVerifications } from '../store/repositories/verifications.ts';
import type { Actor, ServiceContext } from './context.ts';
import { standingFrom } from './settle-tier.ts';

export interface KycView {
  readonly customer: {
    readonly id: string;
    readonly fullName: string;
    readonly kycLevel: KycTier;
    readonly kycLastVerifiedAt: string | null;
    readonly kycExpiresAt: string | null;
  };
  readonly eligible: KycTier;
  /** Newest first; `status` is the effective one. */
  readonly verifications: readonly {
    readonly id: string;
    readonly method: VerificationMethod;
    readonly status: VerificationStatus;
    readonly score: number | null;
    readonly createdAt: string;
  }[];
  readonly history: readonly {
    readonly id: string;
    readonly fromTier: KycTier;
    readonly toTier: KycTier;
    readonly actorUserId: string | null;
    readonly reason: string;
    readonly createdAt: string;
  }[];
}

/** Errors: `not_found`. The tier shown has expiry applied although the daily job may not have written its event yet. */
export async function getKyc(ctx: ServiceContext, actor: Actor, customerId: string): Promise<Result<KycView>> {
  const { db } = ctx.store;
  const customer = await findCustomer(db, actor.orgId, customerId);
  if (customer === null) return fail('not_found', 'customer not found');
  const verifications = await listEffectiveVerifications(db, actor.orgId, customerId);
  const history = await listCustomerTierEvents(db, actor.orgId, customerId);
  const standing = await standingFrom(ctx, db, actor.orgId, customerId, verifications);
  const erased = customer.status === 'archived';
  return ok({
    customer: {
      id: customer.id,
      fullName: customer.full_name,
      kycLevel: erased ? 'none' : standing.tier,
      kycLastVerifiedAt: customer.kyc_last_verified_at,
      kycExpiresAt: customer.kyc_expires_at,
    },
    eligible: erased ? 'none' : standing.eligible,
    verifications: [...verifications].reverse().map((row) => ({
      id: row.id,
      method: row.method as VerificationMethod,
      status: row.effectiveStatus,
      score: row.score,
      createdAt: row.created_at,
    })),
    history: history.map((row) => ({
      id: row.id,
      fromTier: row.from_tier as KycTier,
      toTier: row.to_tier as KycTier,
      actorUserId: row.actor_user_id,
      reason: row.reason,
      createdAt: row.created_at,
    })),
  });
}
