import type { IpcMain, WebContents } from 'electron';
import { deskEventNames } from '../contract/desk/calls.ts';
import { fail } from '../contract/result.ts';
import type { DeskDoor } from '../desk/desk-door.ts';
import { isTrustedSender } from './trusted-sender.ts';

export const callChannel = 'loket:call';
export const eventChannel = 'loket:event';

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
