/** A customer comes into being: record, data key, `nik_format`, tier event and audit row, or nothing. */
import { fail, ok, type Result } from '../contract/result.ts';
import {
  findCustomerByExternalRef,
  insertCustomer,
  insertCustomerKey,
  type CustomerRow,
} from '../store/repositories/customers.ts';
import { findOrganisation } from '../store/repositories/organisations.ts';
import type { Db } from '../store/repositories/types.ts';
import { instant, type Actor, type ServiceContext } from './context.ts';
import { customerView, type CustomerRecord } from './customer-view.ts';
import { findByNik, nikMetadata, readNik, writeNikFormat } from './nik.ts';
import { recordAudit } from './record-audit.ts';
import { settleTier } from './settle-tier.ts';
import { undoable } from './undoable.ts';

export interface NewCustomer {
  readonly fullName: string;
  readonly nik?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly externalRef?: string;
}

/** Errors: `nik_invalid` (400), `customer_exists`, `external_ref_exists` (409, details.customerId). */
export async function createCustomer(
  ctx: ServiceContext,
  actor: Actor,
  input: NewCustomer,
  alsoWrite: (trx: Db, made: CustomerRecord) => Promise<void> = () => Promise.resolve(),
): Promise<Result<CustomerRecord>> {
  return undoable(ctx, async (trx) => {
    const added = await addCustomer(ctx, trx, actor, input);
    if (!added.ok) return added;
    const made = customerView(added.value);
    await alsoWrite(trx, made);
    return ok(made);
  });
}

/** What a desk has drafted already: the id, and the key its captures are sealed under. */
export interface DraftedCustomer {
  readonly id: string;
  readonly wrappedKey: Uint8Array;
}

/** The same inside a caller's transaction. */
export async function addCustomer(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  input: NewCustomer,
  drafted?: DraftedCustomer,
): Promise<Result<CustomerRow>> {
  const organisation = await findOrganisation(trx, actor.orgId);
  if (organisation === null) return fail('not_found', 'organisation not found');
  const decode = input.nik === undefined ? null : readNik(ctx, input.nik);
  if (decode !== null && !decode.consistent) {
    const codes = decode.reasons.map((reason) => reason.code);
    return fail('nik_invalid', 'the NIK is not valid', {
      fieldErrors: { nik: codes.length > 0 ? codes : ['nik_malformed'] },
    });
  }
  if (input.nik !== undefined) {
    const holder = await findByNik(ctx, trx, actor.orgId, input.nik);
    if (holder !== null) return fail('customer_exists', 'a customer with this NIK exists', { customerId: holder.id });
  }
  if (input.externalRef !== undefined) {
    const holder = await findCustomerByExternalRef(trx, actor.orgId, input.externalRef);
    if (holder !== null)
      return fail('external_ref_exists', 'a customer with this externalRef exists', { customerId: holder.id });
  }
  const now = instant(ctx);
  const id = drafted?.id ?? ctx.ids.next('cus');
  const row: CustomerRow = {
    id,
    org_id: actor.orgId,
    full_name: input.fullName.trim(),
    nik: input.nik ?? null,
    nik_index: input.nik === undefined ? null : ctx.vault.blindIndex(actor.orgId, input.nik),
    nik_metadata: decode === null ? null : nikMetadata(decode),
    email: input.email ?? null,
    phone: input.phone ?? null,
    external_ref: input.externalRef ?? null,
    status: 'active',
    kyc_level: 'none',
    kyc_last_verified_at: null,
    kyc_expires_at: null,
    data_residency: organisation.settings.dataResidency,
    created_at: now,
    updated_at: now,
    erased_at: null,
  };
  await insertCustomer(trx, row);
  await insertCustomerKey(trx, {
    customer_id: id,
    org_id: actor.orgId,
    wrapped_key: drafted?.wrappedKey ?? ctx.vault.newCustomerKey(id),
    created_at: now,
    destroyed_at: null,
  });
  await recordAudit(ctx, trx, actor, { event: 'customer.created', customerId: id, objectId: id });
  if (decode === null) return ok(row);
  await writeNikFormat(ctx, trx, actor, row, decode);
  const standing = await settleTier(ctx, trx, actor, id, 'automatic on nik_format verify');
  return ok({
    ...row,
    kyc_level: standing.tier,
    kyc_last_verified_at: standing.lastVerifiedAt,
    kyc_expires_at: standing.expiresAt,
  });
}
