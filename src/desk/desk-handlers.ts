/** The desk as one value: its handlers, its sessions, its events. Both shells compose it with a pump and a camera. */
import { makeCheckpoint } from '../services/audit/checkpoints.ts';
import { listOrganisations } from '../store/repositories/organisations.ts';
import type { DeskHouse, DeskOptions } from './desk-deps.ts';
import { createDeskEvents, type DeskEventBus } from './desk-events.ts';
import { createDeskSessions } from './desk-session.ts';
import { bugTrace, type DeskHandlers } from './dispatch.ts';
import { ownFaceCamera } from './camera/own-camera.ts';
import { authHandlers } from './handlers/auth.ts';
import { watchedFaceHandlers } from './handlers/watched-faces.ts';
import { createCustomerScreens } from './counter/customer-screens.ts';
import { coachHandlers } from './handlers/coach.ts';
import { counterHandlers } from './handlers/counter.ts';
import { customersHandlers } from './handlers/customers.ts';
import { fleetHandlers } from './handlers/admin/fleet.ts';
import { peopleHandlers } from './handlers/admin/people.ts';
import { policyHandlers } from './handlers/admin/policy.ts';
import { programHandlers } from './handlers/admin/programs.ts';
import { recordHandlers } from './handlers/admin/records.ts';
import { deviceHandlers } from './handlers/devices.ts';
import { supplyHandlers } from './handlers/lists-and-models.ts';
import { onboardingHandlers } from './handlers/onboarding.ts';
import { operationsHandlers } from './handlers/operations.ts';
import { outboxHandlers, outboxView } from './handlers/outbox.ts';
import { reviewHandlers } from './handlers/review.ts';
import { simulatorHandlers } from './handlers/simulator.ts';
import { stationHandlers } from './handlers/station.ts';
import { upkeepHandlers } from './handlers/upkeep.ts';
import { openExports } from './operations/exports.ts';
import { createJobBoard } from './operations/job-board.ts';
import { openUploads } from './operations/uploads.ts';
import { createSelfTestRunner } from './self-test/self-test-runner.ts';
import { randomToken } from '../vault/random.ts';
import { createDeskDevices } from './sources/desk-devices.ts';
import { wipeStaleDrafts } from './onboarding/draft-store.ts';
import { installedConsent } from './onboarding/installed-consent.ts';
import { createOnboardingDesk } from './onboarding/onboarding-desk.ts';
import { answersOfRunningPump, wireOnboarding } from './onboarding/wire-onboarding.ts';
import type { OutboxProgress } from './sync/outbox-pump.ts';

export interface Desk extends DeskHandlers {
  readonly events: DeskEventBus;
  /** Wipes drafts left behind long ago; call once at start. */
  start(): Promise<void>;
  /** Ends timers and listeners; the pump is the shell's to stop. */
  close(): void;
}

const sweepEveryMs = 15_000;

