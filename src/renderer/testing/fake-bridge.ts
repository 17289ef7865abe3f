/** A desk that answers from fixtures. It keeps just enough state for every screen to be walked through. */
import type { CoachAnswer, OnboardingView, Person, ReviewView, StationState } from '../../contract/desk/answers.ts';
import type {
  DeskAnswer,
  DeskBridge,
  DeskCallName,
  DeskEventName,
  DeskEvents,
  DeskParams,
} from '../../contract/desk/calls.ts';
import type { CustomerScreen, OfferedSession } from '../../contract/desk/counter-calls.ts';
import type { DevicesView } from '../../contract/desk/devices.ts';
import type { WatchedFacesView } from '../../contract/desk/watched-faces.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { customerScreen, dayList } from './counter-fixtures.ts';
import { caseDetail, customerFile, dashboardView, erased, queueView } from './room-fixtures.ts';
import {
  customer,
  fieldViews,
  nikView,
  onboardingView,
  results,
  reviewView,
  staff,
  stationState,
  supervisor,
} from './fixtures.ts';
import { devicesView, operationsView, outbox, watchedFacesView } from './operations-fixtures.ts';

type Handlers = {
  [N in DeskCallName]: (params: DeskParams<N>) => Result<DeskAnswer<N>> | Promise<Result<DeskAnswer<N>>>;
};

/** Pictures are drawn in a browser and empty elsewhere. */
export interface FakePictures {
  card(): Promise<Uint8Array>;
  portrait(): Promise<Uint8Array>;
  selfie(): Promise<Uint8Array>;
  scene(scene: 'card' | 'face', light: string): Promise<Uint8Array>;
}

const noPicture = () => Promise.resolve(new Uint8Array([0xff, 0xd8]));
export const noPictures: FakePictures = { card: noPicture, portrait: noPicture, selfie: noPicture, scene: noPicture };

export interface FakeDesk {
  station: StationState;
  onboarding: OnboardingView | null;
  review: ReviewView;
  outcome: 'verified' | 'review' | 'stopped';
  coach: CoachAnswer;
  devices: DevicesView;
  /** Sessions that colleagues left. */
  offered: readonly OfferedSession[];
  /** What the customer's screen shows; null: as the session stands. */
  screen: CustomerScreen | null;
  watched: WatchedFacesView;
}

export interface FakeBridge extends DeskBridge {
  readonly desk: FakeDesk;
  readonly calls: { readonly name: DeskCallName; readonly params: unknown }[];
  emit<E extends DeskEventName>(event: E, payload: DeskEvents[E]): void;
}

const noon = '2026-11-20T12:00:00+07:00';
const colors = ['#2F6BFF', '#F2F0EA', '#18A058', '#7A3FF2', '#F2B705'];
const password = 'kata sandi contoh';

function onboardingHandlers(desk: FakeDesk, pictures: FakePictures) {
  const move = (part: Partial<OnboardingView>): Result<OnboardingView> => {
    desk.onboarding = { ...(desk.onboarding ?? onboardingView()), ...part };
    return ok(desk.onboarding);
  };
  const attempts = () => desk.onboarding?.attempts ?? { card: 0, selfie: 0 };
  const read = async (): Promise<Partial<OnboardingView>> => ({
    step: 'fields',
    attempts: { ...attempts(), card: attempts().card + 1 },
    card: { fields: fieldViews, nik: nikView, image: await pictures.card(), reasons: [], typedByHand: false },
  });
  return {
    'onboarding.current': () => ok(desk.onboarding),
    'onboarding.start': (params) => move({ ...onboardingView(), ...params }),
    'onboarding.consent': () => move({ step: 'card' }),
    'onboarding.lookup': ({ nik }) =>
      ok({
        customer:
          nik === nikView.nik ? { id: customer.id, fullName: customer.fullName, kycLevel: customer.kycLevel } : null,
        nik: { ...nikView, nik },
      }),
    'onboarding.challenge': ({ purpose }) =>
      ok({
        nonce: 'nonce-nonce-nonce',
        colors,
        holdMs: colors.map(() => 400),
        prompts: purpose === 'face' ? ['turn_left'] : [],
        expiresAt: '2026-11-20T10:00:00+07:00',
      }),
    'onboarding.submitCard': async () => move(await read()),
    'onboarding.useScan': async () => move(await read()),
    'onboarding.useFile': async () => move(await read()),
    'onboarding.typeCard': () =>
      move({ step: 'fields', card: { fields: [], nik: null, image: null, reasons: [], typedByHand: true } }),
    'onboarding.confirmFields': ({ fields }) =>
      move({ step: 'selfie', advice: [], customerName: fields.fullName ?? null }),
    'onboarding.submitSelfie': () =>
      move({
        step: 'result',
        attempts: { ...attempts(), selfie: attempts().selfie + 1 },
        result: results[desk.outcome],
      }),
    'onboarding.exception': () => move({ step: 'result', result: results.review }),
    'onboarding.retake': ({ step }) => move({ step, result: null }),
    'onboarding.receipt': () => ok({ fileName: 'tanda-terima.pdf', pdf: new TextEncoder().encode('%PDF-1.4\n%%EOF') }),
    'onboarding.finish': () => {
      desk.onboarding = null;
      return ok({});
    },
    'onboarding.cancel': () => {
      desk.onboarding = null;
      return ok({});
    },
  } satisfies Partial<Handlers>;
}

