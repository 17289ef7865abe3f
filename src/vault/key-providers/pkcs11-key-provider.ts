/**
 * A hardware token (HSM, smart card) keeps the key that protects the master key: AES-256-GCM under a key that was made inside
 * the token and cannot leave it. The PIN comes from a file or the environment, never from the command line.
 */
import { readFileSync, statSync } from 'node:fs';
import { fail, ok, type Result } from '../../contract/result.ts';
import { randomBytes } from '../random.ts';
import { keyLength } from '../sealing.ts';
import type { KeyProvider, ProtectedKey } from './key-provider.ts';
import { withToken, type TokenPlace } from './pkcs11-module.ts';

export interface Pkcs11Options {
  readonly module: string;
  readonly tokenLabel: string;
  readonly keyLabel: string;
  /** Read when it is needed and not kept. */
  readonly pin: () => Result<string>;
}

const ivLength = 12;
const defaultKeyLabel = 'loket-master';

/** Null: no module is named, so no token is meant. */
export function pkcs11FromEnvironment(env: NodeJS.ProcessEnv): KeyProvider | null {
  const module = env['LOKET_PKCS11_MODULE'];
  if (!module) return null;
  return pkcs11KeyProvider({
    module,
    tokenLabel: env['LOKET_PKCS11_TOKEN'] ?? '',
    keyLabel: env['LOKET_PKCS11_KEY'] || defaultKeyLabel,
    pin: () => pinOf(env),
  });
}

function pinOf(env: NodeJS.ProcessEnv): Result<string> {
  const file = env['LOKET_PKCS11_PIN_FILE'];
  const given = env['LOKET_PKCS11_PIN'];
  if (!file)
    return given ? ok(given) : fail('key_store_refused', 'The PIN of the token is missing. Set LOKET_PKCS11_PIN_FILE.');
  try {
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
      return fail('key_unreadable', 'The file with the PIN can be read by others. Set its permissions to 0600.');
    return ok(readFileSync(file, 'utf8').replace(/\r?\n$/, ''));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return fail('key_unreadable', `The file with the PIN could not be read (${code}). Check LOKET_PKCS11_PIN_FILE.`);
  }
}

export function pkcs11KeyProvider(options: Pkcs11Options): KeyProvider {
  const { keyLabel, module, tokenLabel } = options;
  const backend = `${tokenLabel}/${keyLabel}`;
  const place = (pin: string): TokenPlace => ({ module, tokenLabel, pin });
  return {
    kind: 'pkcs11',
    async protect(masterKey, installationId): Promise<Result<ProtectedKey>> {
      const pin = options.pin();
      if (!pin.ok) return pin;
      const iv = randomBytes(ivLength);
      const sealed = await withToken(place(pin.value), (token) => {
        token.ensureKey(keyLabel);
        return token.encrypt(keyLabel, masterKey, iv, contextOf(installationId));
      });
      if (!sealed.ok) return sealed;
      const wrapped = Buffer.concat([iv, sealed.value]).toString('base64');
      return ok({ provider: 'pkcs11', backend, wrapped });
    },
    async recover(protectedKey, installationId): Promise<Result<Uint8Array>> {
      if (protectedKey.backend !== backend)
        return fail(
          'keyring_changed',
          'The key of this installation is in another token, or under another name. Check LOKET_PKCS11_TOKEN and LOKET_PKCS11_KEY.',
          { was: protectedKey.backend ?? null, is: backend },
        );
      const pin = options.pin();
      if (!pin.ok) return pin;
      const bytes = Buffer.from(protectedKey.wrapped, 'base64');
      const [iv, sealed] = [bytes.subarray(0, ivLength), bytes.subarray(ivLength)];
      const opened = await withToken(place(pin.value), (token) =>
        token.decrypt(keyLabel, sealed, iv, contextOf(installationId)),
      );
      if (!opened.ok) return opened;
      const key = opened.value === null ? null : new Uint8Array(opened.value);
      if (key?.length === keyLength) return ok(key);
      return fail(
        'wrong_key',
        'The key in the token is not the one of this installation. Use the right token, or restore with the recovery key.',
      );
    },
  };
}

function contextOf(installationId: string): Uint8Array {
  return new TextEncoder().encode(`loket master key ${installationId} pkcs11`);
}
