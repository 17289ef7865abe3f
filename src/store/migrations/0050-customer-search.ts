/** Step 50: the index behind customer search, filled for the customers that are there. Never changes again. */
import type { Kysely } from 'kysely';
import { indexCustomers } from '../repositories/customer-search.ts';
import type { Database } from '../schema.ts';
import type { Migration } from './migration.ts';
import { createTable } from './table-builder.ts';

/** Customers read at once, so that a bank's fit in memory. */
const slice = 200;

export const customerSearch: Migration = {
  id: 50,
  name: 'customer-search',
  async up(db, dialect) {
    await createTable(db, dialect, 'customer_search', {
      columns: { org_id: 'text', token: 'text', customer_id: 'text' },
      primaryKey: ['org_id', 'token', 'customer_id'],
      indexes: [['customer_id']],
      clustered: true,
    });
    const trx = db as unknown as Kysely<Database>;
    for (let after = ''; ;) {
      const customers = await trx
        .selectFrom('customers')
        .select(['id', 'org_id', 'full_name', 'email', 'erased_at'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(slice)
        .execute();
      await indexCustomers(trx, customers);
      const last = customers.at(-1);
      if (last === undefined) return;
      after = last.id;
    }
  },
};
