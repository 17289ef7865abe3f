import { describe, expect, it } from 'vitest';
import type { Person } from '../contract/desk/answers.ts';
import { StoreError } from '../store/store-error.ts';
import { deskCallNames, deskCalls, type DeskCallName } from '../contract/desk/calls.ts';
import { defaultDeskSettings } from '../contract/desk/devices.ts';
import { ok } from '../contract/result.ts';
import { roles, type Role } from '../contract/vocabulary.ts';
import { bugTrace, dispatch, type DeskHandlers, type DeskHandlerTable } from './dispatch.ts';
import { validUpkeepParams } from './testing/valid-upkeep-params.ts';
import { createDeskSessions, customerSessionId, type DeskSession } from './desk-session.ts';

const camera = {
  label: 'Camera',
  fingerprint: 'ab',
  width: 1280,
  height: 720,
  frameRate: 30,
  pinned: false,
  simulated: false,
};
const frame = new Uint8Array([0xff, 0xd8]);
const person = { fullName: 'Sari Dewi', email: 'sari@example.test', password: 'long enough words' };

const credential = { id: 'AA', rawId: 'AA', type: 'public-key', clientExtensionResults: {} };
const assertion = {
  ...credential,
  response: { clientDataJSON: 'AA', authenticatorData: 'AA', signature: 'AA', userHandle: 'AA' },
};
const attestation = {
  ...credential,
  response: { clientDataJSON: 'AA', attestationObject: 'AA', transports: ['internal'] },
};

/** One valid parameter object per call, so that a refusal in a test has exactly one cause. */
const valid: Record<DeskCallName, Record<string, unknown>> = {
  'station.state': {},
  'setup.create': {
    organisation: 'Bank Contoh',
    branch: 'Pusat',
    desk: 'Meja 1',
    admin: person,
    staff: person,
    supervisor: person,
  },
  'auth.signIn': { email: 'sari@example.test', password: 'x' },
  'auth.signOut': {},
  'auth.passkeyBegin': { email: 'sari@example.test', password: 'x' },
  'auth.passkeyFinish': { challengeId: 'pkc_1', credential: assertion },
  'auth.passkeys': {},
  'auth.registerBegin': { password: 'x' },
  'auth.registerFinish': { challengeId: 'pkc_1', credential: attestation },
  'auth.proveBegin': {},
  'auth.proveFinish': { challengeId: 'pkc_1', credential: assertion },
  'onboarding.current': {},
  'onboarding.start': { purpose: 'open_account', language: 'id' },
  'onboarding.consent': { version: '1', purposes: ['identity'], signature: { method: 'unable' } },
  'counter.find': { nik: '3173051708850004' },
  'counter.startKnown': { nik: '3173051708850004', language: 'id', way: 'continue' },
  'counter.offer': {},
  'counter.offered': {},
  'counter.takeOver': { id: 'ses_1' },
  'counter.day': {},
  'counter.dayPdf': { language: 'id' },
  'counter.dayCsv': { language: 'id', to: 'page' },
  'counter.print': { document: 'receipt', language: 'id' },
  'counter.customerScreen': {},
  'counter.cue': { advice: null, prompt: null },
  'counter.customerConsent': {},
  'customer.view': {},
  'customer.agree': { purposes: [], signature: null },
  'onboarding.lookup': { nik: '3171014101900001' },
  'onboarding.challenge': { purpose: 'face' },
  'onboarding.submitCard': { frames: [frame], camera },
  'onboarding.typeCard': {},
  'onboarding.confirmFields': { fields: { nik: '3171014101900001' } },
  'onboarding.submitSelfie': { frames: [frame], frameTimesMs: [0], nonce: 'nonce-nonce-nonce', prompts: [], camera },
  'onboarding.exception': { ground: 'customer_unable' },
  'onboarding.retake': { step: 'card' },
  'onboarding.receipt': {},
  'onboarding.finish': {},
  'onboarding.cancel': {},
  'coach.card': { frame },
  'coach.face': { frame },
  'simulator.frame': { scene: 'card', light: '#FFFFFF', tMs: 0 },
  'outbox.list': {},
  'outbox.retryNow': {},
  'outbox.pause': { paused: true },
  'outbox.bandwidth': { bytesPerSecond: 125_000 },
  'outbox.export': { folder: '/media/diska' },
  'outbox.acknowledge': { file: frame },
  'outbox.closeReversal': { nonce: 'nonce-nonce-nonce' },
  'customers.search': { q: 'sari' },
  'customers.get': { id: 'cus_1' },
  'customers.file': { id: 'cus_1' },
  'customers.erase': { id: 'cus_1', reason: 'permintaan nasabah', requestedBy: 'nasabah', password: 'x' },
  'dashboard.view': { days: 7 },
  'review.queue': { status: 'undecided' },
  'review.assign': { ids: ['rev_1'] },
  'review.batch': { ids: ['rev_1'], decision: 'escalate', reasonCode: 'second_opinion', reason: 'lagi', password: 'x' },
  'review.detail': { id: 'rev_1' },
  'review.minutes': { id: 'rev_1', to: 'page' },
  'review.open': { id: 'rev_1' },
  'review.decide': { id: 'rev_1', decision: 'approve', reasonCode: 'ok', reason: 'compared', password: 'x' },
  'watchedFaces.list': {},
  'watchedFaces.add': { kind: 'blocked', reason: 'case 12', photo: frame },
  'watchedFaces.remove': { id: 'wf_1' },
  'operations.status': {},
  'devices.status': {},
  'devices.configure': { settings: defaultDeskSettings },
  'devices.simulateScan': { text: '3171014101900001' },
  'onboarding.useScan': { id: '0123456789ab' },
  'onboarding.useFile': { file: frame },
  ...validUpkeepParams,
};

