/** `customers.*` and `dashboard.*`: finding and showing customers, and counting them. Every look is on the audit record. */
import { fail, ok } from '../../contract/result.ts';
import { customerFile, eraseFromPage } from '../../services/customer-file.ts';
import { viewDashboard } from '../../services/dashboard/view-dashboard.ts';
import { getCustomer } from '../../services/get-customer.ts';
import { viewOfCustomer } from '../../services/open-review.ts';
import { searchCustomers } from '../../services/search-customers.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskHandlerTable } from '../dispatch.ts';
import { proofOf } from './proved.ts';
import { actorOf } from './acting-person.ts';

const searchLimit = 50;

type CustomerCalls = 'customers.search' | 'customers.get' | 'customers.file' | 'customers.erase' | 'dashboard.view';

export function customersHandlers({ ctx }: DeskHouse): Pick<DeskHandlerTable, CustomerCalls> {
  return {
    'customers.file': (session, { id }) => customerFile(ctx, actorOf(session), id),
    'customers.erase': (session, request) => eraseFromPage(ctx, actorOf(session), { ...request, ...proofOf(session) }),
    'dashboard.view': (session, request) => viewDashboard(ctx, actorOf(session), request),
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
