/** `POST kyc/{id}/upgrade`: re-evaluates; it cannot lift anybody above what his history supports (api-decisions 13). */
import { fail, ok, type Result } from '../contract/result.ts';
import { kycTiers, type KycTier } from '../contract/vocabulary.ts';
import { missingFor } from '../core/tiers/derive-tier.ts';
import { findCustomer } from '../store/repositories/customers.ts';
import { instant, type Actor, type ServiceContext } from './context.ts';
import { recordAudit } from './record-audit.ts';
import { settleTier, tierFacts } from './settle-tier.ts';
import { undoable } from './undoable.ts';

/** Errors: `not_found`, `customer_archived`, `already_at_tier` (409), `tier_requirements_missing` (422, details.missing). */
export async function upgradeKyc(
  ctx: ServiceContext,
  actor: Actor,
  input: { readonly customerId: string; readonly targetTier: KycTier; readonly reason: string },
): Promise<Result<true>> {
  return undoable(ctx, async (trx) => {
    const customer = await findCustomer(trx, actor.orgId, input.customerId);
    if (customer === null) return fail('not_found', 'customer not found');
    if (customer.status !== 'active') return fail('customer_archived', 'the customer is archived or restricted');
    const missing = missingFor(input.targetTier, await tierFacts(trx, actor.orgId, customer.id), instant(ctx));
    if (missing.length > 0)
      return fail('tier_requirements_missing', 'the verification history does not support this tier', { missing });
    if (kycTiers.indexOf(customer.kyc_level as KycTier) >= kycTiers.indexOf(input.targetTier)) {
      return fail('already_at_tier', 'the customer holds this tier already');
    }
    await settleTier(ctx, trx, actor, customer.id, input.reason, actor.kind === 'user' ? actor.id : null);
    await recordAudit(ctx, trx, actor, {
      event: 'kyc.upgraded',
      customerId: customer.id,
      objectId: customer.id,
      detail: { targetTier: input.targetTier },
    });
    return ok(true as const);
  });
}
