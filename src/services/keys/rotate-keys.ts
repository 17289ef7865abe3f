/**
 * Rotation of an installation's keys while it works: new keys first, then customers' keys and secrets under them in small
 * steps, then the database: here when nobody has it open, else by the program that has (`database-key-job.ts`). Every step may
 * break off; the next call goes on.
 */
import { fail, ok, type Result } from '../../contract/result.ts';
import { readInstallationValue } from '../../store/installation-values.ts';
import { rekeyDatabase } from '../../store/rekey-database.ts';
import {
  beginRotation,
  forgetRetired,
  replaceMasterKey,
  rotateDeskKey,
  useNextDatabaseKey,
  type KeyChange,
  type NewDeskKey,
} from '../../vault/change-keys.ts';
import { databasePath } from '../../vault/data-directory.ts';
import { openVault } from '../../vault/open-vault.ts';
import type { Vault } from '../../vault/vault.ts';
import { appendAudit } from '../../store/audit-log.ts';
import { listOrganisations } from '../../store/repositories/organisations.ts';
import { dayMs, instant, systemActor, type ServiceContext } from '../context.ts';
import { writeJournalLine } from '../journal/erasure-journal.ts';
import { recordAudit } from '../record-audit.ts';
import { resealSecrets } from './reseal-secrets.ts';
import { rewrapCustomerKeys, wrappingGenerations } from './rewrap-customer-keys.ts';

/** A program that read the keys a moment before a rotation may still write under the old one: it is kept this long. */
const retiredKeptMs = 7 * dayMs;

/** Written by the desk when it joins a hub. */
const hubLinkKey = 'hub.link';

export interface RotationReport {
  /** False: a rotation that had broken off was ended. */
  readonly begun: boolean;
  readonly customerKeys: number;
  readonly secrets: number;
  readonly unreadableSecrets: number;
  /** `pending`: a program has the database open and gives it the key itself. `none`: the records are on a server. */
  readonly database: 'rekeyed' | 'pending' | 'none';
  /** Retired keys that nothing lay under any more, forgotten for good. */
  readonly forgotten: readonly string[];
}

/**
 * `withContext` opens the installation, gives its context to the work and closes it. Errors: those of `beginRotation`, of
 * `withContext` and of `rekeyDatabase` (but for `store_busy`, which is `pending`).
 */
export async function rotateKeys(
  change: KeyChange,
  withContext: <T>(work: (ctx: ServiceContext) => Promise<Result<T>>) => Promise<Result<T>>,
  options: { readonly masterKey?: boolean } = {},
): Promise<Result<RotationReport>> {
  if (options.masterKey === true) {
    const replaced = await replaceMasterKey(change);
    if (!replaced.ok) return replaced;
  }
  const begun = await beginRotation(change);
  if (!begun.ok) return begun;
  const moved = await withContext((ctx) => moveToNewKeys(ctx, change));
  if (!moved.ok) return moved;
  const database = moved.value.sqlite ? await rekey(change) : ok('none' as const);
  if (!database.ok) return database;
  const { customerKeys, secrets, forgotten } = moved.value;
  return ok({
    begun: begun.value.begun,
    customerKeys,
    secrets: secrets.resealed,
    unreadableSecrets: secrets.unreadable,
    database: database.value,
    forgotten,
  });
}

interface Moved {
  readonly customerKeys: number;
  readonly secrets: { readonly resealed: number; readonly unreadable: number };
  readonly forgotten: readonly string[];
  readonly sqlite: boolean;
}

async function moveToNewKeys(ctx: ServiceContext, change: KeyChange): Promise<Result<Moved>> {
  const customerKeys = await rewrapCustomerKeys(ctx);
  const secrets = await resealSecrets(ctx);
  const forgotten = await forgetUnused(ctx, change);
  if (!forgotten.ok) return forgotten;
  const sqlite = ctx.store.engine === 'sqlite';
  if (!sqlite) {
    const used = await useNextDatabaseKey(change);
    if (!used.ok) return used;
  }
  await record(ctx, 'keys.rotated', { customerKeys, secrets: secrets.resealed, forgotten: forgotten.value });
  return ok({ customerKeys, secrets, forgotten: forgotten.value, sqlite });
}