function bench() {
  let now = Date.parse('2026-03-01T02:00:00Z');
  const called: string[] = [];
  const bugs: string[] = [];
  const table = Object.fromEntries(
    deskCallNames.map((name) => [name, () => (called.push(name), Promise.resolve(ok({ from: name })))]),
  );
  const sessions = createDeskSessions({ idleSeconds: 300, clock: () => new Date(now) });
  const handlers: DeskHandlers = {
    table: table as unknown as DeskHandlerTable,
    sessions,
    logBug: (call) => bugs.push(call),
  };
  const session = sessions.open('connection-1');
  return { handlers, session, called, bugs, table, advance: (seconds: number) => (now += seconds * 1000) };
}

function signInAs(handlers: DeskHandlers, session: DeskSession, role: Role): void {
  const who: Person = { id: 'usr_1', fullName: 'Sari', email: 'sari@example.test', role };
  handlers.sessions.signIn(session, who, { kind: 'user', id: who.id, orgId: 'org_1', role });
}

/** The first role that may make the call, a plain one where anybody may. */
const roleFor = (name: DeskCallName): Role => {
  const { caller } = deskCalls[name];
  return typeof caller === 'string' || caller.includes('staff') ? 'staff' : (caller[0] ?? 'staff');
};

/** A session that may make the call. */
function whoMay(handlers: DeskHandlers, station: DeskSession, name: DeskCallName): DeskSession {
  if (deskCalls[name].caller === 'customer') return handlers.sessions.open(customerSessionId(station.id));
  signInAs(handlers, station, roleFor(name));
  return station;
}

const mayCall = (name: DeskCallName, role: Role | null): boolean => {
  const { caller } = deskCalls[name];
  if (caller === 'public') return true;
  if (role === null || caller === 'customer') return false;
  return caller === 'signed-in' || (caller as readonly Role[]).includes(role);
};

