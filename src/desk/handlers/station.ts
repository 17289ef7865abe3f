/** `station.*` and `setup.*`: what state the counter is in, and its first set-up. */
import type { StationState } from '../../contract/desk/answers.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { recordAudit } from '../../services/record-audit.ts';
import { systemActor } from '../../services/context.ts';
import { setUpOrganisation } from '../../services/set-up-organisation.ts';
import { findDesk } from '../../store/repositories/desks.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskSession } from '../desk-session.ts';
import type { DeskHandlerTable } from '../dispatch.ts';
import { outboxCounts } from '../sync/outbox-views.ts';

type StationHandlers = Pick<DeskHandlerTable, 'station.state' | 'setup.create'>;

export function stationHandlers(house: DeskHouse): StationHandlers {
  let settingUp: Promise<unknown> = Promise.resolve();
  return {
    'station.state': async (session) => ok(await stationState(house, session)),
    'setup.create': (session, params) => {
      // Two pages may press the button at once; the second must find the first one's organisation.
      const turn = settingUp.then(() => create(house, session, params));
      settingUp = turn.catch(() => undefined);
      return turn;
    },
  };
}

async function create(
  house: DeskHouse,
  session: DeskSession,
  params: Parameters<StationHandlers['setup.create']>[1],
): Promise<Result<{ state: StationState }>> {
  const { ctx } = house;
  if ((await house.orgId()) !== null) return fail('already_set_up', 'This installation is set up already.');
  const made = await setUpOrganisation(ctx, {
    name: params.organisation,
    branch: params.branch,
    deskName: params.desk,
    people: (['admin', 'staff', 'supervisor'] as const).map((role) => ({ ...params[role], role })),
  });
  if (!made.ok) return made;
  const actor = systemActor(made.value.organisation.id);
  await ctx.store.transaction((trx) =>
    recordAudit(ctx, trx, actor, { event: 'installation.created', objectId: ctx.vault.installationId }),
  );
  const state = await stationState(house, session);
  house.events.emit({ name: 'station.changed', payload: null });
  return ok({ state });
}

export async function stationState(house: DeskHouse, session: DeskSession): Promise<StationState> {
  const { ctx, pump, simulator, config } = house;
  const orgId = await house.orgId();
  const organisation = orgId === null ? null : await findOrganisation(ctx.store.db, orgId);
  const desk = orgId === null ? null : await findDesk(ctx.store.db, orgId, ctx.vault.desk.id);
  const counts = orgId === null ? { pending: 0, refused: 0 } : await outboxCounts(ctx.store, orgId);
  const vision = await ctx.vision.status();
  const ready = vision.models.filter((model) => model.state === 'ready');
  return {
    setUp: organisation !== null,
    organisation:
      organisation === null
        ? null
        : { name: organisation.name, branch: organisation.branch, environment: organisation.settings.environment },
    desk: desk?.name ?? null,
    person: session.person,
    online: pump.online(),
    outbox: { pending: counts.pending, refused: counts.refused },
    vision: vision.state,
    models: {
      faceReady: ['face_detector', 'face_recogniser'].every((role) => ready.some((model) => model.role === role)),
      evaluationOnly: ready.some((model) => model.evaluationOnly),
    },
    simulation: simulator?.mode ?? 'none',
    version: ctx.version,
    address: config.address(),
    idleSeconds: config.idleSeconds,
  };
}
