/** Free text over name and email, or a whole NIK. What was searched is never written down, only that it was. */
import { searchCustomers as searchRows } from '../store/repositories/customers.ts';
import type { ListPart, Slice } from '../store/repositories/types.ts';
import type { Actor, ServiceContext } from './context.ts';
import { customerView, type CustomerRecord } from './customer-view.ts';
import { recordAccess } from './record-access.ts';

export async function searchCustomers(
  ctx: ServiceContext,
  actor: Actor,
  q: string,
  slice: Slice,
): Promise<ListPart<CustomerRecord>> {
  const text = q.trim();
  const nik = /^[0-9]{16}$/.test(text) ? text : null;
  const nikIndex = nik === null ? null : ctx.vault.blindIndex(actor.orgId, nik);
  const part = await searchRows(ctx.store.db, actor.orgId, { text, nikIndex }, slice);
  await recordAccess(ctx, actor, {
    event: 'search.performed',
    detail: { by: nik === null ? 'text' : 'nik', found: part.rows.length },
  });
  return { ...part, rows: part.rows.map(customerView) };
}
