/** Sessions of signed-in people: an opaque random token, of which only the hash is stored, and a CSRF token. */
import { fail, ok, type Result } from '../contract/result.ts';
import type { Role } from '../contract/vocabulary.ts';
import {
  deleteExpiredSessions,
  deleteSession,
  findSession,
  insertSession,
  touchSession,
} from '../store/repositories/sessions.ts';
import type { Db } from '../store/repositories/types.ts';
import { findUser, type UserRow } from '../store/repositories/users.ts';
import { randomToken, sha256 } from '../vault/random.ts';
import { instant, minuteMs, plusMs, type Actor, type ServiceContext } from './context.ts';
import { recordAudit } from './record-audit.ts';

const lifetimeMs = 12 * 60 * minuteMs;
const idleMs = 30 * minuteMs;
const touchEveryMs = minuteMs;

export interface OpenedSession {
  /** Goes to the client, once. */
  readonly token: string;
  readonly csrfToken: string;
  readonly expiresAt: string;
}

export interface SessionPerson {
  readonly actor: Actor & { readonly kind: 'user'; readonly id: string; readonly role: Role };
  readonly user: { readonly id: string; readonly email: string; readonly fullName: string; readonly role: Role };
  readonly csrfToken: string;
  readonly tokenHash: string;
}

export async function openSession(
  ctx: ServiceContext,
  trx: Db,
  user: UserRow,
  channel: 'api' | 'station',
): Promise<OpenedSession> {
  const now = instant(ctx);
  await deleteExpiredSessions(trx, now);
  const opened = { token: randomToken(32), csrfToken: randomToken(24), expiresAt: plusMs(now, lifetimeMs) };
  await insertSession(trx, {
    id_hash: sha256(opened.token),
    user_id: user.id,
    org_id: user.org_id,
    csrf_token: opened.csrfToken,
    channel,
    created_at: now,
    last_seen_at: now,
    expires_at: opened.expiresAt,
    reauthenticated_at: null,
    reauthenticated_by: null,
  });
  return opened;
}

/** The person behind a token, or null: unknown, expired (12 h), idle (30 min) or disabled. */
export async function resolveSession(ctx: ServiceContext, token: string): Promise<SessionPerson | null> {
  const now = instant(ctx);
  const tokenHash = sha256(token);
  const row = await findSession(ctx.store.db, tokenHash);
  if (row === null || row.expires_at <= now || plusMs(row.last_seen_at, idleMs) <= now) return null;
  const user = await findUser(ctx.store.db, row.user_id);
  if (user === null || user.disabled === 1) return null;
  if (plusMs(row.last_seen_at, touchEveryMs) <= now) await touchSession(ctx.store.db, tokenHash, now);
  const role = user.role as Role;
  return {
    actor: { kind: 'user', id: user.id, orgId: user.org_id, role },
    user: { id: user.id, email: user.email, fullName: user.full_name, role },
    csrfToken: row.csrf_token,
    tokenHash,
  };
}

/** Signed in, or proved again, no longer ago than this. Errors: `reauthentication_required` (RFC 9470: 401). */
export async function provedWithin(ctx: ServiceContext, tokenHash: string, ms: number): Promise<Result<true>> {
  const row = await findSession(ctx.store.db, tokenHash);
  const proved = row === null ? null : [row.created_at, row.reauthenticated_at ?? ''].sort().at(-1);
  if (proved !== null && proved !== undefined && plusMs(proved, ms) > instant(ctx)) return ok(true);
  return fail('reauthentication_required', 'prove again that it is you, by password or passkey');
}

export async function signOut(ctx: ServiceContext, actor: Actor, tokenHash: string): Promise<void> {
  await ctx.store.transaction(async (trx) => {
    await deleteSession(trx, tokenHash);
    await recordAudit(ctx, trx, actor, { event: 'auth.logout' });
  });
}
