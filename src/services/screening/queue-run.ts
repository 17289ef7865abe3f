/** A pass over the stored base is put in the queue, in the transaction of what caused it. */
import { countActiveCustomers, insertRun } from '../../store/repositories/screening-runs.ts';
import type { Db } from '../../store/repositories/types.ts';
import { instant, type ServiceContext } from '../context.ts';

/** Id of the run, or null when there is nobody to screen. `cause`: the pack, or `asked`. */
export async function queueRun(ctx: ServiceContext, trx: Db, orgId: string, cause: string): Promise<string | null> {
  const total = await countActiveCustomers(trx, orgId);
  if (total === 0) return null;
  const id = ctx.ids.next('scr');
  const now = instant(ctx);
  await insertRun(trx, {
    id,
    org_id: orgId,
    cause,
    state: 'pending',
    after_at: null,
    after_id: null,
    total,
    screened: 0,
    unavailable: 0,
    hits: 0,
    lease_owner: null,
    lease_until: null,
    created_at: now,
    updated_at: now,
    finished_at: null,
  });
  return id;
}
