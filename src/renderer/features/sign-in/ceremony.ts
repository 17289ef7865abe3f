/** The browser's part of a passkey ceremony (WebAuthn L3 §5.1.8 f.), in its JSON forms. */
import type { PasskeyCeremony } from '../../../contract/desk/passkeys.ts';

/** The answer to send to the desk; null when the person cancelled, the time ran out or the browser has no passkeys. */
export async function ceremony(kind: 'create' | 'get', begun: PasskeyCeremony): Promise<object | null> {
  try {
    const credential =
      kind === 'create'
        ? await navigator.credentials.create({
            publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(begun.options as never),
          })
        : await navigator.credentials.get({
            publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(begun.options as never),
          });
    return credential === null ? null : ((credential as PublicKeyCredential).toJSON() as object);
  } catch {
    return null;
  }
}
