/** `uploads.*`, `lists.*`, `models.*`: what a counter is supplied with from a disk in the operator's hand. */
import type { ListsView } from '../../contract/desk/operations-calls.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { Actor } from '../../services/context.ts';
import { recordAudit } from '../../services/record-audit.ts';
import { importList } from '../../services/screening/import-list.ts';
import { importPack } from '../../services/screening/list-packs.ts';
import { listLists, removeList } from '../../services/screening/manage-lists.ts';
import { screeningPolicy } from '../../services/screening/watchlists.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskHandlerTable } from '../dispatch.ts';
import { actorOf, operatorOf } from './acting-person.ts';
import { whenProved } from './proved.ts';

type SupplyCalls = Extract<keyof DeskHandlerTable, `uploads.${string}` | `lists.${string}` | `models.${string}`>;

export function supplyHandlers(house: DeskHouse): Pick<DeskHandlerTable, SupplyCalls> {
  const { ctx, jobs, uploads, upkeep } = house;
  const unavailable = fail('unavailable', 'Files cannot be brought in here.');
  return {
    'uploads.begin': async (session) => uploads?.begin(operatorOf(session).id) ?? unavailable,
    'uploads.append': async (session, piece) => uploads?.append(operatorOf(session).id, piece) ?? unavailable,
    async 'uploads.drop'(session, { id }) {
      await uploads?.drop(operatorOf(session).id, id);
      return ok({});
    },
    'lists.status': (session) => listsView(house, actorOf(session)),
    'lists.import': async (session, params) => importUploaded(house, actorOf(session), operatorOf(session).id, params),
    'lists.remove': (session, { listId }) =>
      whenProved(ctx, session, async () => {
        const gone = await removeList(ctx, actorOf(session), listId);
        return gone.ok ? listsView(house, actorOf(session)) : gone;
      }),
    'models.install': (session, { upload }) =>
      whenProved(ctx, session, async () => {
        const by = operatorOf(session).id;
        // Whoever began it may be gone when it ends.
        const actor = actorOf(session);
        const { installModels } = upkeep;
        if (uploads === null || installModels === undefined) return unavailable;
        const taken = uploads.take(by, upload);
        if (!taken.ok) return taken;
        return jobs.start({
          kind: 'models_install',
          by,
          async work() {
            const done = await installModels(taken.value.folder);
            await uploads.drop(by, upload);
            if (!done.ok) return done;
            const fresh = done.value.models.filter(({ outcome }) => outcome === 'installed').map(({ id }) => id);
            if (fresh.length > 0)
              await ctx.store.transaction((trx) =>
                recordAudit(ctx, trx, actor, { event: 'model.installed', detail: { models: fresh } }),
              );
            return done;
          },
        });
      }),
  };
}

async function importUploaded(
  { ctx, jobs, uploads }: DeskHouse,
  actor: Actor,
  by: string,
  { upload, format, listId, publishedAt, key }: Parameters<DeskHandlerTable['lists.import']>[1],
): ReturnType<DeskHandlerTable['lists.import']> {
  if (uploads === null) return fail('unavailable', 'Files cannot be brought in here.');
  const taken = uploads.take(by, upload);
  if (!taken.ok) return taken;
  const [path = ''] = taken.value.paths;
  return jobs.start({
    kind: 'list_import',
    by,
    async work(steps) {
      const onProgress = (entries: number): void => steps.progress(entries, null);
      const done =
        format === 'pack'
          ? await importPack(ctx, actor, { path, ...(key === undefined ? {} : { key }) })
          : await importList(ctx, actor, { path, format, listId, publishedAt, onProgress });
      await uploads.drop(by, upload);
      if (!done.ok) return done;
      const { listId: id, version, entries, unchanged } = done.value;
      return ok({ listId: id, version, entries, unchanged });
    },
  });
}

async function listsView({ ctx }: DeskHouse, actor: Actor): Promise<Result<ListsView>> {
  const organisation = await findOrganisation(ctx.store.db, actor.orgId);
  const held = await listLists(ctx, actor);
  if (organisation === null || !held.ok) return fail('not_found', 'organisation not found');
  const { lists, required, amberDays, redDays } = screeningPolicy(organisation.settings);
  return ok({
    lists: held.value.map(({ signedBy, ...list }) => ({ ...list, signed: signedBy !== null })),
    missing: lists.filter((id) => !held.value.some(({ listId }) => listId === id)),
    required,
    amberDays,
    redDays,
  });
}
