/** The bridge of the passkey window: fetch the ceremony, give back its answer. Runs sandboxed and isolated. */
import { contextBridge, ipcRenderer } from 'electron';

const ceremony = {
  begin: (): Promise<unknown> => ipcRenderer.invoke('loket:passkey-begin'),
  done: (credential: object | null): Promise<void> => ipcRenderer.invoke('loket:passkey-done', credential),
};

contextBridge.exposeInMainWorld('loketPasskey', ceremony);
