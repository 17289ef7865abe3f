/** A table of the asked size: customers with one verification each, one customer with a history like a real one. */
import type { ServiceContext } from '../../../src/services/context.ts';
import { indexCustomers } from '../../../src/store/repositories/customer-search.ts';
import type { Db, Row } from '../../../src/store/repositories/types.ts';

const given = [
  'SITI',
  'BUDI',
  'DEWI',
  'AGUS',
  'RINA',
  'HENDRA',
  'PUTRI',
  'JOKO',
  'MARIA',
  'YUSUF',
  'LESTARI',
  'ADITYA',
];
const family = ['SANTOSO', 'WIJAYA', 'RAHMAWATI', 'SUSANTO', 'PRATAMA', 'NUGROHO', 'HIDAYAT', 'SIREGAR', 'GINTING'];
const atOnce = 200;

/** Twenty-six letters make the rare name of customer `n`. */
function rareName(n: number): string {
  let text = '';
  for (let rest = n + 1000; rest > 0; rest = Math.floor(rest / 26)) text += String.fromCharCode(65 + (rest % 26));
  return `X${text}`;
}

function customerRow(orgId: string, n: number, id: string, at: string): Row<'customers'> {
  return {
    id,
    org_id: orgId,
    full_name: `${given[n % given.length] ?? ''} ${family[n % family.length] ?? ''} ${rareName(n)}`,
    nik: null,
    nik_index: null,
    nik_metadata: null,
    email: null,
    phone: null,
    external_ref: `core-${n}`,
    status: 'active',
    kyc_level: 'basic',
    kyc_last_verified_at: at,
    kyc_expires_at: null,
    data_residency: 'id-jkt-1',
    created_at: at,
    updated_at: at,
    erased_at: null,
  } as Row<'customers'>;
}

function verificationRow(
  orgId: string,
  customerId: string,
  id: string,
  method: string,
  at: string,
): Row<'verifications'> {
  return {
    id,
    org_id: orgId,
    customer_id: customerId,
    method,
    status: 'verified',
    score: 100,
    reasons: '[]',
    detail: '{"kind":"bench"}',
    capture_id: null,
    operator_id: null,
    data_residency: 'id-jkt-1',
    created_at: at,
  } as Row<'verifications'>;
}

async function history(
  trx: Db,
  orgId: string,
  customerId: string,
  next: (prefix: 'aud' | 'cus' | 'ver' | 'kte') => string,
  at: string,
): Promise<void> {
  const methods = ['ktp_capture', 'nik_dukcapil', 'face_liveness'];
  await trx
    .insertInto('verifications')
    .values(methods.map((method) => verificationRow(orgId, customerId, next('ver'), method, at)))
    .execute();
  const event = { org_id: orgId, customer_id: customerId, actor_user_id: null, reason: 'automatic', created_at: at };
  await trx
    .insertInto('tier_events')
    .values([
      { ...event, id: next('kte'), from_tier: 'none', to_tier: 'basic' },
      { ...event, id: next('kte'), from_tier: 'basic', to_tier: 'standard' },
    ])
    .execute();
}

export interface Seeded {
  readonly customers: readonly string[];
  readonly rare: string;
}

/** Rows one after another in time, a second apart. Answers a thousand ids spread over the table. */
export async function seed(ctx: ServiceContext, orgId: string, rows: number): Promise<Seeded> {
  const ids: string[] = [];
  const started = Date.parse('2026-01-05T00:00:00Z');
  for (let from = 0; from < rows; from += atOnce * 25) {
    await ctx.store.transaction(async (trx) => {
      for (let part = from; part < Math.min(rows, from + atOnce * 25); part += atOnce) {
        const customers = Array.from({ length: Math.min(atOnce, rows - part) }, (_, k) =>
          customerRow(orgId, part + k, ctx.ids.next('cus'), new Date(started + (part + k) * 1000).toISOString()),
        );
        await trx.insertInto('customers').values(customers).execute();
        await indexCustomers(trx, customers);
        const checks = customers.map((one) =>
          verificationRow(orgId, one.id, ctx.ids.next('ver'), 'nik_format', one.created_at),
        );
        await trx.insertInto('verifications').values(checks).execute();
        ids.push(...customers.map((one) => one.id));
      }
    });
  }
  const step = Math.max(1, Math.floor(rows / 1000));
  const chosen = ids.filter((_, n) => n % step === 0);
  await ctx.store.transaction(async (trx) => {
    for (const id of chosen) await history(trx, orgId, id, ctx.ids.next, new Date(started + rows * 1000).toISOString());
  });
  return { customers: chosen, rare: rareName(Math.floor(rows / 2)) };
}
