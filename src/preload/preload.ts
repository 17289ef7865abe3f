/** The bridge: every desk call and event of the contract, by name, and nothing else. Runs sandboxed and isolated. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import { deskCallNames, deskEventNames, type DeskBridge } from '../contract/desk/calls.ts';

const calls: ReadonlySet<string> = new Set(deskCallNames);
const events: ReadonlySet<string> = new Set(deskEventNames);

const bridge: DeskBridge = {
  shell: 'electron',
  call(name, params) {
    if (!calls.has(name)) return Promise.reject(new Error(`unknown desk call: ${String(name)}`));
    return ipcRenderer.invoke('loket:call', name, params) as ReturnType<DeskBridge['call']> as never;
  },
  on(event, listener) {
    if (!events.has(event)) throw new Error(`unknown desk event: ${String(event)}`);
    const handler = (_event: IpcRendererEvent, name: string, payload: unknown): void => {
      if (name === event) listener(payload as never);
    };
    ipcRenderer.on('loket:event', handler);
    return () => {
      ipcRenderer.removeListener('loket:event', handler);
    };
  },
  passkey: (request) => ipcRenderer.invoke('loket:passkey', request) as Promise<object | null>,
};

contextBridge.exposeInMainWorld('loket', bridge);
