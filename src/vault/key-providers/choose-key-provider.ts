/** The key provider of a headless start: the token when one is named, else the passphrase when one is given, else the key file. */
import { fileKeyProvider } from './file-key-provider.ts';
import type { KeyProvider } from './key-provider.ts';
import { passphraseKeyProvider } from './passphrase-key-provider.ts';
import { pkcs11FromEnvironment } from './pkcs11-key-provider.ts';

export function chooseKeyProvider(env: NodeJS.ProcessEnv = process.env): KeyProvider {
  return keyProviderOf('pkcs11', env) ?? keyProviderOf('passphrase', env) ?? fileKeyProvider();
}

/** Null: the environment lacks what this one needs, or it is the desktop program's. */
export function keyProviderOf(kind: KeyProvider['kind'], env: NodeJS.ProcessEnv = process.env): KeyProvider | null {
  if (kind === 'file') return fileKeyProvider();
  if (kind === 'pkcs11') return pkcs11FromEnvironment(env);
  const passphrase = env['LOKET_PASSPHRASE'];
  return kind === 'passphrase' && passphrase ? passphraseKeyProvider(passphrase) : null;
}
