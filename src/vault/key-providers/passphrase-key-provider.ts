/** A passphrase for headless servers: argon2id (RFC 9106) makes the key that protects the master key. */
import { hashRaw } from '@node-rs/argon2';
import { fail, ok, type Result } from '../../contract/result.ts';
import { randomBytes } from '../random.ts';
import { keyLength, openUnder, sealUnder } from '../sealing.ts';
import type { KeyProvider, ProtectedKey } from './key-provider.ts';

type Derivation = NonNullable<ProtectedKey['derivation']>;

/** RFC 9106 section 4, second recommended option: 64 MiB, three passes, four lanes. */
const recommended = { algorithm: 'argon2id', memoryKib: 65_536, passes: 3, lanes: 4 } as const;
const shortestPassphrase = 12;

export function passphraseKeyProvider(
  passphrase: string,
  cost: { memoryKib?: number; passes?: number } = {},
): KeyProvider {
  return {
    kind: 'passphrase',
    async protect(masterKey, installationId) {
      if (passphrase.length < shortestPassphrase) {
        return fail(
          'key_store_refused',
          `The passphrase is shorter than ${shortestPassphrase} characters. Choose a longer LOKET_PASSPHRASE.`,
        );
      }
      const derivation = { ...recommended, ...cost, salt: Buffer.from(randomBytes(16)).toString('base64') };
      const key = await derive(passphrase, derivation);
      const wrapped = sealUnder('master_key', key, masterKey, [installationId, 'passphrase']);
      return ok({ provider: 'passphrase' as const, derivation, wrapped: Buffer.from(wrapped).toString('base64') });
    },
    async recover(protectedKey, installationId): Promise<Result<Uint8Array>> {
      if (protectedKey.derivation === undefined) {
        return fail('key_unreadable', 'installation.json lacks the passphrase parameters. Restore it from a backup.');
      }
      const key = await derive(passphrase, protectedKey.derivation);
      try {
        return ok(
          openUnder('master_key', key, Buffer.from(protectedKey.wrapped, 'base64'), [installationId, 'passphrase']),
        );
      } catch {
        return fail(
          'wrong_key',
          'The passphrase is not the one of this installation. Set LOKET_PASSPHRASE to the right one.',
        );
      }
    },
  };
}

/** Unicode forms of one passphrase typed on two keyboards must be one key. */
async function derive(passphrase: string, derivation: Derivation): Promise<Uint8Array> {
  return hashRaw(passphrase.normalize('NFKC'), {
    algorithm: 2,
    memoryCost: derivation.memoryKib,
    timeCost: derivation.passes,
    parallelism: derivation.lanes,
    outputLen: keyLength,
    salt: Buffer.from(derivation.salt, 'base64'),
  });
}
