/** What a NIK brings to a customer: blind index, decoded metadata and the `nik_format` verification. */
import { decodeNik, type NikDecode } from '../core/nik/decode-nik.ts';
import { findCustomerByNikIndex, updateCustomer, type CustomerRow } from '../store/repositories/customers.ts';
import type { Db } from '../store/repositories/types.ts';
import { addVerification } from './add-verification.ts';
import { instant, type Actor, type ServiceContext } from './context.ts';

export function readNik(ctx: ServiceContext, nik: string): NikDecode {
  return decodeNik(nik, ctx.regions, instant(ctx).slice(0, 10));
}

export function nikMetadata(decode: NikDecode): string {
  const { provinceCode, province, regency, district, birthDate, sex } = decode;
  return JSON.stringify({ provinceCode, province, regency, district, birthDate, sex });
}

/** The customer of this organisation who holds the NIK, found without storing it in clear in any index. */
export async function findByNik(ctx: ServiceContext, db: Db, orgId: string, nik: string): Promise<CustomerRow | null> {
  return findCustomerByNikIndex(db, orgId, ctx.vault.blindIndex(orgId, nik));
}

/** `nik_format` is produced when a NIK first arrives: at creation, or from the confirmed card (api-decisions 13). */
export async function writeNikFormat(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  customer: Pick<CustomerRow, 'id' | 'data_residency'>,
  decode: NikDecode,
): Promise<string> {
  const id = ctx.ids.next('ver');
  await addVerification(ctx, trx, {
    id,
    org_id: actor.orgId,
    customer_id: customer.id,
    method: 'nik_format',
    status: decode.consistent ? 'verified' : 'failed',
    score: decode.consistent ? 100 : 0,
    reasons: JSON.stringify(decode.reasons),
    detail: '{}',
    capture_id: null,
    operator_id: actor.kind === 'user' ? actor.id : null,
    data_residency: customer.data_residency,
    created_at: instant(ctx),
  });
  return id;
}

/**
 * Gives a customer without a NIK the one read from the confirmed card. False when it is not consistent or belongs to
 * another customer already (then a person decides).
 */
export async function adoptNik(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  customer: CustomerRow,
  nik: string,
): Promise<boolean> {
  const decode = readNik(ctx, nik);
  if (!decode.consistent || customer.nik !== null) return false;
  if ((await findByNik(ctx, trx, actor.orgId, nik)) !== null) return false;
  await updateCustomer(trx, actor.orgId, customer.id, {
    nik,
    nik_index: ctx.vault.blindIndex(actor.orgId, nik),
    nik_metadata: nikMetadata(decode),
    updated_at: instant(ctx),
  });
  await writeNikFormat(ctx, trx, actor, customer, decode);
  return true;
}
