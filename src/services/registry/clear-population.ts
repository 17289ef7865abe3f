import { clearRegistry } from '../../store/repositories/registry.ts';
import type { Actor, ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';

/** Takes an organisation's imported table away, photos and templates too. How many people it held. */
export async function clearPopulation(ctx: ServiceContext, actor: Actor): Promise<number> {
  return ctx.store.transaction(async (trx) => {
    const removed = await clearRegistry(trx, actor.orgId);
    await recordAudit(ctx, trx, actor, { event: 'registry.imported', detail: { cleared: removed } });
    return removed;
  });
}
