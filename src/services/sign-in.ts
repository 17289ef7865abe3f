/**
 * Sign-in and re-authentication by password: back-off and lock-out after five failures, and neither answer nor time
 * tells whether an address has an account (OWASP Authentication Cheat Sheet; api-decisions 4).
 */
import { fail, ok, type Result } from '../contract/result.ts';
import { listPasskeys } from '../store/repositories/passkeys.ts';
import { setReauthenticated } from '../store/repositories/sessions.ts';
import { findShared, raiseShared } from '../store/repositories/shared-counters.ts';
import type { Db } from '../store/repositories/types.ts';
import { findUser, findUserByEmail, setSignInState, type UserRow } from '../store/repositories/users.ts';
import { sha256 } from '../vault/random.ts';
import { instant, minuteMs, plusMs, type Actor, type ServiceContext } from './context.ts';
import { spendVerification, verifyPassword } from './passwords.ts';
import { recordAudit } from './record-audit.ts';
import { openSession, type OpenedSession } from './sessions.ts';

const failuresBeforeLock = 5;
const longestLockMs = 60 * minuteMs;

/**
 * Attempts on addresses without an account, so that they lock like the others: in memory, bounded, where one process holds
 * the database; in the database where several may (the next attempt may reach another one).
 */
const strangers = new Map<string, { failures: number; lockedUntil: string | null }>();
const strangersKept = 5_000;
const strangerBucket = 'auth.stranger';

function lockAfter(failures: number, now: string): string | null {
  if (failures < failuresBeforeLock) return null;
  return plusMs(now, Math.min(minuteMs * 2 ** (failures - failuresBeforeLock), longestLockMs));
}

function locked(until: string, now: string): Result<never> {
  const seconds = Math.max(1, Math.ceil((Date.parse(until) - Date.parse(now)) / 1000));
  return fail('account_locked', 'too many failed attempts, wait before the next one', { retryAfterSeconds: seconds });
}

const refused = (): Result<never> => fail('invalid_credentials', 'email or password is wrong');

async function refuseStranger(ctx: ServiceContext, email: string, password: string): Promise<Result<never>> {
  const now = instant(ctx);
  const key = sha256(email.toLowerCase());
  const known = strangers.get(key) ?? { failures: 0, lockedUntil: null };
  await spendVerification(password);
  if (ctx.store.engine === 'postgres') return refuseSharedStranger(ctx, key, now);
  if (known.lockedUntil !== null && known.lockedUntil > now) return locked(known.lockedUntil, now);
  const failures = known.failures + 1;
  strangers.delete(key);
  strangers.set(key, { failures, lockedUntil: lockAfter(failures, now) });
  if (strangers.size > strangersKept) strangers.delete(strangers.keys().next().value ?? '');
  return refused();
}

async function refuseSharedStranger(ctx: ServiceContext, key: string, now: string): Promise<Result<never>> {
  return ctx.store.transaction(async (trx) => {
    const known = await findShared(trx, strangerBucket, key);
    if (known !== null && lockAfter(known.used, now) !== null && known.endsAt > now) return locked(known.endsAt, now);
    await raiseShared(trx, { bucket: strangerBucket, key }, (failures) => lockAfter(failures, now) ?? now);
    return refused();
  });
}

/** Checks a password and keeps the account's failure count. `auth.login_failed` is written on failure. */
async function checkPassword(ctx: ServiceContext, user: UserRow, password: string): Promise<Result<UserRow>> {
  const now = instant(ctx);
  const right = await verifyPassword(user.password_hash, password);
  if (user.locked_until !== null && user.locked_until > now) return locked(user.locked_until, now);
  if (right && user.disabled === 0) {
    if (user.failed_attempts > 0) {
      await setSignInState(ctx.store.db, user.id, { failedAttempts: 0, lockedUntil: null, at: now });
    }
    return ok(user);
  }
  await ctx.store.transaction(async (trx) => {
    const failures = ((await findUser(trx, user.id))?.failed_attempts ?? 0) + 1;
    await setSignInState(trx, user.id, { failedAttempts: failures, lockedUntil: lockAfter(failures, now), at: now });
    const actor: Actor = { kind: 'system', id: null, orgId: user.org_id };
    await recordAudit(ctx, trx, actor, { event: 'auth.login_failed', objectId: user.id, detail: { failures } });
  });
  return refused();
}

export interface SignedInPerson {
  readonly user: { readonly id: string; readonly email: string; readonly fullName: string; readonly role: string };
  readonly org: { readonly id: string };
  readonly session: OpenedSession;
}

/** The account behind address and password; opens nothing. Errors: `invalid_credentials`, `account_locked`. */
export async function checkSignIn(
  ctx: ServiceContext,
  input: { readonly email: string; readonly password: string },
): Promise<Result<UserRow>> {
  const found = await findUserByEmail(ctx.store.db, input.email);
  return found === null ? refuseStranger(ctx, input.email, input.password) : checkPassword(ctx, found, input.password);
}

/** Once a passkey is registered, a password alone opens nothing (api-decisions 4). */
export async function hasPasskey(db: Db, userId: string): Promise<boolean> {
  return (await listPasskeys(db, userId)).length > 0;
}

/** The session of somebody who proved who he is; `auth.login` says how. */
export async function openSignedIn(
  ctx: ServiceContext,
  trx: Db,
  user: UserRow,
  channel: 'api' | 'station',
  by: 'password' | 'passkey' | 'oidc',
): Promise<SignedInPerson> {
  const session = await openSession(ctx, trx, user, channel);
  const actor: Actor = { kind: 'user', id: user.id, orgId: user.org_id };
  await recordAudit(ctx, trx, actor, { event: 'auth.login', detail: { channel, by } });
  return {
    user: { id: user.id, email: user.email, fullName: user.full_name, role: user.role },
    org: { id: user.org_id },
    session,
  };
}

/** By password alone. Errors: `invalid_credentials`, `account_locked` (details.retryAfterSeconds), `passkey_required`. */
export async function signIn(
  ctx: ServiceContext,
  input: { readonly email: string; readonly password: string; readonly channel: 'api' | 'station' },
): Promise<Result<SignedInPerson>> {
  const checked = await checkSignIn(ctx, input);
  if (!checked.ok) return checked;
  if (await hasPasskey(ctx.store.db, checked.value.id))
    return fail('passkey_required', 'this account signs in with its passkey');
  return ok(await ctx.store.transaction((trx) => openSignedIn(ctx, trx, checked.value, input.channel, 'password')));
}

/**
 * A signed-in person proves again that it is him, right before a decision; with `tokenHash` the session remembers it.
 * Errors: `person_required`, `invalid_credentials`, `account_locked`.
 */
export async function reauthenticate(
  ctx: ServiceContext,
  actor: Actor,
  password: string,
  tokenHash?: string,
): Promise<Result<true>> {
  const user = actor.kind === 'user' && actor.id !== null ? await findUser(ctx.store.db, actor.id) : null;
  if (user === null || user.org_id !== actor.orgId) return fail('person_required', 'a signed-in person is required');
  const checked = await checkPassword(ctx, user, password);
  if (!checked.ok) return checked;
  await ctx.store.transaction(async (trx) => {
    if (tokenHash !== undefined) await setReauthenticated(trx, tokenHash, instant(ctx), 'password');
    await recordAudit(ctx, trx, actor, { event: 'auth.reauthenticated', detail: { by: 'password' } });
  });
  return ok(true);
}