describe('dispatch', () => {
  it.each(deskCallNames.flatMap((name) => [null, ...roles].map((role) => ({ name, role }))))(
    '$name by $role follows the caller rule',
    async ({ name, role }) => {
      const { handlers, session, called } = bench();
      if (role !== null) signInAs(handlers, session, role);
      const result = await dispatch(handlers, session, name, valid[name]);
      const allowed = mayCall(name, role);
      expect(called).toEqual(allowed ? [name] : []);
      expect(result.ok).toBe(allowed);
      const stranger = role === null && deskCalls[name].caller !== 'customer';
      if (!result.ok) expect(result.error.code).toBe(stranger ? 'unauthenticated' : 'forbidden');
    },
  );

  it.each(deskCallNames)('%s by the customer’s screen: only what is meant for it', async (name) => {
    const { handlers, called } = bench();
    const screen = handlers.sessions.open(customerSessionId('connection-1'));
    const result = await dispatch(handlers, screen, name, valid[name]);
    const meant = deskCalls[name].caller === 'customer';
    expect(called).toEqual(meant ? [name] : []);
    expect(result).toMatchObject(meant ? { ok: true } : { ok: false, error: { code: 'forbidden' } });
  });

  it.each(deskCallNames)('%s refuses an unknown parameter and a non-object', async (name) => {
    const { handlers, called, session: station } = bench();
    const session = whoMay(handlers, station, name);
    for (const params of [{ ...valid[name], smuggled: 1 }, null, 'text', [1]]) {
      const result = await dispatch(handlers, session, name, params);
      expect(result).toMatchObject({ ok: false, error: { code: 'validation_failed' } });
    }
    expect(called).toEqual([]);
  });

  it.each(deskCallNames.filter((name) => Object.keys(valid[name]).length > 0))(
    '%s refuses a missing parameter',
    async (name) => {
      const { handlers, session: station } = bench();
      const session = whoMay(handlers, station, name);
      expect(await dispatch(handlers, session, name, {})).toMatchObject({
        ok: false,
        error: { code: 'validation_failed' },
      });
    },
  );

  it.each(['', 'onboarding.nothing', 'constructor', '__proto__', 'toString'])(
    'refuses the unknown call %j',
    async (name) => {
      const { handlers, session } = bench();
      signInAs(handlers, session, 'admin');
      expect(await dispatch(handlers, session, name, {})).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    },
  );

  it.each([{ frame: 'text' }, { frame: [1, 2] }, { frame: { 0: 1, length: 1 } }, { frame: null }])(
    'wants bytes as bytes: %j',
    async (params) => {
      const { handlers, session } = bench();
      signInAs(handlers, session, 'staff');
      expect(await dispatch(handlers, session, 'coach.card', params)).toMatchObject({
        ok: false,
        error: { code: 'validation_failed', details: { fields: ['/frame'] } },
      });
    },
  );

  it('refuses a frame over 8 MiB and a call over 64 MiB', async () => {
    const { handlers, session } = bench();
    signInAs(handlers, session, 'staff');
    const large = await dispatch(handlers, session, 'coach.card', { frame: new Uint8Array(8 * 1024 * 1024 + 1) });
    expect(large).toMatchObject({ ok: false, error: { code: 'body_too_large' } });
    const frames = Array.from({ length: 9 }, () => new Uint8Array(8 * 1024 * 1024));
    const many = await dispatch(handlers, session, 'onboarding.submitCard', { frames, camera });
    expect(many).toMatchObject({ ok: false, error: { code: 'body_too_large' } });
  });

  it('never names a value in a refusal', async () => {
    const { handlers, session } = bench();
    signInAs(handlers, session, 'staff');
    const result = await dispatch(handlers, session, 'onboarding.lookup', { nik: '317101-secret' });
    expect(JSON.stringify(result)).not.toContain('secret');
    expect(result).toMatchObject({ ok: false, error: { code: 'validation_failed', details: { fields: ['/nik'] } } });
  });

  it.each([
    ['disk_full', 'store_disk_full', /Free space/],
    ['read_only', 'store_read_only', /mounted read-only/],
    ['corrupted', 'store_corrupted', /restore the last backup/],
  ] as const)('says what to do when the disk under it is %s', async (kind, code, remedy) => {
    const { handlers, session, table } = bench();
    signInAs(handlers, session, 'staff');
    table['outbox.list'] = () => Promise.reject(new StoreError(kind, 'SQLITE_X'));
    const answer = await dispatch(handlers, session, 'outbox.list', {});
    expect(answer).toMatchObject({ ok: false, error: { code, message: expect.stringMatching(remedy) as string } });
  });

  it('turns a thrown error into `internal` and logs no message', async () => {
    const { handlers, session, bugs, table } = bench();
    signInAs(handlers, session, 'staff');
    const bug = new TypeError('value 3171014101900001 was wrong');
    table['outbox.list'] = () => Promise.reject(bug);
    expect(await dispatch(handlers, session, 'outbox.list', {})).toMatchObject({
      ok: false,
      error: { code: 'internal' },
    });
    expect(bugs).toEqual(['outbox.list']);
    const trace = bugTrace(bug);
    expect(trace.kind).toBe('TypeError');
    expect(trace.at.length).toBeGreaterThan(0);
    expect(JSON.stringify(trace)).not.toContain('3171014101900001');
  });
});

describe('idle expiry', () => {
  it('signs out after the idle time and says why once', async () => {
    const { handlers, session, advance } = bench();
    signInAs(handlers, session, 'staff');
    advance(301);
    expect(await dispatch(handlers, session, 'outbox.list', {})).toMatchObject({
      ok: false,
      error: { code: 'session_expired' },
    });
    expect(session.person).toBeNull();
    expect(session.actor).toBeNull();
    expect(await dispatch(handlers, session, 'outbox.list', {})).toMatchObject({
      ok: false,
      error: { code: 'unauthenticated' },
    });
  });

  it('is held off by acts of a person, not by calls a page makes by itself', async () => {
    const { handlers, session, advance } = bench();
    signInAs(handlers, session, 'staff');
    advance(200);
    expect((await dispatch(handlers, session, 'onboarding.lookup', valid['onboarding.lookup'])).ok).toBe(true);
    advance(200);
    expect((await dispatch(handlers, session, 'coach.card', { frame })).ok).toBe(true);
    advance(200);
    expect(await dispatch(handlers, session, 'coach.card', { frame })).toMatchObject({
      ok: false,
      error: { code: 'session_expired' },
    });
  });

  it('sweeps idle sessions and forgets closed ones', () => {
    const { handlers, session, advance } = bench();
    signInAs(handlers, session, 'staff');
    expect(handlers.sessions.sweep()).toEqual([]);
    advance(301);
    expect(handlers.sessions.sweep()).toEqual([session]);
    signInAs(handlers, session, 'staff');
    handlers.sessions.close(session.id);
    expect(session.person).toBeNull();
    expect(handlers.sessions.open(session.id)).not.toBe(session);
  });
});