function personFor(email: string): Person | null {
  return [staff, supervisor].find((person) => person.email === email) ?? null;
}

function accountHandlers(desk: FakeDesk) {
  return {
    'station.state': () => ok(desk.station),
    'setup.create': () => {
      desk.station = { ...desk.station, setUp: true };
      return ok({ state: desk.station });
    },
    'auth.signIn': ({ email, password: given }) => {
      const person = personFor(email);
      if (person === null || given !== password) return fail('invalid_credentials', 'Wrong e-mail or password.');
      desk.station = { ...desk.station, person };
      return ok({ person, state: desk.station });
    },
    'auth.signOut': () => {
      desk.station = { ...desk.station, person: null };
      return ok({});
    },
    'auth.passkeyBegin': () => fail('passkey_unavailable', 'no passkeys here'),
    'auth.passkeyFinish': () => fail('passkey_unavailable', 'no passkeys here'),
    'auth.passkeys': () => ok([]),
    'auth.registerBegin': () => fail('passkey_unavailable', 'no passkeys here'),
    'auth.registerFinish': () => fail('passkey_unavailable', 'no passkeys here'),
    'auth.proveBegin': () => fail('passkey_unavailable', 'no passkeys here'),
    'auth.proveFinish': () => fail('passkey_unavailable', 'no passkeys here'),
  } satisfies Partial<Handlers>;
}

function roomHandlers(desk: FakeDesk, pictures: FakePictures) {
  const review = async () => ({
    ...desk.review,
    images: { card: await pictures.card(), portrait: await pictures.portrait(), selfie: await pictures.selfie() },
    aligned: { portrait: await pictures.portrait(), dukcapil: null, selfie: await pictures.portrait() },
  });
  return {
    'coach.card': () => ok(desk.coach),
    'coach.face': () => ok(desk.coach),
    'simulator.frame': async ({ scene, light }) =>
      ok({ jpeg: await pictures.scene(scene, light), width: 960, height: 540 }),
    'outbox.list': () => ok(outbox),
    'outbox.retryNow': () =>
      ok({ ...outbox, pending: 0, items: outbox.items.map((item) => ({ ...item, state: 'delivered' as const })) }),
    'outbox.pause': ({ paused }) => ok({ ...outbox, pausedSince: paused ? '2026-11-20T03:10:00.000Z' : null }),
    'outbox.bandwidth': ({ bytesPerSecond }) => ok({ ...outbox, bytesPerSecond }),
    'outbox.export': ({ folder }) => ok({ file: `${folder}/loket-outbox.bin`, captures: 2, unreadable: 0 }),
    'outbox.acknowledge': () => ok({ delivered: 2, refused: 0, outbox: { ...outbox, pending: 0, items: [] } }),
    'outbox.closeReversal': () => ok({ ...outbox, reversals: [] }),
    'customers.search': () =>
      ok([
        customer,
        { ...customer, id: 'cus_dewa', fullName: 'Dewa Made Contoh', nikTail: '0021', kycLevel: 'basic' as const },
      ]),
    'customers.get': () => ok(customer),
    'customers.file': () => ok(customerFile()),
    'customers.erase': () => ok(customerFile({ erasure: erased, status: 'archived' })),
    'dashboard.view': () => ok(dashboardView()),
    'review.queue': ({ status }) => ok(queueView(desk.review, status)),
    'review.assign': () => ok(queueView(desk.review, 'undecided')),
    'review.batch': ({ ids }) => ok({ decided: ids.length, queue: queueView(desk.review, 'undecided') }),
    'review.detail': async () => ok(caseDetail(await pictures.portrait())),
    'review.minutes': () => ok({ fileName: 'loket-berita_acara-2026-11-20.txt', text: 'BERITA ACARA', savedAs: null }),
    'review.open': async ({ id }) => {
      const view = await review();
      return ok(id === 'rev_own' ? { ...view, id, customerName: 'Dewa Made Contoh', ownCapture: true } : view);
    },
    'review.decide': async (params) => {
      if (params.password !== password) return fail('invalid_credentials', 'Wrong password.');
      const status =
        params.decision === 'approve' ? 'approved' : params.decision === 'reject' ? 'rejected' : 'escalated';
      const { decision, reason, reasonCode } = params;
      desk.review = {
        ...desk.review,
        status,
        decisions: [
          { decision, reason, reasonCode, reviewer: supervisor.fullName, createdAt: '2026-11-20T09:50:00+07:00' },
        ],
      };
      return ok(await review());
    },
    'operations.status': () => ok(operationsView(desk.station)),
    'watchedFaces.list': () => ok(desk.watched),
    'watchedFaces.add': ({ kind, userId, reason }) => {
      const person = desk.watched.people.find(({ id }) => id === userId)?.fullName ?? null;
      const row = { id: `wf_${desk.watched.faces.length}`, kind, person, reason, addedBy: supervisor.fullName };
      const face = { ...row, createdAt: noon, comparable: true, own: false };
      return ok((desk.watched = { ...desk.watched, faces: [...desk.watched.faces, face] }));
    },
    'watchedFaces.remove': ({ id }) =>
      ok((desk.watched = { ...desk.watched, faces: desk.watched.faces.filter((face) => face.id !== id) })),
    'devices.status': () => ok(desk.devices),
    'devices.configure': ({ settings }) => ok((desk.devices = { ...desk.devices, settings })),
    'devices.simulateScan': ({ text }) => {
      const lastScan = { kind: 'nik', tail: text.slice(-4), length: text.length, simulated: true, at: noon } as const;
      return ok((desk.devices = { ...desk.devices, scanners: { ...desk.devices.scanners, lastScan } }));
    },
  } satisfies Partial<Handlers>;
}

