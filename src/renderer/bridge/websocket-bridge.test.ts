import { decode, encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { stationState } from '../testing/fixtures.ts';
import type { ConnectionState } from './connection.ts';
import { createWebSocketBridge, defaultBackOff, pairingToken, type SocketLike } from './websocket-bridge.ts';

interface Request {
  readonly id: number;
  readonly call: string;
  readonly params: Record<string, unknown>;
}

/** The other end, in process: remembers what was sent and answers by hand. */
class FakeSocket implements SocketLike {
  binaryType = 'blob';
  onopen: (() => void) | null = null;
  onclose: ((event: { readonly code: number }) => void) | null = null;
  onerror: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  readonly sent: Request[] = [];
  broken = false;

  send(data: Uint8Array): void {
    if (this.broken) throw new Error('closed');
    this.sent.push(decode(data) as Request);
  }

  close(): void {
    this.onclose?.({ code: 1000 });
  }

  deliver(message: unknown): void {
    const bytes = encode(message, { ignoreUndefined: true });
    this.onmessage?.({ data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) });
  }
}

/** Time in the test's hands: work waits until `run`. */
class FakeTime {
  readonly waits: number[] = [];
  private work: (() => void)[] = [];
  readonly later = (work: () => void, ms: number) => {
    this.waits.push(ms);
    this.work.push(work);
    return () => {
      this.work = this.work.filter((each) => each !== work);
    };
  };
  run(): void {
    const due = this.work;
    this.work = [];
    for (const work of due) work();
  }
}