/**
 * Wrapping keys that served their time and hold no customer's key. A retired key of secrets is never forgotten: bulk that
 * is written once (imported registry rows, list packs, a hub's key) stays under the key of its day.
 */
async function forgetUnused(ctx: ServiceContext, change: KeyChange): Promise<Result<readonly string[]>> {
  const used = await wrappingGenerations(ctx);
  const now = ctx.clock().getTime();
  const idle = ctx.vault
    .inventory()
    .filter((key) => key.purpose === 'customer-wrapping' && key.retiredAt !== null)
    .filter((key) => Date.parse(key.retiredAt ?? '') + retiredKeptMs <= now)
    .filter((key) => !used.has(generationIn(key.id)));
  if (idle.length === 0) return ok([]);
  const generations = idle.map((key) => generationIn(key.id));
  const done = await forgetRetired(change, 'customer-wrapping', generations);
  return done.ok ? ok(idle.map((key) => key.id)) : done;
}

function generationIn(keyId: string): number {
  return Number(keyId.split('/')[1]);
}

async function rekey(change: KeyChange): Promise<Result<'rekeyed' | 'pending'>> {
  const vault = await openVault({ ...change, create: false });
  if (!vault.ok) return vault;
  const [fromHex, toHex] = vault.value.databaseKeysHex();
  if (fromHex === undefined || toHex === undefined) return ok('rekeyed');
  const done = rekeyDatabase({ path: databasePath(change.dataDirectory), fromHex, toHex });
  if (!done.ok) return done.error.code === 'store_busy' ? ok('pending') : done;
  const used = await useNextDatabaseKey(change);
  return used.ok ? ok('rekeyed') : used;
}

/** The log is the installation's: one row, in the name of its first organisation. */
async function record(ctx: ServiceContext, event: 'keys.rotated', detail: Record<string, unknown>): Promise<void> {
  const [first] = await listOrganisations(ctx.store.db);
  if (first === undefined) return;
  await ctx.store.transaction((trx) => recordAudit(ctx, trx, systemActor(first.id), { event, detail }));
}

/**
 * A new signing key of the desk. The record of this installation accepts it before it signs, and the old one for what was
 * captured until then. Errors: `hub_enrolled` (a hub knows the desk by its key and would refuse what waits), and as
 * `rotateDeskKey`.
 */
export async function rotateSigningKey(ctx: ServiceContext, change: KeyChange): Promise<Result<NewDeskKey>> {
  if ((await readInstallationValue<unknown>(ctx.store.db, hubLinkKey)) !== null)
    return fail(
      'hub_enrolled',
      'This desk delivers to a hub, which knows it by its key. Have the hub take over all that waits, revoke the desk there, and set it up anew.',
    );
  return rotateDeskKey(change, (key) => announceDeskKey(ctx, ctx.vault, key));
}

async function announceDeskKey(ctx: ServiceContext, vault: Vault, key: NewDeskKey): Promise<Result<true>> {
  await ctx.store.transaction(async (trx) => {
    const desk = await trx.selectFrom('desks').selectAll().where('id', '=', vault.desk.id).executeTakeFirst();
    if (desk === undefined) return;
    const row = { desk_id: desk.id, org_id: desk.org_id };
    await trx
      .insertInto('desk_signing_keys')
      .values([
        { ...row, public_key: key.previous, valid_from: desk.created_at, valid_until: key.at },
        { ...row, public_key: key.publicKey, valid_from: key.at, valid_until: null },
      ])
      .onConflict((conflict) =>
        conflict
          .columns(['desk_id', 'public_key'])
          .doUpdateSet((e) => ({ valid_until: e.ref('excluded.valid_until') })),
      )
      .execute();
    const handover = { kind: 'key' as const, erasureId: null, subjects: [], nonces: [], nextKey: key.publicKey };
    await writeJournalLine(trx, ctx, { ...handover, orgId: desk.org_id });
    await trx.updateTable('desks').set({ public_key: key.publicKey }).where('id', '=', desk.id).execute();
    await appendAudit(trx, {
      orgId: desk.org_id,
      event: 'desk.key_rotated',
      actor: { kind: 'system', id: null },
      objectId: desk.id,
      detail: { previous: key.previous, publicKey: key.publicKey },
      occurredAt: instant(ctx),
    });
  });
  return ok(true);
}
