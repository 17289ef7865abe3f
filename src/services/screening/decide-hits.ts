/** The decision of a case decides its hits: approved, they were namesakes and the freeze ends; rejected, both stay. */
import { decideHits, hitsOfCase, lift } from '../../store/repositories/screening-hits.ts';
import type { Db } from '../../store/repositories/types.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';

export async function settleHits(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  review: {
    readonly caseId: string;
    readonly customerId: string;
    readonly decision: 'approve' | 'reject' | 'escalate';
  },
): Promise<void> {
  const { caseId, customerId, decision } = review;
  if (decision === 'escalate' || (await hitsOfCase(trx, actor.orgId, caseId)).length === 0) return;
  const now = instant(ctx);
  const state = decision === 'approve' ? 'cleared' : 'confirmed';
  const hits = await decideHits(trx, actor.orgId, caseId, state, now);
  const detail = { state, hits };
  await recordAudit(ctx, trx, actor, { event: 'screening.hits_decided', customerId, objectId: caseId, detail });
  if (decision !== 'approve') return;
  await lift(trx, actor.orgId, caseId, now);
  await recordAudit(ctx, trx, actor, { event: 'customer.unfrozen', customerId, objectId: caseId });
}
