/** `customers.*`: finding and showing customers. Every look is on the audit record. */
import { fail, ok } from '../../contract/result.ts';
import { getCustomer } from '../../services/get-customer.ts';
import { viewOfCustomer } from '../../services/open-review.ts';
import { searchCustomers } from '../../services/search-customers.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskHandlerTable } from '../dispatch.ts';
import { actorOf } from './acting-person.ts';

const searchLimit = 50;

export function customersHandlers({ ctx }: DeskHouse): Pick<DeskHandlerTable, 'customers.search' | 'customers.get'> {
  return {
    'customers.search': async (session, { q }) => {
      const found = await searchCustomers(ctx, actorOf(session), q, { by: 'page', page: 1, limit: searchLimit });
      return ok(
        found.rows.map(({ id, fullName, nik, kycLevel, updatedAt }) => ({
          id,
          fullName,
          nikTail: nik === null ? null : nik.slice(-4),
          kycLevel,
          updatedAt,
        })),
      );
    },
    'customers.get': async (session, { id }) => {
      const actor = actorOf(session);
      const seen = await getCustomer(ctx, actor, id);
      if (!seen.ok) return seen;
      const view = await viewOfCustomer(ctx, actor, id);
      return view === null ? fail('not_found', 'customer not found') : ok(view);
    },
  };
}
