/** Finds the way to the parent: Electron's utility process or Node's child_process. */
import type { FromChild, ParentPort, ToChild } from './protocol.ts';

interface ElectronParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

/**
 * The port to whoever forked this process; null when nobody did. With child_process the process also leaves when its
 * parent is gone (Electron ends its utility processes itself).
 */
export function openParentPort(): ParentPort | null {
  const electron = (process as NodeJS.Process & { parentPort?: ElectronParentPort }).parentPort;
  if (electron !== undefined) {
    return {
      post: (message) => electron.postMessage(message),
      onMessage: (listener) => electron.on('message', (event) => listener(event.data as ToChild)),
    };
  }
  if (process.send === undefined) return null;
  process.once('disconnect', () => process.exit(0));
  return {
    post: (message: FromChild) => {
      // A parent that left in the meantime makes this fail; `disconnect` then ends us.
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    onMessage: (listener) => process.on('message', (message) => listener(message as ToChild)),
  };
}
