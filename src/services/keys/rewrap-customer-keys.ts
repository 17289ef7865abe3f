/** Customers' data keys under the newest wrapping key, a small transaction at a time: the counter goes on meanwhile. */
import type { ServiceContext } from '../context.ts';
import { generationOf } from '../../vault/sealing.ts';

const batchSize = 500;

/** Returns how many were wrapped anew. Broken off, the next call goes on where it stopped. Throws `SealBroken`. */
export async function rewrapCustomerKeys(
  ctx: Pick<ServiceContext, 'store' | 'vault'>,
  onBatch?: (done: number) => void,
): Promise<number> {
  let done = 0;
  for (let after = ''; ;) {
    const rows = await ctx.store.transaction(async (trx) => {
      const found = await trx
        .selectFrom('customer_keys')
        .select(['customer_id', 'wrapped_key'])
        .where('wrapped_key', 'is not', null)
        .where('customer_id', '>', after)
        .orderBy('customer_id')
        .limit(batchSize)
        .execute();
      for (const row of found) {
        const fresh = row.wrapped_key === null ? null : ctx.vault.rewrapCustomerKey(row.wrapped_key, row.customer_id);
        if (fresh === null) continue;
        await trx
          .updateTable('customer_keys')
          .set({ wrapped_key: fresh })
          .where('customer_id', '=', row.customer_id)
          .execute();
        done += 1;
      }
      return found;
    });
    onBatch?.(done);
    const last = rows.at(-1);
    if (last === undefined || rows.length < batchSize) return done;
    after = last.customer_id;
  }
}

/** Generations of the wrapping key that still hold a customer's key. */
export async function wrappingGenerations(ctx: Pick<ServiceContext, 'store'>): Promise<ReadonlySet<number>> {
  const used = new Set<number>();
  for (let after = ''; ;) {
    const rows = await ctx.store.db
      .selectFrom('customer_keys')
      .select(['customer_id', 'wrapped_key'])
      .where('wrapped_key', 'is not', null)
      .where('customer_id', '>', after)
      .orderBy('customer_id')
      .limit(batchSize)
      .execute();
    for (const row of rows) used.add(generationOf('customer_key', row.wrapped_key ?? new Uint8Array()) ?? 0);
    const last = rows.at(-1);
    if (last === undefined || rows.length < batchSize) return used;
    after = last.customer_id;
  }
}
