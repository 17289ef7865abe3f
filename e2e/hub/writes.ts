/**
 * `npm run bench:writes [-- --seconds 10]`: how many writing transactions one PostgreSQL database takes, whose commits wait for the
 * disk. Each makes a customer and its audit row, as the smallest use case does: in turn, as the hub writes (one chain, one
 * writer at a time), and beside it the same rows without turns and without the chain, which is what the server could do.
 */
import { parseArgs } from 'node:util';
import { ulid } from 'ulid';
import { appendAudit } from '../../src/store/audit-log.ts';
import { openPostgresStore } from '../../src/store/open-postgres-store.ts';
import type { Db } from '../../src/store/repositories/types.ts';
import type { Store } from '../../src/store/store.ts';
import { customerRow, customerRowAt as at } from '../../src/store/testing/customer-row.ts';
import { startSystemPostgres, whyNoSystemPostgres } from '../../src/store/testing/system-postgres.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' } } });
const clock = (): Date => new Date(at);
const callers = 16;

async function addCustomer(trx: Db): Promise<void> {
  await trx
    .insertInto('customers')
    .values(customerRow(`cus_${ulid()}`, { full_name: 'NASABAH CONTOH' }))
    .execute();
}

const inTurn = (store: Store): Promise<unknown> =>
  store.transaction(async (trx) => {
    await addCustomer(trx);
    const actor = { kind: 'system', id: null } as const;
    await appendAudit(trx, { orgId: 'org', event: 'customer.created', actor, occurredAt: at });
  });
const freely = (store: Store): Promise<unknown> => store.db.transaction().execute(addCustomer);

/** Transactions a second of so many callers, spread over the stores. */
async function rate(stores: readonly Store[], write: (store: Store) => Promise<unknown>): Promise<number> {
  const started = performance.now();
  const end = started + (Number(values.seconds) * 1000) / 3;
  let done = 0;
  await Promise.all(
    Array.from({ length: callers }, async (_, n) => {
      const store = stores[n % stores.length];
      while (store !== undefined && performance.now() < end) {
        await write(store);
        done += 1;
      }
    }),
  );
  return done / ((performance.now() - started) / 1000);
}

const why = whyNoSystemPostgres();
if (why === null) {
  const server = await startSystemPostgres({ durable: true });
  const stores: Store[] = [];
  for (let n = 0; n < 2; n += 1) {
    const opened = await openPostgresStore({ connectionString: server.connectionString, clock });
    if (!opened.ok) throw new Error(opened.error.message);
    stores.push(opened.value);
  }
  const [first] = stores;
  await first?.db
    .insertInto('organisations')
    .values({ id: 'org', name: 'Bank', branch: 'A', settings: '{}', created_at: at, updated_at: at })
    .execute();
  const one = await rate(stores.slice(0, 1), inTurn);
  const two = await rate(stores, inTurn);
  const free = await rate(stores, freely);
  console.log(`one pool, in turn      ${one.toFixed(0)} transactions a second`);
  console.log(`two pools, in turn     ${two.toFixed(0)} transactions a second`);
  console.log(
    `two pools, no turns    ${free.toFixed(0)} transactions a second   ratio in turn : free ${(two / free).toFixed(2)}`,
  );
  for (const store of stores) await store.close();
  server.stop();
} else {
  console.log(`not run: ${why}`);
}
