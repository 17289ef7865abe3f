/** The whole desk on a real vault, a real encrypted store and the real services; only the pixels are stood in for. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OnboardingView } from '../contract/desk/answers.ts';
import { deskEventNames, type DeskAnswer, type DeskCallName, type DeskParams } from '../contract/desk/calls.ts';
import type { Result } from '../contract/result.ts';
import type { Vision } from '../contract/vision.ts';
import { openInstallation, type Installation } from '../services/open-installation.ts';
import { changeSettings } from '../services/set-up-organisation.ts';
import { systemActor } from '../services/context.ts';
import { verifyAudit } from '../services/verify-audit.ts';
import { unavailableCardFacts, unavailableFaceFacts } from '../vision/unavailable-facts.ts';
import { openDeskDoor, type DeskDoor } from './desk-door.ts';
import type { Simulator } from './desk-deps.ts';
import { createDeskHandlers, type Desk } from './desk-handlers.ts';
import { createEmbeddedSink } from './embedded-sink.ts';
import { createOutboxPump, type OutboxPump } from './sync/outbox-pump.ts';

const camera = {
  label: 'Logitech BRIO',
  fingerprint: 'ab',
  width: 1280,
  height: 720,
  frameRate: 30,
  pinned: false,
  simulated: false,
};
const frame = (value: number) => new Uint8Array([0xff, 0xd8, 0xff, value]);
const people = {
  admin: { fullName: 'Ani Admin', email: 'ani@bank.test', password: 'kunci-panjang-admin' },
  staff: { fullName: 'Sari Teller', email: 'sari@bank.test', password: 'kunci-panjang-staf' },
  supervisor: { fullName: 'Sugeng Penyelia', email: 'sugeng@bank.test', password: 'kunci-panjang-penyelia' },
};
const nik = '3171014101900001';

/** Vision is down: the case in which nothing may be lost and nothing may pass. */
const darkVision: Vision = {
  analyseCard: (request) => Promise.resolve(unavailableCardFacts(request, 'vision_unavailable')),
  analyseFace: (request) => Promise.resolve(unavailableFaceFacts(request, 'vision_unavailable')),
  coachCard: () =>
    Promise.resolve({
      outline: { available: false, reason: 'vision_unavailable' },
      sharpness: 0,
      brightness: 0.5,
      glare: 0,
      frameWidth: 640,
      frameHeight: 480,
    }),
  coachFace: () =>
    Promise.resolve({ faces: [], pose: null, sharpness: 100, brightness: 0.5, frameWidth: 640, frameHeight: 480 }),
  status: () => Promise.resolve({ host: 'inline', state: 'down', restarts: 3, models: [] }),
  close: () => Promise.resolve(),
};

interface Bench {
  readonly installation: Installation;
  readonly pump: OutboxPump;
  readonly desk: Desk;
}

let directory: string;
let bench: Bench;
let now: number;

async function open(options: { simulator?: Simulator; pump?: 'running' | 'idle' } = {}): Promise<Bench> {
  const opened = await openInstallation({
    dataDirectory: directory,
    vision: darkVision,
    create: true,
    clock: () => new Date(now),
  });
  if (!opened.ok) throw new Error(opened.error.message);
  const ctx = opened.value.context;
  const pump = createOutboxPump({
    store: ctx.store,
    vault: ctx.vault,
    sink: createEmbeddedSink(ctx),
    clock: ctx.clock,
  });
  // A pump that is never started stands for a process that died before it could send.
  if (options.pump !== 'idle') pump.start();
  const shown = options.pump === 'idle' ? deadPump(pump) : pump;
  const desk = createDeskHandlers({
    ctx,
    pump: shown,
    simulator: options.simulator ?? null,
    config: { address: () => 'http://localhost:0', idleSeconds: 300 },
  });
  await desk.start();
  bench = { installation: opened.value, pump, desk };
  return bench;
}

function deadPump(pump: OutboxPump): OutboxPump {
  return {
    start: () => undefined,
    stop: () => Promise.resolve(),
    kick: () => Promise.resolve(),
    drain: () => Promise.resolve(0),
    settle: () => Promise.resolve([]),
    onProgress: (listener) => pump.onProgress(listener),
    online: () => false,
    sent: () => null,
  };
}

