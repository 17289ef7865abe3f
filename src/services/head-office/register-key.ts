/** The public key of head office: what is sealed for a customer is sealed to it too, so that a lost desk loses nothing. */
import { fail, ok, type Result } from '../../contract/result.ts';
import { compiledOnce } from '../../store/repositories/compiled-once.ts';
import type { Db } from '../../store/repositories/types.ts';
import type { HeadOfficeKey } from '../../vault/head-office-key.ts';
import { hpkeKeyId, isHpkePublicKey } from '../../vault/hpke.ts';
import type { WrappedKey } from '../../vault/vault.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';

type Wrapping = Pick<ServiceContext, 'vault' | 'clock'>;

export interface HeadOfficeRegistration extends HeadOfficeKey {
  /** Customers whose data keys were sealed to it now. */
  readonly customers: number;
}

/** The organisation's one key from now on; an earlier one is retired. Errors: `key_unreadable`, `not_found`. */
export async function registerHeadOfficeKey(
  ctx: ServiceContext,
  actor: Actor,
  key: Pick<HeadOfficeKey, 'publicKey'>,
): Promise<Result<HeadOfficeRegistration>> {
  if (!(await isHpkePublicKey(key.publicKey))) return fail('key_unreadable', 'not a public key of a head office');
  const keyId = hpkeKeyId(key.publicKey);
  const now = instant(ctx);
  await ctx.store.transaction(async (trx) => {
    await trx
      .updateTable('head_office_keys')
      .set({ retired_at: now })
      .where('org_id', '=', actor.orgId)
      .where('retired_at', 'is', null)
      .where('key_id', '!=', keyId)
      .execute();
    await trx
      .insertInto('head_office_keys')
      .values({
        org_id: actor.orgId,
        key_id: keyId,
        public_key: key.publicKey,
        registered_at: now,
        retired_at: null,
      })
      .onConflict((conflict) => conflict.columns(['org_id', 'key_id']).doUpdateSet({ retired_at: null }))
      .execute();
    await recordAudit(ctx, trx, actor, { event: 'head_office.registered', objectId: keyId });
  });
  return ok({ keyId, publicKey: key.publicKey, customers: await sealMissingWraps(ctx) });
}

/** The organisation's key in use; null: none was registered. */
export async function headOfficeKey(db: Db, orgId: string): Promise<HeadOfficeKey | null> {
  const [row] = await compiledOnce(db, 'head_office_keys.current', [orgId], ([org]) =>
    db
      .selectFrom('head_office_keys')
      .select(['key_id', 'public_key'])
      .where('org_id', '=', String(org))
      .where('retired_at', 'is', null),
  );
  return row === undefined ? null : { keyId: row.key_id, publicKey: row.public_key };
}

/**
 * A customer's data key sealed to head office, in the transaction that made it. Nothing where no key is registered.
 * `inUse`: the organisation's key, where the caller has read it.
 */
export async function sealToHeadOffice(
  trx: Db,
  ctx: Wrapping,
  orgId: string,
  customerId: string,
  wrapped: WrappedKey,
  inUse?: HeadOfficeKey | null,
): Promise<void> {
  const key = inUse === undefined ? await headOfficeKey(trx, orgId) : inUse;
  if (key === null) return;
  const known = await trx
    .selectFrom('head_office_wraps')
    .select('key_id')
    .where('customer_id', '=', customerId)
    .where('key_id', '=', key.keyId)
    .executeTakeFirst();
  if (known !== undefined) return;
  await trx
    .insertInto('head_office_wraps')
    .values({
      customer_id: customerId,
      key_id: key.keyId,
      org_id: orgId,
      wrapped: await ctx.vault.customerKeyFor(key.publicKey, wrapped, customerId),
      created_at: instant(ctx),
    })
    .execute();
}

const batchSize = 100;

/** Whoever has no wrap for the key in use yet: all at the registration, stragglers each night. */
export async function sealMissingWraps(ctx: ServiceContext): Promise<number> {
  for (let done = 0; ;) {
    const sealed = await ctx.store.transaction(async (trx) => {
      const rows = await trx
        .selectFrom('customer_keys as c')
        .innerJoin('head_office_keys as k', (join) =>
          join.onRef('k.org_id', '=', 'c.org_id').on('k.retired_at', 'is', null),
        )
        .leftJoin('head_office_wraps as w', (join) =>
          join.onRef('w.customer_id', '=', 'c.customer_id').onRef('w.key_id', '=', 'k.key_id'),
        )
        .select(['c.customer_id', 'c.org_id', 'c.wrapped_key'])
        .where('c.wrapped_key', 'is not', null)
        .where('w.customer_id', 'is', null)
        .limit(batchSize)
        .execute();
      for (const row of rows) {
        if (row.wrapped_key !== null) await sealToHeadOffice(trx, ctx, row.org_id, row.customer_id, row.wrapped_key);
      }
      return rows.length;
    });
    done += sealed;
    if (sealed < batchSize) return done;
  }
}
