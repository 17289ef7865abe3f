/** The customer's data key, made when the first thing is sealed for the customer. Destroying it is crypto-shredding. */
import type { Kysely } from 'kysely';
import { fail, ok, type Result } from '../../contract/result.ts';
import { compiledOnce } from '../../store/repositories/compiled-once.ts';
import type { Database } from '../../store/schema.ts';
import type { WrappedKey } from '../../vault/vault.ts';
import type { EvidenceContext } from './evidence-context.ts';

type KeyContext = Pick<EvidenceContext, 'vault' | 'clock'>;

/** For a customer who has none. */
export async function makeCustomerKey(
  trx: Kysely<Database>,
  ctx: KeyContext,
  orgId: string,
  customerId: string,
): Promise<WrappedKey> {
  const wrapped = ctx.vault.newCustomerKey(customerId);
  await trx
    .insertInto('customer_keys')
    .values({
      customer_id: customerId,
      org_id: orgId,
      wrapped_key: wrapped,
      created_at: ctx.clock().toISOString(),
      destroyed_at: null,
    })
    .execute();
  return wrapped;
}

/** `null` when none was made yet. Failures: `customer_erased`, `not_found` (the id is another organisation's). */
export async function existingCustomerKey(
  trx: Kysely<Database>,
  orgId: string,
  customerId: string,
): Promise<Result<WrappedKey | null>> {
  const [row] = await compiledOnce(trx, 'customer_keys.one', [customerId], ([id]) =>
    trx.selectFrom('customer_keys').select(['org_id', 'wrapped_key']).where('customer_id', '=', String(id)),
  );
  if (row === undefined) return ok(null);
  if (row.org_id !== orgId) return fail('not_found', 'There is no such customer.');
  return row.wrapped_key === null ? fail('customer_erased', "The customer's data was erased.") : ok(row.wrapped_key);
}
