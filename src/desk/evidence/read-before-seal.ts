/**
 * What sealing must know first, in one look: the end of the desk's chain, whether the nonce was sealed before, the
 * customer's key, head office's key and the watch lists in force. Five questions one by one would cost as much as the seal.
 */
import { sql, type Kysely } from 'kysely';
import { fail, ok, type Result } from '../../contract/result.ts';
import { compiledOnce } from '../../store/repositories/compiled-once.ts';
import type { Database } from '../../store/schema.ts';
import type { HeadOfficeKey } from '../../vault/head-office-key.ts';
import type { WrappedKey } from '../../vault/vault.ts';
import { bundleChainKey, type BundleChainHead } from './desk-counter.ts';

export interface BeforeSeal {
  readonly head: BundleChainHead;
  readonly sealedBefore: boolean;
  /** Null: none was made yet. Failures: `customer_erased`, `not_found` (the id is another organisation's). */
  readonly customerKey: Result<WrappedKey | null>;
  readonly headOffice: HeadOfficeKey | null;
  /** By list, cut to what a manifest takes. */
  readonly listVersions: Record<string, string>;
}

interface Row {
  readonly kind: 'key' | 'office' | 'list' | 'twin' | 'chain';
  readonly a: string;
  readonly b: string | null;
  readonly bytes: Uint8Array | null;
}

export async function readBeforeSeal(
  trx: Kysely<Database>,
  asked: { readonly deskId: string; readonly orgId: string; readonly customerId: string; readonly nonce: string },
): Promise<BeforeSeal> {
  const { orgId, customerId, nonce } = asked;
  const values = [customerId, orgId, nonce, bundleChainKey(asked.deskId)];
  const rows = await compiledOnce(trx, 'evidence.before_seal', values, (marks) => ({
    compile: () => query(marks).compile(trx),
  }));
  const key = rows.find((row) => row.kind === 'key');
  const chain = rows.find((row) => row.kind === 'chain');
  const office = rows.find((row) => row.kind === 'office');
  const lists = rows.filter((row) => row.kind === 'list');
  return {
    head: chain === undefined ? { counter: 0, hash: null } : (JSON.parse(chain.a) as BundleChainHead),
    sealedBefore: rows.some((row) => row.kind === 'twin'),
    customerKey: keyOf(key, orgId),
    headOffice: office === undefined ? null : { keyId: office.a, publicKey: office.b ?? '' },
    listVersions: Object.fromEntries(lists.map((row) => [row.a.slice(0, 60), (row.b ?? '').slice(0, 80)])),
  };
}

function keyOf(row: Row | undefined, orgId: string): Result<WrappedKey | null> {
  if (row === undefined) return ok(null);
  if (row.a !== orgId) return fail('not_found', 'There is no such customer.');
  return row.bytes === null ? fail('customer_erased', "The customer's data was erased.") : ok(row.bytes);
}

/** The key's part comes first: PostgreSQL takes the type of each column from there. */
function query([customerId, orgId, nonce, chain]: readonly unknown[]) {
  return sql<Row>`select 'key' as kind, org_id as a, null as b, wrapped_key as bytes
      from customer_keys where customer_id = ${customerId}
    union all select 'office', key_id, public_key, null from head_office_keys
      where org_id = ${orgId} and retired_at is null
    union all select 'list', list_id, version, null from screening_packs
      where org_id = ${orgId} and state = 'active'
    union all select 'twin', id, null, null from outbox where id = ${nonce}
    union all select 'chain', value, null, null from installation where key = ${chain}`;
}
