/** What remains of a call of a provider client: a counter, charged or free, and an audit row without personal data. */
import type { ProviderClientRow } from '../../store/repositories/providers.ts';
import { chargedSince, countAnswer } from '../../store/repositories/providers.ts';
import type { Db } from '../../store/repositories/types.ts';
import { instant, systemActor, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';

export interface CallRecord {
  readonly route: string;
  readonly status: number;
  /** The provider's own code of the answer. */
  readonly code: string;
  readonly charged: boolean;
  /** Of our answer. */
  readonly requestId: string;
}

export function clientActor(client: Pick<ProviderClientRow, 'org_id'>): Actor {
  return systemActor(client.org_id);
}

export async function recordCall(
  ctx: ServiceContext,
  client: ProviderClientRow,
  call: CallRecord,
  also: (trx: Db) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { charged, code, requestId, route, status } = call;
  await ctx.store.transaction(async (trx) => {
    await countAnswer(trx, {
      client_id: client.id,
      day: instant(ctx).slice(0, 10),
      code,
      charged: charged ? 1 : 0,
    });
    await recordAudit(ctx, trx, clientActor(client), {
      event: 'provider.called',
      objectId: client.id,
      detail: { provider: client.provider, route, status, code, charged, requestId },
    });
    await also(trx);
  });
}

/** Has the client used up this month's charged answers? Months are counted in UTC, as the counters are. */
export async function outOfQuota(
  ctx: ServiceContext,
  client: ProviderClientRow,
  quota: number | undefined,
): Promise<boolean> {
  if (quota === undefined) return false;
  const month = `${instant(ctx).slice(0, 7)}-01`;
  return (await chargedSince(ctx.store.db, client.id, month)) >= quota;
}
