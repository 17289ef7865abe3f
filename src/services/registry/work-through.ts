/** Works through a queue of customers to be asked about, each under a lease, until nobody is due any more. */
import type { Row } from '../../store/repositories/types.ts';
import type { Queued, RegistryQueue } from '../../store/repositories/registry-queue.ts';
import { instant, minuteMs, plusMs, type ServiceContext } from '../context.ts';

export type CheckState = Row<'registry_checks'>['state'];
export type ChecksDone = Readonly<Record<CheckState, number>>;

/** An attempt that takes longer is taken for dead. */
const leaseMs = 5 * minuteMs;

/** `askOne` gets the row with this attempt counted. `keepGoing` is called between two customers. */
export async function workThrough<R extends Queued>(
  ctx: ServiceContext,
  queue: RegistryQueue<R>,
  askOne: (row: R) => Promise<CheckState>,
  keepGoing: () => Promise<void> = () => Promise.resolve(),
): Promise<ChecksDone> {
  const done = { confirmed: 0, declined: 0, waiting: 0 };
  const began = instant(ctx);
  for (;;) {
    const due = await queue.due(ctx.store.db, began, 50);
    if (due.length === 0) return done;
    for (const row of due) {
      const until = plusMs(instant(ctx), leaseMs);
      if (!(await ctx.store.transaction((trx) => queue.take(trx, row, until)))) continue;
      done[await askOne({ ...row, attempts: row.attempts + 1 })] += 1;
      await keepGoing();
    }
  }
}
