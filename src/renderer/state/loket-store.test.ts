import { describe, expect, it } from 'vitest';
import { alwaysOpen, type ConnectionState } from '../bridge/connection.ts';
import { createFakeBridge, type FakeDesk } from '../testing/fake-bridge.ts';
import { onboardingView, results, staff, stationState, supervisor } from '../testing/fixtures.ts';
import { createLoketStore, mayReview, mayServe } from './loket-store.ts';

const settle = () => new Promise<void>((done) => setImmediate(done));
const names = (bridge: ReturnType<typeof createFakeBridge>) => bridge.calls.map(({ name }) => name);

function station(part: Partial<FakeDesk> = {}) {
  const bridge = createFakeBridge(part);
  const store = createLoketStore({ bridge, connection: alwaysOpen });
  return { bridge, store };
}

describe('signing in', () => {
  it('shows the person and the first room of the role', async () => {
    const { store } = station();
    await store.refresh();
    await store.signIn(supervisor.email, 'kata sandi contoh');
    expect(store.getState().station?.person).toEqual(supervisor);
    expect(store.getState().screen).toBe('counter');
    expect(mayReview(store.getState().station)).toBe(true);
  });

  it('sends whoever does not serve to a room he may enter', async () => {
    const { store, bridge } = station();
    await store.refresh();
    bridge.emit('station.changed', stationState({ person: { ...staff, role: 'compliance' } }));
    expect(store.getState().screen).toBe('review');
    bridge.emit('station.changed', stationState({ person: { ...staff, id: 'usr_admin', role: 'admin' } }));
    expect(store.getState().screen).toBe('customers');
    expect(mayServe(store.getState().station)).toBe(false);
  });

  it('keeps the failure of a wrong password and nobody signed in', async () => {
    const { store } = station();
    await store.refresh();
    await store.signIn(staff.email, 'salah');
    expect(store.getState().failure?.code).toBe('invalid_credentials');
    expect(store.getState().station?.person).toBeNull();
  });

  it('resumes an open session', async () => {
    const open = onboardingView({ step: 'fields' });
    const { store } = station({ onboarding: open });
    await store.refresh();
    await store.signIn(staff.email, 'kata sandi contoh');
    expect(store.getState().onboarding).toEqual(open);
  });

  it('forgets the customer when the desk says nobody is signed in', async () => {
    const { store, bridge } = station({ station: stationState({ person: staff }), onboarding: onboardingView() });
    await store.refresh();
    expect(store.getState().onboarding).not.toBeNull();
    bridge.emit('station.changed', stationState({ person: null }));
    expect(store.getState().onboarding).toBeNull();
  });
});

describe('calls', () => {
  it('run one at a time: a double tap sends once', async () => {
    const { store, bridge } = station({ station: stationState({ person: staff }) });
    await store.refresh();
    const first = store.onboard('onboarding.start', { purpose: 'open_account', language: 'id' });
    const second = store.onboard('onboarding.start', { purpose: 'open_account', language: 'id' });
    expect(await first).toBe(true);
    expect(await second).toBe(false);
    expect(names(bridge).filter((name) => name === 'onboarding.start')).toHaveLength(1);
    expect(store.getState().busy).toBeNull();
  });

  it('turn a thrown bug of the bridge into a failure in words', async () => {
    const { bridge, store } = station();
    bridge.call = () => Promise.reject(new Error('boom'));
    const answer = await store.run('operations.status', {});
    expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(store.getState().busy).toBeNull();
  });

  it('sign the person out when the desk ended the session', async () => {
    const { bridge, store } = station({ station: stationState({ person: staff }), onboarding: onboardingView() });
    await store.refresh();
    bridge.call = () => Promise.resolve({ ok: false as const, error: { code: 'session_expired', message: 'x' } });
    await store.run('operations.status', {});
    expect(store.getState().station?.person).toBeNull();
    expect(store.getState().onboarding).toBeNull();
    expect(store.getState().failure?.code).toBe('session_expired');
  });
});

describe('wiping', () => {
  it('cancels an unfinished session and finishes a finished one', async () => {
    for (const [open, call] of [
      [onboardingView({ step: 'selfie' }), 'onboarding.cancel'],
      [onboardingView({ step: 'result', result: results.verified }), 'onboarding.finish'],
    ] as const) {
      const { bridge, store } = station({ station: stationState({ person: staff }), onboarding: open });
      await store.refresh();
      await store.wipe();
      expect(store.getState().onboarding).toBeNull();
      expect(names(bridge).at(-1)).toBe(call);
    }
  });

  it('clears the screen before the desk has answered', async () => {
    const { bridge, store } = station({ station: stationState({ person: staff }), onboarding: onboardingView() });
    await store.refresh();
    bridge.call = () => new Promise(() => undefined);
    void store.wipe();
    expect(store.getState().onboarding).toBeNull();
    expect(store.getState().greeting).toBe(false);
  });
});

describe('the connection', () => {
  it('is shown, and everything is fetched again when it is back', async () => {
    const bridge = createFakeBridge({ station: stationState({ person: staff }) });
    let tell: (state: ConnectionState) => void = () => undefined;
    const store = createLoketStore({
      bridge,
      connection: {
        current: () => 'connecting',
        subscribe: (listener) => {
          tell = listener;
          return () => undefined;
        },
      },
    });
    tell('lost');
    expect(store.getState().connection).toBe('lost');
    expect(bridge.calls).toEqual([]);
    tell('open');
    await settle();
    expect(names(bridge)).toEqual(['station.state', 'onboarding.current']);
  });
});
