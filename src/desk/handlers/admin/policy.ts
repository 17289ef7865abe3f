/** `settings.*`, `desks.*`, `auth.provePassword`: policy and who may sit where. */
import type { DeskRow, SettingsView } from '../../../contract/desk/admin-calls.ts';
import { fail, ok, type Result } from '../../../contract/result.ts';
import { defaultOrgSettings } from '../../../contract/settings.ts';
import { issueDeskCode, listDesks, revokeDesk, type DeskRecord } from '../../../services/admin/desks.ts';
import { getSettings, patchSettings, settingChanges } from '../../../services/admin/settings.ts';
import { instant, type Actor } from '../../../services/context.ts';
import { reauthenticate } from '../../../services/sign-in.ts';
import type { DeskHouse } from '../../desk-deps.ts';
import type { DeskHandlerTable } from '../../dispatch.ts';
import { actorOf } from '../acting-person.ts';
import { whenProved } from '../proved.ts';
import { pageOf, pageSlice } from './paging.ts';

type PolicyCalls = Extract<keyof DeskHandlerTable, `settings.${string}` | `desks.${string}`> | 'auth.provePassword';

export function policyHandlers({ ctx }: DeskHouse): Pick<DeskHandlerTable, PolicyCalls> {
  const settingsView = async (actor: Actor): Promise<Result<SettingsView>> => {
    const settings = await getSettings(ctx, actor);
    if (!settings.ok) return settings;
    const changes = await settingChanges(ctx, actor);
    return ok({ settings: settings.value, defaults: defaultOrgSettings, changes });
  };
  const row = ({ id, name, status, createdAt, revokedAt }: DeskRecord): DeskRow => ({
    id,
    name,
    status,
    createdAt,
    revokedAt,
    here: id === ctx.vault.desk.id,
  });
  return {
    async 'auth.provePassword'(session, { password }) {
      const done = await reauthenticate(ctx, actorOf(session), password, session.tokenHash ?? undefined);
      return done.ok ? ok({ at: instant(ctx) }) : done;
    },
    'settings.view': (session) => settingsView(actorOf(session)),
    'settings.change': (session, { patch }) =>
      whenProved(ctx, session, async () => {
        const done = await patchSettings(ctx, actorOf(session), patch as Record<string, unknown>);
        return done.ok ? settingsView(actorOf(session)) : done;
      }),
    async 'desks.list'(session, { page }) {
      return ok(pageOf(await listDesks(ctx, actorOf(session), pageSlice(page)), page, row));
    },
    'desks.issueCode': (session, { name }) =>
      whenProved(ctx, session, async () => ok({ ...(await issueDeskCode(ctx, actorOf(session), name)) })),
    'desks.revoke': (session, { id }) =>
      whenProved(ctx, session, async () => {
        // The desk one sits at cannot be cut off from itself: what it captures would never be accepted again.
        if (id === ctx.vault.desk.id) return fail('own_account', 'this is the desk you are sitting at');
        const done = await revokeDesk(ctx, actorOf(session), id);
        return done.ok ? ok(row(done.value)) : done;
      }),
  };
}
