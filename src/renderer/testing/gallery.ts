/** Every screen from fixtures, chosen by the address: `gallery.html#screen`. Development only, never built. */
import { alwaysOpen } from '../bridge/connection.ts';
import { startCustomerScreen, startStation } from '../start.tsx';
import { customerScreen, offered } from './counter-fixtures.ts';
import { createFakeBridge, type FakeDesk } from './fake-bridge.ts';
import { fieldViews, nikView, onboardingView, results, staff, stationState, supervisor } from './fixtures.ts';
import { cardPicture, portraitPicture, scenePicture, selfiePicture } from './pictures.ts';

const pictures = { card: cardPicture, portrait: portraitPicture, selfie: selfiePicture, scene: scenePicture };
const served = stationState({ person: staff });
const reading = async () => ({
  fields: fieldViews,
  nik: nikView,
  image: await cardPicture(),
  reasons: [],
  typedByHand: false,
});
const finished = (outcome: FakeDesk['outcome']): Partial<FakeDesk> => ({
  station: served,
  onboarding: onboardingView({ step: 'result', customerName: 'RATNA SEKAR WIJAYANTI', result: results[outcome] }),
});
const ready = {
  ready: true,
  advice: null,
  lights: { sharp: true, bright: true, placed: true },
  outline: [
    { x: 0.2, y: 0.17 },
    { x: 0.77, y: 0.17 },
    { x: 0.77, y: 0.81 },
    { x: 0.2, y: 0.81 },
  ],
} as const;

const scenes: Readonly<Record<string, () => Promise<Partial<FakeDesk>> | Partial<FakeDesk>>> = {
  setup: () => ({ station: stationState({ setUp: false, organisation: null, desk: null }) }),
  'sign-in': () => ({ station: stationState() }),
  idle: () => ({ station: served }),
  walk: () => ({ station: served, coach: ready }),
  consent: () => ({ station: served, onboarding: onboardingView() }),
  card: () => ({ station: served, onboarding: onboardingView({ step: 'card' }) }),
  'card-ready': () => ({
    station: served,
    coach: ready,
    onboarding: onboardingView({
      step: 'card',
      attempts: { card: 1, selfie: 0 },
      advice: [{ code: 'image_glare', gate: 'ktp' }],
    }),
  }),
  camera: () => ({ station: { ...served, simulation: 'none' }, onboarding: onboardingView({ step: 'card' }) }),
  fields: async () => ({ station: served, onboarding: onboardingView({ step: 'fields', card: await reading() }) }),
  selfie: () => ({
    station: served,
    onboarding: onboardingView({ step: 'selfie' }),
    coach: {
      ...ready,
      ready: false,
      advice: 'face_too_small',
      outline: null,
      lights: { sharp: true, bright: true, placed: false },
    },
  }),
  deciding: () => ({ station: served, onboarding: onboardingView({ step: 'deciding' }) }),
  verified: () => finished('verified'),
  review: () => finished('review'),
  stopped: () => finished('stopped'),
  offered: () => ({ station: served, offered }),
  customer: () => ({ station: served, screen: customerScreen }),
  'customer-idle': () => ({ station: served, screen: { ...customerScreen, step: null } }),
  'customer-fields': () => ({
    station: served,
    screen: { ...customerScreen, step: 'fields', fields: fieldViews.map(({ name, value }) => ({ name, value })) },
  }),
  'customer-selfie': () => ({
    station: served,
    screen: { ...customerScreen, step: 'selfie', cue: { advice: null, prompt: 'turn_left' } },
  }),
  'customer-result': () => ({ station: served, screen: { ...customerScreen, step: 'result', outcome: 'review' } }),
  supervisor: () => ({ station: stationState({ person: supervisor }) }),
};

async function show(): Promise<void> {
  const place = document.getElementById('root');
  const scene = scenes[location.hash.slice(1)] ?? scenes.idle;
  if (place === null || scene === undefined) return;
  const opened = { bridge: createFakeBridge(await scene(), pictures), connection: alwaysOpen };
  if (location.hash.startsWith('#customer')) startCustomerScreen(opened, place);
  else startStation(opened, place);
}

void show();
