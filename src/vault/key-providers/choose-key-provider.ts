/** The key provider of a headless start: passphrase when one is given, else the key file. */
import { fileKeyProvider } from './file-key-provider.ts';
import type { KeyProvider } from './key-provider.ts';
import { passphraseKeyProvider } from './passphrase-key-provider.ts';

export function chooseKeyProvider(env: NodeJS.ProcessEnv = process.env): KeyProvider {
  const passphrase = env['LOKET_PASSPHRASE'];
  return passphrase ? passphraseKeyProvider(passphrase) : fileKeyProvider();
}