function counterHandlers(desk: FakeDesk) {
  const start = (part: Partial<OnboardingView>) => {
    desk.onboarding = { ...onboardingView(), existingCustomer: true, customerName: customer.fullName, ...part };
    return ok(desk.onboarding);
  };
  const screen = () => ({ ...customerScreen, step: desk.onboarding?.step ?? null });
  const document = () => ({ fileName: 'contoh.pdf', pdf: new TextEncoder().encode('%PDF-1.4\n%%EOF') });
  return {
    'counter.find': ({ nik }) =>
      ok({
        customer:
          nik === nikView.nik
            ? {
                id: customer.id,
                fullName: customer.fullName,
                kycLevel: customer.kycLevel,
                missing: ['face'],
                mayStepUp: true,
              }
            : null,
        nik: { ...nikView, nik },
      }),
    'counter.startKnown': ({ way, riskLevel }) =>
      start({ faceOnly: true, stepUp: way === 'step_up' ? (riskLevel ?? 'low') : null }),
    'counter.offer': () => {
      desk.onboarding = null;
      return ok({});
    },
    'counter.offered': () => ok(desk.offered),
    'counter.takeOver': () => start({ step: 'card' }),
    'counter.day': () => ok(dayList),
    'counter.dayPdf': () => ok(document()),
    'counter.dayCsv': () => ok({ fileName: 'contoh.csv', text: 'tanggal,pukul\r\n', savedAs: null }),
    'counter.print': () => fail('unavailable', 'no printer here'),
    'counter.customerScreen': () => ok({ address: 'http://localhost:1/#customer=contoh' }),
    'counter.cue': () => ok({}),
    'counter.customerConsent': () => ok({ purposes: [], signature: null }),
    'customer.view': () => ok(desk.screen ?? screen()),
    'customer.agree': ({ purposes, signature }) =>
      ok({ ...(desk.screen ?? screen()), agreed: purposes, signed: signature !== null }),
  } satisfies Partial<Handlers>;
}

export function createFakeBridge(part: Partial<FakeDesk> = {}, pictures: FakePictures = noPictures): FakeBridge {
  const desk: FakeDesk = {
    station: stationState(),
    onboarding: null,
    review: reviewView(),
    outcome: 'verified',
    coach: { ready: false, advice: 'image_glare', lights: { sharp: true, bright: true, placed: false }, outline: null },
    devices: devicesView(),
    offered: [],
    screen: null,
    watched: watchedFacesView(),
    ...part,
  };
  const handlers: Partial<Handlers> = {
    ...accountHandlers(desk),
    ...onboardingHandlers(desk, pictures),
    ...roomHandlers(desk, pictures),
    ...counterHandlers(desk),
  };
  const listeners = new Map<string, Set<(payload: never) => void>>();
  const calls: FakeBridge['calls'] = [];
  return {
    shell: 'browser',
    desk,
    calls,
    async call<N extends DeskCallName>(name: N, params: DeskParams<N>) {
      calls.push({ name, params });
      const handler = handlers[name];
      return handler === undefined ? fail('unavailable', 'The fake desk does not answer this.') : handler(params);
    },
    on(event, listener) {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set);
      set.add(listener as (payload: never) => void);
      return () => set.delete(listener as (payload: never) => void);
    },
    emit(event, payload) {
      for (const listener of listeners.get(event) ?? []) listener(payload as never);
    },
  };
}