async function opened(pair?: () => Promise<boolean>) {
  const sockets: FakeSocket[] = [];
  const time = new FakeTime();
  const order: string[] = [];
  const bridge = createWebSocketBridge({
    openSocket: () => {
      order.push('socket');
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    later: time.later,
    ...(pair === undefined
      ? {}
      : {
          pair: () => {
            order.push('pair');
            return pair();
          },
        }),
  });
  const states: ConnectionState[] = [];
  bridge.connection.subscribe((state) => states.push(state));
  // The pairing and the first connection are already under way; let their promises settle.
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  return { bridge, sockets, time, states, order, socket: (index: number) => sockets[index] as FakeSocket };
}

describe('pairing', () => {
  it('takes the token of the address and nothing else', () => {
    expect(pairingToken('#pair=abcDEF_-12345')).toBe('abcDEF_-12345');
    expect(pairingToken('#pair=')).toBeNull();
    expect(pairingToken('#pair=short')).toBeNull();
    expect(pairingToken('#other=abcdefghijk')).toBeNull();
    expect(pairingToken('')).toBeNull();
  });

  it('pairs before it opens the socket', async () => {
    const { order } = await opened(() => Promise.resolve(true));
    expect(order).toEqual(['pair', 'socket']);
  });

  it('tries the socket even when pairing fails: an older cookie may still be good', async () => {
    const { order } = await opened(() => Promise.reject(new Error('refused')));
    expect(order).toEqual(['pair', 'socket']);
  });

  it('is unpaired while it was never let in, and open once it is', async () => {
    const { states, socket, time } = await opened();
    socket(0).onclose?.({ code: 1006 });
    expect(states).toEqual(['unpaired']);
    time.run();
    socket(1).onopen?.();
    expect(states).toEqual(['unpaired', 'open']);
  });
});

describe('a refusal by the shell', () => {
  it('shows as unpaired although the socket had opened, and is believed again only after it stayed open', async () => {
    const { states, socket, time } = await opened();
    socket(0).onopen?.();
    socket(0).onclose?.({ code: 4403 });
    expect(states).toEqual(['open', 'unpaired']);
    time.run();
    socket(1).onopen?.();
    socket(1).onclose?.({ code: 4403 });
    expect(states).toEqual(['open', 'unpaired']);
    time.run();
    socket(2).onopen?.();
    expect(states).toEqual(['open', 'unpaired']);
    time.run();
    expect(states).toEqual(['open', 'unpaired', 'open']);
  });
});

describe('calls', () => {
  it('travel as {id, call, params} and are settled by their own id', async () => {
    const { bridge, socket } = await opened();
    socket(0).onopen?.();
    const state = bridge.call('station.state', {});
    const list = bridge.call('customers.search', { q: 'ratna' });
    await Promise.resolve();
    expect(socket(0).sent.map(({ call }) => call)).toEqual(['station.state', 'customers.search']);
    expect(socket(0).sent[1]?.params).toEqual({ q: 'ratna' });
    const [first, second] = socket(0).sent.map(({ id }) => id);
    expect(first).not.toBe(second);
    socket(0).deliver({ id: second, result: { ok: true, value: [] } });
    socket(0).deliver({ id: first, result: { ok: false, error: { code: 'unavailable', message: 'x' } } });
    expect(await list).toEqual({ ok: true, value: [] });
    expect(await state).toEqual({ ok: false, error: { code: 'unavailable', message: 'x' } });
  });

  it('wait for the first connection', async () => {
    const { bridge, socket } = await opened();
    const answer = bridge.call('station.state', {});
    expect(socket(0).sent).toEqual([]);
    socket(0).onopen?.();
    await Promise.resolve();
    await Promise.resolve();
    expect(socket(0).sent).toHaveLength(1);
    socket(0).deliver({ id: socket(0).sent[0]?.id, result: { ok: true, value: stationState() } });
    expect((await answer).ok).toBe(true);
  });

  it('carry bytes as bytes, both ways, and leave undefined out', async () => {
    const { bridge, socket } = await opened();
    socket(0).onopen?.();
    const frame = new Uint8Array([0xff, 0xd8, 0x00, 0x7f]);
    const answer = bridge.call('coach.card', { frame });
    await Promise.resolve();
    expect(socket(0).sent[0]?.params.frame).toEqual(frame);
    socket(0).deliver({ id: socket(0).sent[0]?.id, result: { ok: true, value: { jpeg: frame } } });
    expect(await answer).toEqual({ ok: true, value: { jpeg: frame } });
    void bridge.call('simulator.frame', { scene: 'face', light: '#FFFFFF', tMs: 0, prompt: undefined } as never);
    await Promise.resolve();
    expect(Object.keys(socket(0).sent[1]?.params ?? {})).toEqual(['scene', 'light', 'tMs']);
  });

  it('in flight fail with connection_lost when the socket closes', async () => {
    const { bridge, socket, states } = await opened();
    socket(0).onopen?.();
    const answer = bridge.call('station.state', {});
    await Promise.resolve();
    socket(0).onclose?.({ code: 1006 });
    expect(await answer).toMatchObject({ ok: false, error: { code: 'connection_lost' } });
    expect(states).toEqual(['open', 'lost']);
  });

  it('fail at once while the connection is lost or the socket refuses', async () => {
    const { bridge, socket } = await opened();
    socket(0).onopen?.();
    socket(0).broken = true;
    expect(await bridge.call('station.state', {})).toMatchObject({ ok: false, error: { code: 'connection_lost' } });
    socket(0).onclose?.({ code: 1006 });
    expect(await bridge.call('station.state', {})).toMatchObject({ ok: false, error: { code: 'connection_lost' } });
  });

  it('ignores what is not our protocol', async () => {
    const { bridge, socket } = await opened();
    socket(0).onopen?.();
    const answer = bridge.call('station.state', {});
    await Promise.resolve();
    socket(0).onmessage?.({ data: 'text' });
    socket(0).onmessage?.({ data: new Uint8Array([0xc1]) });
    socket(0).deliver([1, 2]);
    socket(0).deliver({ id: 999, result: { ok: true, value: 1 } });
    socket(0).deliver({ id: socket(0).sent[0]?.id, result: { ok: true, value: 'right' } });
    expect(await answer).toEqual({ ok: true, value: 'right' });
  });
});

describe('events and reconnecting', () => {
  it('hands an event to its listeners until they leave', async () => {
    const { bridge, socket } = await opened();
    socket(0).onopen?.();
    const heard: unknown[] = [];
    const leave = bridge.on('station.changed', (state) => heard.push(state.online));
    socket(0).deliver({ event: 'station.changed', payload: stationState({ online: true }) });
    socket(0).deliver({ event: 'outbox.changed', payload: {} });
    leave();
    socket(0).deliver({ event: 'station.changed', payload: stationState({ online: false }) });
    expect(heard).toEqual([true]);
  });

  it('backs off, and starts over after a good connection', async () => {
    const { socket, time, states } = await opened();
    socket(0).onopen?.();
    socket(0).onclose?.({ code: 1006 });
    time.run();
    socket(1).onerror?.();
    socket(1).onclose?.({ code: 1006 });
    time.run();
    expect(time.waits).toEqual([250, 500]);
    socket(2).onopen?.();
    socket(2).onclose?.({ code: 1006 });
    expect(time.waits).toEqual([250, 500, 250]);
    expect(states).toEqual(['open', 'lost', 'open', 'lost']);
  });

  it('waits at most five seconds', () => {
    expect(defaultBackOff(0)).toBe(250);
    expect(defaultBackOff(50)).toBe(5000);
  });

  it('stays closed once closed', async () => {
    const { bridge, socket, sockets, time } = await opened();
    socket(0).onopen?.();
    bridge.close();
    time.run();
    expect(sockets).toHaveLength(1);
    expect(time.waits).toEqual([]);
  });
});