async function shut(): Promise<void> {
  bench.desk.close();
  await bench.pump.stop();
  await bench.installation.close();
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loket-desk-test-'));
  now = Date.parse('2026-03-02T03:00:00.000Z');
});

afterEach(async () => {
  await shut();
  await rm(directory, { recursive: true, force: true });
});

async function call<N extends DeskCallName>(door: DeskDoor, name: N, params: DeskParams<N>): Promise<DeskAnswer<N>> {
  const result = (await door.call(name, params)) as Result<DeskAnswer<N>>;
  if (!result.ok)
    throw new Error(
      `${name}: ${result.error.code} ${result.error.message} ${JSON.stringify(result.error.details ?? {})}`,
    );
  return result.value;
}

async function setUp(): Promise<DeskDoor> {
  const door = openDeskDoor(bench.desk, 'window-1');
  await call(door, 'setup.create', { organisation: 'Bank Contoh', branch: 'Menteng', desk: 'Meja 3', ...people });
  return door;
}

const signature = { method: 'typed', typedName: 'Sari Dewi' } as const;

const signIn = (door: DeskDoor, who: keyof typeof people) =>
  call(door, 'auth.signIn', { email: people[who].email, password: people[who].password });

async function toSelfie(door: DeskDoor): Promise<OnboardingView> {
  const started = await call(door, 'onboarding.start', { purpose: 'open_account', language: 'id' });
  const required = started.consent.text.filter((item) => item.required).map((item) => item.purpose);
  await call(door, 'onboarding.consent', { version: started.consent.version, purposes: required, signature });
  const challenge = await call(door, 'onboarding.challenge', { purpose: 'ktp' });
  const read = await call(door, 'onboarding.submitCard', {
    frames: [frame(1), frame(2)],
    frameTimesMs: [0, 300],
    nonce: challenge.nonce,
    camera,
  });
  expect(read).toMatchObject({ step: 'fields', card: { typedByHand: true } });
  return call(door, 'onboarding.confirmFields', {
    fields: { nik, fullName: 'RINA CONTOH', birthDate: '1990-01-01', sex: 'PEREMPUAN' },
  });
}

async function selfie(door: DeskDoor): Promise<OnboardingView> {
  const challenge = await call(door, 'onboarding.challenge', { purpose: 'face' });
  const prompts = challenge.prompts.map((kind, index) => ({ kind, fromMs: index * 1000, toMs: index * 1000 + 900 }));
  return call(door, 'onboarding.submitSelfie', {
    frames: [frame(3), frame(4)],
    frameTimesMs: [0, 400],
    nonce: challenge.nonce,
    prompts,
    camera,
  });
}

describe('set-up and sign-in', () => {
  it('is done once, and names the desk', async () => {
    await open();
    const door = openDeskDoor(bench.desk, 'window-1');
    expect(await call(door, 'station.state', {})).toMatchObject({
      setUp: false,
      organisation: null,
      person: null,
      vision: 'down',
      models: { faceReady: false },
    });
    await setUp();
    expect(await call(door, 'station.state', {})).toMatchObject({
      setUp: true,
      organisation: { name: 'Bank Contoh', branch: 'Menteng' },
      desk: 'Meja 3',
      simulation: 'none',
      idleSeconds: 300,
    });
    const again = await door.call('setup.create', { organisation: 'Bank Lain', branch: 'X1', desk: 'M', ...people });
    expect(again).toMatchObject({ ok: false, error: { code: 'already_set_up' } });
  });

  it('answers a wrong password alike, and signs out', async () => {
    await open();
    const door = await setUp();
    expect(await door.call('auth.signIn', { email: people.staff.email, password: 'salah' })).toMatchObject({
      ok: false,
      error: { code: 'invalid_credentials' },
    });
    expect((await signIn(door, 'staff')).person).toMatchObject({ role: 'staff', fullName: 'Sari Teller' });
    await call(door, 'auth.signOut', {});
    expect(await door.call('outbox.list', {})).toMatchObject({ ok: false, error: { code: 'unauthenticated' } });
    const sessions = await bench.installation.context.store.db.selectFrom('sessions').selectAll().execute();
    expect(sessions).toEqual([]);
  });
});

