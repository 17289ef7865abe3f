/** A person's own passkeys, and an admin's way to take those of a lost device away. */
import { fail, ok, type Result } from '../../contract/result.ts';
import {
  deletePasskey,
  deletePasskeysOf,
  listPasskeys as listRows,
  type PasskeyRow,
} from '../../store/repositories/passkeys.ts';
import { deleteSessionsOf } from '../../store/repositories/sessions.ts';
import { findUser } from '../../store/repositories/users.ts';
import type { Actor, ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { provedWithin, type SessionPerson } from '../sessions.ts';
import { undoable } from '../undoable.ts';
import { ceremonyMs } from './passkey-challenges.ts';

export interface PasskeyView {
  readonly id: string;
  readonly name: string;
  readonly deviceType: string;
  readonly backedUp: boolean;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

export function passkeyView(row: PasskeyRow): PasskeyView {
  return {
    id: row.id,
    name: row.name,
    deviceType: row.device_type,
    backedUp: row.backed_up === 1,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  };
}

export async function listPasskeys(ctx: ServiceContext, person: SessionPerson): Promise<readonly PasskeyView[]> {
  return (await listRows(ctx.store.db, person.user.id)).map(passkeyView);
}

/** Errors: `reauthentication_required`, `not_found`. */
export async function removePasskey(ctx: ServiceContext, person: SessionPerson, id: string): Promise<Result<true>> {
  const proved = await provedWithin(ctx, person.tokenHash, ceremonyMs);
  if (!proved.ok) return proved;
  return undoable(ctx, async (trx) => {
    if (!(await deletePasskey(trx, person.user.id, id))) return fail('not_found', 'passkey not found');
    await recordAudit(ctx, trx, person.actor, { event: 'auth.passkey_removed', objectId: id });
    return ok(true);
  });
}

/** All of them, for a person who lost his device; his sessions end too. Errors: `not_found`. */
export async function removePasskeysOf(ctx: ServiceContext, actor: Actor, userId: string): Promise<Result<number>> {
  return undoable(ctx, async (trx) => {
    const user = await findUser(trx, userId);
    if (user === null || user.org_id !== actor.orgId) return fail('not_found', 'user not found');
    const removed = await deletePasskeysOf(trx, userId);
    await deleteSessionsOf(trx, userId);
    await recordAudit(ctx, trx, actor, { event: 'auth.passkey_removed', objectId: userId, detail: { removed } });
    return ok(removed);
  });
}
