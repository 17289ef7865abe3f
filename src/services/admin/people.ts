/** The people of an organisation as its admin manages them. Nobody locks himself, or everybody, out. */
import { fail, ok, type Result } from '../../contract/result.ts';
import type { Role } from '../../contract/vocabulary.ts';
import { listPasskeys } from '../../store/repositories/passkeys.ts';
import { deleteSessionsOf } from '../../store/repositories/sessions.ts';
import type { Db, ListPart, Slice } from '../../store/repositories/types.ts';
import {
  countOthersOfRole,
  findUser,
  pageUsers,
  updateUser,
  type UserFilter,
  type UserRow,
} from '../../store/repositories/users.ts';
import { randomToken } from '../../vault/random.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { hashPassword } from '../passwords.ts';
import { recordAudit } from '../record-audit.ts';
import { addUser } from '../set-up-organisation.ts';
import { undoable } from '../undoable.ts';

export interface PersonRecord {
  readonly id: string;
  readonly email: string;
  readonly fullName: string;
  readonly role: Role;
  readonly disabled: boolean;
  /** Until then no password is tried; null = not locked now. */
  readonly lockedUntil: string | null;
  readonly passkeys: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

async function view(ctx: ServiceContext, db: Db, row: UserRow): Promise<PersonRecord> {
  return {
    id: row.id,
    email: row.email,
    fullName: row.full_name,
    role: row.role as Role,
    disabled: row.disabled === 1,
    lockedUntil: row.locked_until !== null && row.locked_until > instant(ctx) ? row.locked_until : null,
    passkeys: (await listPasskeys(db, row.id)).length,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

async function own(db: Db, actor: Actor, id: string): Promise<Result<UserRow>> {
  const row = await findUser(db, id);
  return row === null || row.org_id !== actor.orgId ? fail('not_found', 'user not found') : ok(row);
}

export async function listPeople(
  ctx: ServiceContext,
  actor: Actor,
  filter: UserFilter,
  slice: Slice,
): Promise<ListPart<PersonRecord>> {
  const part = await pageUsers(ctx.store.db, actor.orgId, filter, slice);
  return { ...part, rows: await Promise.all(part.rows.map((row) => view(ctx, ctx.store.db, row))) };
}

/** Errors: `not_found`. */
export async function getPerson(ctx: ServiceContext, actor: Actor, id: string): Promise<Result<PersonRecord>> {
  const row = await own(ctx.store.db, actor, id);
  return row.ok ? ok(await view(ctx, ctx.store.db, row.value)) : row;
}

/** Without a password one is made and answered once. Errors: `validation_failed`, `user_exists`. */
export async function createPerson(
  ctx: ServiceContext,
  actor: Actor,
  input: {
    readonly email: string;
    readonly fullName: string;
    readonly role: Role;
    readonly password?: string | undefined;
  },
): Promise<Result<PersonRecord & { readonly password?: string }>> {
  const password = input.password ?? randomToken(18);
  const added = await addUser(ctx, actor, { ...input, password });
  if (!added.ok) return added;
  const person = await getPerson(ctx, actor, added.value.id);
  if (!person.ok) return person;
  return ok({ ...person.value, ...(input.password === undefined ? { password } : {}) });
}

export interface PersonChange {
  readonly fullName?: string | undefined;
  readonly role?: Role | undefined;
  readonly disabled?: boolean | undefined;
}

/** A disabled person's sessions end at once. Errors: `not_found`, `own_account`, `last_admin`. */
export async function updatePerson(
  ctx: ServiceContext,
  actor: Actor,
  id: string,
  change: PersonChange,
): Promise<Result<PersonRecord>> {
  return undoable(ctx, async (trx) => {
    const found = await own(trx, actor, id);
    if (!found.ok) return found;
    const row = found.value;
    const { fullName, role = row.role, disabled = row.disabled === 1 } = change;
    if (id === actor.id && (role !== row.role || disabled))
      return fail('own_account', 'nobody changes his own role or disables himself');
    const wasAdmin = row.role === 'admin' && row.disabled === 0;
    const staysAdmin = role === 'admin' && !disabled;
    if (wasAdmin && !staysAdmin && (await countOthersOfRole(trx, actor.orgId, 'admin', id)) === 0)
      return fail('last_admin', 'an organisation keeps at least one active admin');
    const next: UserRow = {
      ...row,
      role,
      full_name: fullName?.trim() ?? row.full_name,
      disabled: disabled ? 1 : 0,
      updated_at: instant(ctx),
    };
    await updateUser(trx, actor.orgId, id, next);
    if (disabled) await deleteSessionsOf(trx, id);
    await recordAudit(ctx, trx, actor, {
      event: 'user.updated',
      objectId: id,
      detail: { changed: Object.keys(change), role, disabled },
    });
    return ok(await view(ctx, trx, next));
  });
}

/**
 * A new password, answered once, for a person who forgot his; his sessions end and a lock is lifted. Passkeys stay. Nobody
 * resets his own: whoever sits at an open screen must not take the account over. Errors: `not_found`, `own_account`.
 */
export async function resetPassword(
  ctx: ServiceContext,
  actor: Actor,
  id: string,
): Promise<Result<PersonRecord & { readonly password: string }>> {
  if (id === actor.id) return fail('own_account', 'another admin resets your password');
  const password = randomToken(18);
  const hash = await hashPassword(password);
  return undoable(ctx, async (trx) => {
    const found = await own(trx, actor, id);
    if (!found.ok) return found;
    const change = { password_hash: hash, failed_attempts: 0, locked_until: null, updated_at: instant(ctx) };
    await updateUser(trx, actor.orgId, id, change);
    await deleteSessionsOf(trx, id);
    await recordAudit(ctx, trx, actor, { event: 'user.password_reset', objectId: id });
    return ok({ ...(await view(ctx, trx, { ...found.value, ...change })), password });
  });
}

/** When each of these people last signed in; absent: never. */
export async function lastSignIns(
  ctx: ServiceContext,
  actor: Actor,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.store.db
    .selectFrom('audit_log')
    .select((e) => ['actor_id', e.fn.max('occurred_at').as('at')])
    .where('org_id', '=', actor.orgId)
    .where('event', '=', 'auth.login')
    .where('actor_id', 'in', [...ids])
    .groupBy('actor_id')
    .execute();
  return new Map(rows.map(({ actor_id, at }) => [actor_id ?? '', at]));
}

/** Forgets failed attempts. Errors: `not_found`. */
export async function unlockPerson(ctx: ServiceContext, actor: Actor, id: string): Promise<Result<PersonRecord>> {
  return undoable(ctx, async (trx) => {
    const found = await own(trx, actor, id);
    if (!found.ok) return found;
    const cleared = { failed_attempts: 0, locked_until: null, updated_at: instant(ctx) };
    await updateUser(trx, actor.orgId, id, cleared);
    await recordAudit(ctx, trx, actor, { event: 'user.updated', objectId: id, detail: { changed: ['lock'] } });
    return ok(await view(ctx, trx, { ...found.value, ...cleared }));
  });
}
