import type { IpcMain, WebContents } from 'electron';
import { deskEventNames, type DeskEventName, type DeskEvents } from '../contract/desk/calls.ts';
import { fail, type Result } from '../contract/result.ts';
import { isTrustedSender } from './trusted-sender.ts';

export const callChannel = 'loket:call';
export const eventChannel = 'loket:event';

/** What the desk offers a shell: one door for calls, already schema-checked behind it, and its events. */
export interface DeskDoor {
  call(name: string, params: unknown): Promise<Result<unknown>>;
  on<E extends DeskEventName>(event: E, listener: (payload: DeskEvents[E]) => void): () => void;
}

/** Wires the station's window to the desk. Foreign senders get a failure and learn nothing. */
export function connectDesk(
  ipcMain: Pick<IpcMain, 'handle' | 'removeHandler'>,
  contents: WebContents,
  origin: string,
  desk: DeskDoor,
): () => void {
  const trusted = { webContentsId: contents.id, origin };
  ipcMain.handle(callChannel, async (event, name: unknown, params: unknown) => {
    if (!isTrustedSender(event, trusted)) return fail('forbidden', 'this sender may not call the desk');
    if (typeof name !== 'string') return fail('bad_request', 'a call needs a name');
    return desk.call(name, params);
  });
  const stops = deskEventNames.map((name) =>
    desk.on(name, (payload) => {
      if (!contents.isDestroyed()) contents.send(eventChannel, name, payload);
    }),
  );
  return () => {
    ipcMain.removeHandler(callChannel);
    for (const stop of stops) stop();
  };
}
