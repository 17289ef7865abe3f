import type { Session } from 'electron';
import { originOf } from './trusted-sender.ts';

/**
 * Electron grants every permission by default (checklist 5). The station needs one: the camera, for its own origin,
 * without the microphone. Everything else, and every device picker, is refused.
 */
export function lockPermissions(
  session: Pick<Session, 'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'>,
  origin: string,
): void {
  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    const media = 'mediaTypes' in details ? (details.mediaTypes ?? []) : [];
    const videoOnly = media.length > 0 && media.every((kind) => kind === 'video');
    callback(permission === 'media' && videoOnly && originOf(details.requestingUrl) === origin);
  });
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin, details) => {
    return permission === 'media' && details.mediaType === 'video' && originOf(requestingOrigin) === origin;
  });
  session.setDevicePermissionHandler(() => false);
}
