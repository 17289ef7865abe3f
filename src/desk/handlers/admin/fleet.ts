/** `fleet.*`: the desks of head office. What ends a desk asks for a fresh proof of the person. */
import { pageSize } from '../../../contract/desk/admin-calls.ts';
import type { FleetRow, FleetView } from '../../../contract/desk/fleet-calls.ts';
import type { FleetState } from '../../../contract/fleet.ts';
import { fail, ok, type Result } from '../../../contract/result.ts';
import { revokeDesk } from '../../../services/admin/desks.ts';
import type { Actor } from '../../../services/context.ts';
import { allFleetDesks, fleetDesk, placeInBranch, type FleetDesk } from '../../../services/fleet/fleet-desks.ts';
import { listPacks } from '../../../services/fleet/offer-pack.ts';
import { publishedSettings } from '../../../services/fleet/publish-settings.ts';
import { cancelWipe, orderWipe } from '../../../services/fleet/wipes.ts';
import type { DeskHouse } from '../../desk-deps.ts';
import type { DeskHandlerTable } from '../../dispatch.ts';
import { actorOf } from '../acting-person.ts';
import { whenProved } from '../proved.ts';

type FleetCalls = Extract<keyof DeskHandlerTable, `fleet.${string}`>;

/** What asks for somebody first. */
const urgency: readonly FleetState[] = [
  'trouble',
  'wiping',
  'silent',
  'watch',
  'never_seen',
  'well',
  'wiped',
  'revoked',
];

export function fleetHandlers({ ctx }: DeskHouse): Pick<DeskHandlerTable, FleetCalls> {
  const copy = (desk: FleetDesk): FleetRow => structuredClone(desk) as FleetRow;
  const one = async (actor: Actor, id: string, done: Result<unknown>): Promise<Result<FleetRow>> => {
    if (!done.ok) return done;
    const desk = await fleetDesk(ctx, actor, id);
    return desk.ok ? ok(copy(desk.value)) : desk;
  };
  return {
    async 'fleet.desks'(session, { page = 1, state, branch, name }) {
      const actor = actorOf(session);
      const all = await allFleetDesks(ctx, actor);
      const wanted = (name ?? '').trim().toLowerCase();
      const fitting = all
        .filter((desk) => state === undefined || desk.state === state)
        .filter((desk) => branch === undefined || desk.branch === branch)
        .filter((desk) => `${desk.name} ${desk.id}`.toLowerCase().includes(wanted))
        .sort((a, b) => urgency.indexOf(a.state) - urgency.indexOf(b.state) || a.name.localeCompare(b.name, 'id'));
      const counts: Partial<Record<FleetState, number>> = {};
      for (const desk of all) counts[desk.state] = (counts[desk.state] ?? 0) + 1;
      const [issue] = await publishedSettings(ctx, actor);
      const view: FleetView = {
        rows: fitting.slice((page - 1) * pageSize, page * pageSize).map(copy),
        total: fitting.length,
        page,
        counts,
        branches: [...new Set(all.flatMap((desk) => desk.branch ?? []))].sort((a, b) => a.localeCompare(b, 'id')),
        settings:
          issue === undefined
            ? null
            : { version: issue.version, publishedAt: issue.publishedAt, expiresAt: issue.expiresAt },
        packs: (await listPacks(ctx, actor))
          .filter((pack) => pack.state === 'offered')
          .map(({ kind, name: called, version, createdAt }) => ({ kind, name: called, version, createdAt })),
      };
      return ok(view);
    },
    'fleet.desk': (session, { id }) => one(actorOf(session), id, ok(true)),
    async 'fleet.place'(session, { id, branch }) {
      return one(actorOf(session), id, await placeInBranch(ctx, actorOf(session), id, branch));
    },
    'fleet.revoke': (session, { id, reason }) =>
      whenProved(ctx, session, async () => {
        // The desk one sits at cannot be cut off from itself: what it captures would never be accepted again.
        if (id === ctx.vault.desk.id) return fail('own_account', 'this is the desk you are sitting at');
        return one(actorOf(session), id, await revokeDesk(ctx, actorOf(session), id, reason));
      }),
    'fleet.wipe': (session, { id, ...request }) =>
      whenProved(ctx, session, async () =>
        one(actorOf(session), id, await orderWipe(ctx, actorOf(session), id, request)),
      ),
    'fleet.cancelWipe': (session, { id }) =>
      whenProved(ctx, session, async () => one(actorOf(session), id, await cancelWipe(ctx, actorOf(session), id))),
  };
}
