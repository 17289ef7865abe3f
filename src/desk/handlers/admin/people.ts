/** `users.*`: people as their admin manages them. */
import type { PersonRow } from '../../../contract/desk/admin-calls.ts';
import { ok, type Result } from '../../../contract/result.ts';
import {
  createPerson,
  getPerson,
  lastSignIns,
  listPeople,
  resetPassword,
  unlockPerson,
  updatePerson,
  type PersonRecord,
} from '../../../services/admin/people.ts';
import type { Actor } from '../../../services/context.ts';
import { removePasskeysOf } from '../../../services/webauthn/manage-passkeys.ts';
import type { DeskHouse } from '../../desk-deps.ts';
import type { DeskHandlerTable } from '../../dispatch.ts';
import { actorOf } from '../acting-person.ts';
import { whenProved } from '../proved.ts';
import { pageOf, pageSlice } from './paging.ts';

type PeopleCalls = Extract<keyof DeskHandlerTable, `users.${string}`>;

export function peopleHandlers({ ctx }: DeskHouse): Pick<DeskHandlerTable, PeopleCalls> {
  async function told<T extends PersonRecord>(
    actor: Actor,
    done: Result<T>,
  ): Promise<Result<T & { readonly lastSignInAt: string | null }>> {
    if (!done.ok) return done;
    const last = await lastSignIns(ctx, actor, [done.value.id]);
    return ok({ ...done.value, lastSignInAt: last.get(done.value.id) ?? null });
  }
  return {
    async 'users.list'(session, { page }) {
      const actor = actorOf(session);
      const part = await listPeople(ctx, actor, {}, pageSlice(page));
      const last = await lastSignIns(
        ctx,
        actor,
        part.rows.map(({ id }) => id),
      );
      return ok(pageOf(part, page, (row): PersonRow => ({ ...row, lastSignInAt: last.get(row.id) ?? null })));
    },
    'users.add': (session, input) =>
      whenProved(ctx, session, async () => told(actorOf(session), await createPerson(ctx, actorOf(session), input))),
    'users.change': (session, { id, change }) =>
      whenProved(ctx, session, async () =>
        told(actorOf(session), await updatePerson(ctx, actorOf(session), id, change)),
      ),
    'users.unlock': (session, { id }) =>
      whenProved(ctx, session, async () => told(actorOf(session), await unlockPerson(ctx, actorOf(session), id))),
    'users.resetPassword': (session, { id }) =>
      whenProved(ctx, session, async () => told(actorOf(session), await resetPassword(ctx, actorOf(session), id))),
    'users.removePasskeys': (session, { id }) =>
      whenProved(ctx, session, async () => {
        const actor = actorOf(session);
        const removed = await removePasskeysOf(ctx, actor, id);
        return removed.ok ? told(actor, await getPerson(ctx, actor, id)) : removed;
      }),
  };
}
