import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DeskBridge } from '../contract/desk/calls.ts';

const exposed: Record<string, unknown> = {};
const invoked: unknown[][] = [];
const listeners = new Map<string, (...args: unknown[]) => void>();

vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, api: unknown) => (exposed[name] = api) },
  ipcRenderer: {
    invoke: async (...args: unknown[]) => {
      invoked.push(args);
      return { ok: true, value: 1 };
    },
    on: (channel: string, listener: (...args: unknown[]) => void) => listeners.set(channel, listener),
    removeListener: (channel: string) => listeners.delete(channel),
  },
}));

describe('preload bridge', () => {
  beforeEach(async () => {
    invoked.length = 0;
    await import('./preload.ts');
  });

  it('exposes one object with calls and events, nothing of Electron', () => {
    expect(Object.keys(exposed)).toEqual(['loket']);
    expect(Object.keys(exposed['loket'] as object).sort()).toEqual(['call', 'on', 'passkey', 'shell']);
  });

  it('carries calls of the contract and refuses every other name', async () => {
    const bridge = exposed['loket'] as DeskBridge;
    expect(await bridge.call('station.state', {})).toEqual({ ok: true, value: 1 });
    expect(invoked).toEqual([['loket:call', 'station.state', {}]]);
    await expect(bridge.call('fs.readFile' as never, {} as never)).rejects.toThrow('unknown desk call');
    expect(invoked).toHaveLength(1);
  });

  it('hands on only the event asked for, without the IPC event object', () => {
    const bridge = exposed['loket'] as DeskBridge;
    const heard: unknown[] = [];
    const stop = bridge.on('outbox.changed', (payload) => heard.push(payload));
    listeners.get('loket:event')?.({ sender: 'secret' }, 'outbox.changed', { pending: 2 });
    listeners.get('loket:event')?.({}, 'station.changed', {});
    expect(heard).toEqual([{ pending: 2 }]);
    stop();
    expect(listeners.size).toBe(0);
    expect(() => bridge.on('anything' as never, () => {})).toThrow('unknown desk event');
  });
});
