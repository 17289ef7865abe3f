import type { PasskeyCeremony } from '../../../contract/desk/passkeys.ts';
import { runCeremony } from '../../passkey/run-ceremony.ts';

/**
 * The answer to send to the desk; null when the person cancelled, the time ran out or the browser has no passkeys. In
 * Electron the ceremony runs in a window of the origin that passkeys belong to.
 */
export async function ceremony(kind: 'create' | 'get', begun: PasskeyCeremony): Promise<object | null> {
  const elsewhere = window.loket?.passkey;
  if (elsewhere === undefined) return runCeremony(kind, begun.options);
  const language = document.documentElement.lang === 'en' ? 'en' : 'id';
  return elsewhere({ kind, options: begun.options, language });
}