describe('a customer while vision is down', () => {
  it('is captured, sealed, delivered and decided by a second person', async () => {
    await open();
    const door = await setUp();
    await signIn(door, 'staff');
    await toSelfie(door);
    const view = await selfie(door);
    expect(view.result).toMatchObject({ outcome: 'review', provisional: false, tier: 'basic' });
    expect(view.result?.bundles).toMatchObject([
      { kind: 'ktp', sealed: true, delivered: true },
      { kind: 'face', sealed: true, delivered: true },
    ]);
    expect(view.result?.reviewCaseId).toMatch(/^rev_/);

    const receipt = await call(door, 'onboarding.receipt', {});
    expect(new TextDecoder().decode(receipt.pdf.slice(0, 5))).toBe('%PDF-');
    expect(receipt.fileName).not.toContain('RINA');
    await call(door, 'onboarding.finish', {});
    expect((await call(door, 'outbox.list', {})).items.map((item) => item.state)).toEqual(['delivered', 'delivered']);
    const [found] = await call(door, 'customers.search', { q: nik });
    expect(found).toMatchObject({ fullName: 'RINA CONTOH', nikTail: '0001', kycLevel: 'basic' });

    const desk2 = openDeskDoor(bench.desk, 'window-2');
    await signIn(desk2, 'supervisor');
    const cases = await call(desk2, 'review.queue', { status: 'undecided' });
    const ktpCase = cases.rows.find((row) => row.method === 'ktp_capture');
    expect(ktpCase).toMatchObject({ customerName: 'RINA CONTOH', operator: 'Sari Teller', ownCapture: false });
    const taken = await call(desk2, 'review.assign', { ids: [ktpCase?.id ?? ''], to: 'me' });
    expect(taken.rows.find((row) => row.id === ktpCase?.id)?.assignee?.fullName).toBe('Sugeng Penyelia');
    expect((await call(desk2, 'review.queue', { status: 'open', assignee: 'me' })).rows).toHaveLength(1);
    const decided = await call(desk2, 'review.decide', {
      id: ktpCase?.id ?? '',
      decision: 'approve',
      reasonCode: 'original_seen',
      reason: 'Kartu asli sudah dilihat',
      password: people.supervisor.password,
    });
    expect(decided).toMatchObject({ status: 'approved', decisions: [{ reviewer: 'Sugeng Penyelia' }] });
    expect((await call(desk2, 'customers.get', { id: found?.id ?? '' })).kycLevel).toBe('standard');
    expect((await call(desk2, 'operations.status', {})).audit.intact).toBe(true);
  });

  it('cannot be approved by who captured him', async () => {
    await open();
    const door = await setUp();
    await signIn(door, 'supervisor');
    await toSelfie(door);
    await selfie(door);
    const [own] = (await call(door, 'review.queue', { status: 'undecided' })).rows;
    expect(own?.ownCapture).toBe(true);
    const refused = await door.call('review.decide', {
      id: own?.id ?? '',
      decision: 'approve',
      reasonCode: 'original_seen',
      reason: 'Sudah dilihat',
      password: people.supervisor.password,
    });
    expect(refused).toMatchObject({ ok: false, error: { code: 'four_eyes' } });
  });

  it('is delivered once after the process died between sealing and sending', async () => {
    await open({ pump: 'idle' });
    const door = await setUp();
    await signIn(door, 'staff');
    await toSelfie(door);
    const view = await selfie(door);
    expect(view.result).toMatchObject({ provisional: true, outcome: 'review' });
    expect(view.result?.bundles.map((bundle) => [bundle.sealed, bundle.delivered])).toEqual([
      [true, false],
      [true, false],
    ]);
    await shut();

    await open();
    await bench.pump.settle((await orgId()) ?? '', view.result?.bundles.map((bundle) => bundle.id) ?? [], 10_000);
    const { db } = bench.installation.context.store;
    expect(await db.selectFrom('captures').select('nonce').execute()).toHaveLength(2);
    expect((await db.selectFrom('outbox').select('state').execute()).map((row) => row.state)).toEqual([
      'delivered',
      'delivered',
    ]);
    const back = openDeskDoor(bench.desk, 'window-9');
    await signIn(back, 'staff');
    expect(await call(back, 'onboarding.current', {})).toMatchObject({
      step: 'result',
      result: { provisional: false, tier: 'basic' },
    });
    expect(await verifyAudit(bench.installation.context.store)).toMatchObject({ intact: true });
  });
});