/** Everything a station may ask, ready for `dispatch`. */
export function createDeskHandlers(options: DeskOptions): Desk {
  const { ctx, pump, config } = options;
  const logBug = (call: string, error: unknown): void =>
    ctx.logger.error({ call, ...bugTrace(error) }, 'a desk call failed');
  const events = createDeskEvents((error) => logBug('event', error));
  const devices = createDeskDevices({
    ctx,
    simulation: options.simulator !== null,
    onChange: () => events.emit({ name: 'devices.changed', payload: devices.view() }),
    ...(config.scanRoots === undefined ? {} : { allowedRoots: config.scanRoots }),
    ...(options.loadHid === undefined ? {} : { loadHid: options.loadHid }),
  });
  const consent = installedConsent();
  const screens = createCustomerScreens(events, consent);
  const onboarding = createOnboardingDesk(
    wireOnboarding({
      ctx,
      consent,
      simulation: options.simulator !== null,
      sources: devices,
      ownCamera: (operator, camera) => ownFaceCamera(ctx, devices, operator, camera),
      awaitAnswers: answersOfRunningPump(pump),
      changed: (view, operatorId) => {
        events.emit({ name: 'onboarding.changed', payload: view, to: operatorId });
        for (const station of sessions.stationsOf(operatorId)) screens.follow(station, view);
      },
    }),
  );
  const sessions = createDeskSessions({
    get idleSeconds() {
      return config.idleSeconds;
    },
    clock: ctx.clock,
    onSignedOut: (person, sessionId) => {
      onboarding.release(person.id);
      screens.follow(sessionId, null);
      devices.forgetReading();
    },
  });
  let closed = false;
  const nextId = () => randomToken(12);
  const jobs = createJobBoard({
    clock: ctx.clock,
    nextId,
    onChange: (payload, to) => events.emit({ name: 'jobs.changed', payload, ...(to === null ? {} : { to }) }),
    // What still runs while the program ends finds its database closed.
    onBug: (kind, error) => (closed ? undefined : logBug(kind, error)),
  });
  const selfTest = createSelfTestRunner({
    ctx,
    jobs,
    closed: () => closed,
    onBug: (error) => (closed ? undefined : logBug('selfTest.run', error)),
  });
  const house: DeskHouse = {
    ...options,
    events,
    sessions,
    onboarding,
    devices,
    screens,
    orgId: orgIdResolver(options),
    upkeep: options.upkeep ?? {},
    jobs,
    uploads: ctx.dataDirectory === undefined ? null : openUploads(ctx.dataDirectory, nextId),
    exports: openExports(ctx, config.exportFolder ?? null, nextId),
    selfTest,
  };
  const stopProgress = pump.onProgress((progress) => void followDelivery(house, progress, logBug));
  const sweeper = setInterval(() => void sweep(house), sweepEveryMs);
  sweeper.unref();
  return {
    table: {
      ...stationHandlers(house),
      ...authHandlers(house),
      ...watchedFaceHandlers(house),
      ...onboardingHandlers(house),
      ...coachHandlers(house),
      ...simulatorHandlers(house),
      ...outboxHandlers(house),
      ...customersHandlers(house),
      ...reviewHandlers(house),
      ...operationsHandlers(house),
      ...deviceHandlers(house),
      ...counterHandlers(house),
      ...upkeepHandlers(house),
      ...supplyHandlers(house),
      ...peopleHandlers(house),
      ...programHandlers(house),
      ...policyHandlers(house),
      ...recordHandlers(house),
      ...fleetHandlers(house),
    },
    sessions,
    events,
    logBug,
    onCall: (name) => (/^(coach|simulator|onboarding)\./.test(name) ? selfTest.counterUsed() : undefined),
    async start() {
      await wipeStaleDrafts(ctx);
      await devices.start();
      await house.uploads?.sweep();
    },
    close() {
      closed = true;
      clearInterval(sweeper);
      stopProgress();
      void devices.close().catch((error: unknown) => logBug('devices', error));
    },
  };
}

/** One desk, one organisation: the first one. Remembered once it exists. */
function orgIdResolver({ ctx }: DeskOptions): () => Promise<string | null> {
  let known: string | null = null;
  return async () => {
    known ??= (await listOrganisations(ctx.store.db))[0]?.id ?? null;
    return known;
  };
}

async function followDelivery(
  house: DeskHouse,
  { orgId, state }: OutboxProgress,
  logBug: DeskHandlers['logBug'],
): Promise<void> {
  try {
    house.events.emit({ name: 'outbox.changed', payload: await outboxView(house, orgId) });
    // The bar at the top counts what waits and says how the line is; parts of a large capture change neither.
    if (state !== 'sending') house.events.emit({ name: 'station.changed', payload: null });
    if (state !== 'delivered') return;
    await house.onboarding.answersArrived();
    // Once the record has answered, what it rests on is signed.
    await makeCheckpoint(house.ctx);
  } catch (error) {
    logBug('outbox.changed', error);
  }
}

/** An idle counter is signed out although nobody calls; its page learns it by the event. */
function sweep({ sessions, events }: DeskHouse): void {
  if (sessions.sweep().length > 0) events.emit({ name: 'station.changed', payload: null });
}
