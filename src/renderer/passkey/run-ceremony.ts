/** The browser's part of a passkey ceremony (WebAuthn L3 §5.1.8 f.), in its JSON forms. Null when it came to nothing. */
export async function runCeremony(
  kind: 'create' | 'get',
  options: Readonly<Record<string, unknown>>,
): Promise<object | null> {
  try {
    const credential =
      kind === 'create'
        ? await navigator.credentials.create({
            publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options as never),
          })
        : await navigator.credentials.get({
            publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options as never),
          });
    return credential === null ? null : ((credential as PublicKeyCredential).toJSON() as object);
  } catch {
    return null;
  }
}