const orgId = async () =>
  (await bench.installation.context.store.db.selectFrom('organisations').select('id').executeTakeFirst())?.id;

describe('a draft', () => {
  it('survives a restart sealed, and cancel leaves nothing of it', async () => {
    await open();
    const door = await setUp();
    await signIn(door, 'staff');
    await toSelfie(door);
    await shut();
    await open();
    const { db } = bench.installation.context.store;
    const [row] = await db.selectFrom('desk_sessions').selectAll().execute();
    expect(row?.state).toBe('selfie');
    expect(Buffer.from(row?.draft_sealed ?? []).includes('RINA CONTOH')).toBe(false);
    const back = openDeskDoor(bench.desk, 'window-1');
    await signIn(back, 'staff');
    expect(await call(back, 'onboarding.current', {})).toMatchObject({ step: 'selfie', customerName: 'RINA CONTOH' });
    await call(back, 'onboarding.cancel', {});
    expect(await db.selectFrom('desk_sessions').selectAll().execute()).toEqual([]);
    expect(await db.selectFrom('outbox').selectAll().execute()).toEqual([]);
  });

  it('nobody came back to is wiped after half a day', async () => {
    await open();
    const door = await setUp();
    await signIn(door, 'staff');
    await toSelfie(door);
    await shut();
    now += 13 * 60 * 60_000;
    await open();
    expect(await bench.installation.context.store.db.selectFrom('desk_sessions').selectAll().execute()).toEqual([]);
  });
});

describe('the simulated camera', () => {
  const simulator: Simulator = { mode: 'demo', frame: () => Promise.resolve({ jpeg: frame(9), width: 2, height: 1 }) };

  it('draws where there is one, and is refused by a live organisation', async () => {
    await open({ simulator });
    const door = await setUp();
    await signIn(door, 'staff');
    expect((await call(door, 'station.state', {})).simulation).toBe('demo');
    expect(await call(door, 'simulator.frame', { scene: 'face', light: '#FFFFFF', tMs: 0 })).toEqual({
      jpeg: frame(9),
      width: 2,
      height: 1,
    });
    await changeSettings(bench.installation.context, systemActor((await orgId()) ?? ''), { environment: 'live' });
    const started = await call(door, 'onboarding.start', { purpose: 'open_account', language: 'id' });
    await call(door, 'onboarding.consent', {
      version: started.consent.version,
      purposes: started.consent.text.map((item) => item.purpose),
      signature,
    });
    expect(await door.call('onboarding.submitCard', { frames: [frame(1)], camera })).toMatchObject({
      ok: false,
      error: { code: 'simulated_refused' },
    });
  });

  it('is not there on an ordinary station', async () => {
    await open();
    const door = await setUp();
    await signIn(door, 'staff');
    expect(await door.call('simulator.frame', { scene: 'face', light: '#FFFFFF', tMs: 0 })).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    });
  });
});

describe('events', () => {
  it('reach the operator of the onboarding and nobody else', async () => {
    await open();
    const door = await setUp();
    const other = openDeskDoor(bench.desk, 'window-2');
    await signIn(door, 'staff');
    await signIn(other, 'supervisor');
    const seen: string[] = [];
    for (const name of deskEventNames) {
      door.on(name, () => seen.push(`staff ${name}`));
      other.on(name, () => seen.push(`supervisor ${name}`));
    }
    await call(door, 'onboarding.start', { purpose: 'other', language: 'en' });
    await call(door, 'onboarding.cancel', {});
    expect(seen).toEqual(['staff onboarding.changed', 'staff onboarding.changed']);
  });
});

describe('coaching', () => {
  it('says what is missing instead of guessing', async () => {
    await open();
    const door = await setUp();
    await signIn(door, 'staff');
    expect(await call(door, 'coach.card', { frame: frame(1) })).toMatchObject({
      ready: false,
      advice: 'vision_unavailable',
      outline: null,
    });
    expect(await call(door, 'coach.face', { frame: frame(1) })).toMatchObject({
      ready: true,
      advice: 'vision_unavailable',
    });
  });
});
