import type { IpcMainInvokeEvent } from 'electron';

/**
 * Only the station's own top frame may call the desk (Electron security checklist 17, "validate the sender of all
 * IPC messages"). The origin is compared whole: a frame navigated elsewhere, a sub-frame or a second window is refused.
 */
export function isTrustedSender(
  event: Pick<IpcMainInvokeEvent, 'senderFrame' | 'sender'>,
  trusted: { readonly webContentsId: number; readonly origin: string },
): boolean {
  const frame = event.senderFrame;
  if (frame === null || frame.parent !== null) return false;
  if (event.sender.id !== trusted.webContentsId) return false;
  return originOf(frame.url) === trusted.origin;
}

/** `app://loket/index.html` → `app://loket`; `URL.origin` is "null" for custom schemes, so it is put together here. */
export function originOf(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.protocol}//${parsed.host}`;
  } catch {
    return '';
  }
}
