/** Customers whose erasure the law held back until now. */
import { listEndedHolds } from '../../store/repositories/erasures.ts';
import { finishHeldErasure } from '../erase-customer.ts';
import { forgetInFiles } from '../erasure/forget-in-files.ts';
import { instant, systemActor, type ServiceContext } from '../context.ts';
import type { KeepGoing } from './run-daily-job.ts';

const batchSize = 50;

export async function eraseEndedHolds(ctx: ServiceContext, keepGoing: KeepGoing): Promise<number> {
  for (let erased = 0; ;) {
    const rows = await listEndedHolds(ctx.store.db, instant(ctx), batchSize);
    for (const row of rows) {
      await ctx.store.transaction((trx) => finishHeldErasure(ctx, trx, systemActor(row.org_id), row));
      erased += 1;
    }
    if (rows.length < batchSize) {
      if (erased > 0) await forgetInFiles(ctx);
      return erased;
    }
    await keepGoing();
  }
}
