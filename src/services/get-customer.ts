/** Reading customers. Reads of personal data are recorded too (api-decisions 21). */
import { fail, ok, type Result } from '../contract/result.ts';
import { findCustomer, listCustomers as listRows, type CustomerFilter } from '../store/repositories/customers.ts';
import type { ListPart, Slice } from '../store/repositories/types.ts';
import type { Actor, ServiceContext } from './context.ts';
import { customerView, type CustomerRecord } from './customer-view.ts';
import { dukcapilStanding, maySeeDukcapilReason, type DukcapilStanding } from './read-dukcapil.ts';
import { recordAccess } from './record-access.ts';

export interface CustomerPage extends CustomerRecord {
  /** The newest verdict of Dukcapil, for those who may see its reason. */
  readonly dukcapil?: DukcapilStanding | null;
}

/** Errors: `not_found`, also for another organisation's customer. */
export async function getCustomer(ctx: ServiceContext, actor: Actor, id: string): Promise<Result<CustomerPage>> {
  const row = await findCustomer(ctx.store.db, actor.orgId, id);
  if (row === null) return fail('not_found', 'customer not found');
  await recordAccess(ctx, actor, { event: 'customer.viewed', customerId: id, objectId: id });
  const view = customerView(row);
  if (!maySeeDukcapilReason(actor)) return ok(view);
  return ok({ ...view, dukcapil: await dukcapilStanding(ctx, actor, id) });
}

export async function listCustomers(
  ctx: ServiceContext,
  actor: Actor,
  filter: CustomerFilter,
  slice: Slice,
): Promise<ListPart<CustomerRecord>> {
  const part = await listRows(ctx.store.db, actor.orgId, filter, slice);
  return { ...part, rows: part.rows.map(customerView) };
}
