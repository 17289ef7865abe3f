/**
 * The database's part of a rotation, done by the program that works with it: `loket keys rotate` beside an open station leaves
 * a key in waiting, and the station gives it to its database within a minute, while customers are served.
 */
import { ok, type Result } from '../../contract/result.ts';
import { listOrganisations } from '../../store/repositories/organisations.ts';
import { useNextDatabaseKey } from '../../vault/change-keys.ts';
import type { KeyProvider } from '../../vault/key-providers/key-provider.ts';
import { minuteMs, systemActor, type ServiceContext } from '../context.ts';
import type { Job } from '../jobs/job.ts';
import { recordAudit } from '../record-audit.ts';

/**
 * True when the database got the key that waits for it. Errors: those of the store's `changeKey` (`store_busy`: another
 * program has the file open too) and of `useNextDatabaseKey`. Whatever happens the next call goes on.
 */
export async function takeWaitingDatabaseKey(
  ctx: ServiceContext,
  keyProvider: KeyProvider,
  stop?: AbortSignal,
): Promise<Result<boolean>> {
  const { clock, dataDirectory, store } = ctx;
  const [fromHex, toHex] = ctx.vault.databaseKeysHex();
  if (store.changeKey === undefined || dataDirectory === undefined) return ok(false);
  if (fromHex === undefined || toHex === undefined) return ok(false);
  const changed = await store.changeKey({ fromHex, toHex, ...(stop === undefined ? {} : { stop }) });
  if (!changed.ok || !changed.value) return changed;
  const used = await useNextDatabaseKey({ dataDirectory, keyProvider, clock });
  if (!used.ok) return used;
  await store.transaction(async (trx) => {
    const [first] = await listOrganisations(trx);
    if (first === undefined) return;
    await recordAudit(ctx, trx, systemActor(first.id), { event: 'keys.rotated', detail: { database: 'rekeyed' } });
  });
  return ok(true);
}

export function databaseKeyJob(ctx: ServiceContext, keyProvider: KeyProvider): Job {
  return {
    name: 'database-key',
    everyMs: minuteMs,
    async run(stop) {
      const done = await takeWaitingDatabaseKey(ctx, keyProvider, stop);
      if (!done.ok) ctx.logger.warn({ code: done.error.code }, 'the database keeps its key for now');
      else if (done.value) ctx.logger.info({}, 'the database has its new key');
    },
  };
}
