/** One year after the last verified check the evidence is stale: the tier falls to `basic`, with an event (api-decisions 13). */
import { listExpiredTiers } from '../../store/repositories/customer-batches.ts';
import type { Cursor } from '../../store/repositories/types.ts';
import { instant, systemActor, type ServiceContext } from '../context.ts';
import { settleTier } from '../settle-tier.ts';
import type { KeepGoing } from './run-daily-job.ts';

const batchSize = 200;

export async function expireTiers(ctx: ServiceContext, keepGoing: KeepGoing): Promise<number> {
  let expired = 0;
  for (let after: Cursor | null = null; ;) {
    const rows = await listExpiredTiers(ctx.store.db, instant(ctx), after, batchSize);
    for (const { id, org_id: orgId } of rows) {
      const reason = 'automatic: one year after the last verified check';
      const { tier } = await ctx.store.transaction((trx) => settleTier(ctx, trx, systemActor(orgId), id, reason));
      if (tier === 'basic') expired += 1;
    }
    const last: (typeof rows)[number] | undefined = rows.at(-1);
    if (last === undefined || rows.length < batchSize) return expired;
    after = { at: last.kyc_expires_at ?? '', id: last.id };
    await keepGoing();
  }
}
