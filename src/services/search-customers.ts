/** Free text over name and email, a whole NIK, telephone number or reference. What was searched is never written down, only that it was. */
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
  const asked = keyOf(ctx, actor, q.trim());
  const part = await searchRows(ctx.store.db, actor.orgId, asked, slice);
  await recordAccess(ctx, actor, {
    event: 'search.performed',
    detail: {
      by: asked.nikIndex !== null ? 'nik' : asked.phones.length > 0 ? 'phone' : 'text',
      found: part.rows.length,
    },
  });
  return { ...part, rows: part.rows.map(customerView) };
}

/** Sixteen digits are a NIK, eight to fifteen (with `+`, spaces and dashes) a telephone number, all else words or a reference. */
function keyOf(
  ctx: ServiceContext,
  actor: Actor,
  text: string,
): { readonly text: string; readonly nikIndex: string | null; readonly phones: readonly string[] } {
  if (/^[0-9]{16}$/.test(text)) return { text, nikIndex: ctx.vault.blindIndex(actor.orgId, text), phones: [] };
  const digits = text.replace(/[^0-9]/g, '');
  const isPhone = /^\+?[0-9 ().-]+$/.test(text) && digits.length >= 8 && digits.length <= 15;
  return { text, nikIndex: null, phones: isPhone ? spellingsOf(text, digits) : [] };
}

/** A number of Indonesia as people write it: `0812…`, `62812…`, `+62812…`. */
function spellingsOf(text: string, digits: string): readonly string[] {
  const national = digits.startsWith('62') ? digits.slice(2) : digits.startsWith('0') ? digits.slice(1) : digits;
  return [...new Set([text, digits, `+${digits}`, `0${national}`, `62${national}`, `+62${national}`])];
}
