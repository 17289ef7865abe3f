/** Where the key that protects the master key comes from: a key file, a passphrase, the operating system's keystore, a PKCS#11 token. */
import { Type, type Static } from 'typebox';
import type { Result } from '../../contract/result.ts';

/** The master key as it lies in `installation.json`: never plain. */
export const ProtectedKeySchema = Type.Object(
  {
    provider: Type.Unsafe<'file' | 'passphrase' | 'safe-storage' | 'pkcs11'>({
      type: 'string',
      enum: ['file', 'passphrase', 'safe-storage', 'pkcs11'],
    }),
    /** Of a keystore: its own name (of a token: its label and the key's), so that a change of keyring is seen. */
    backend: Type.Optional(Type.String({ maxLength: 80 })),
    /** base64. */
    wrapped: Type.String({ maxLength: 10_000 }),
    /** Of a passphrase: how the wrapping key is derived from it. */
    derivation: Type.Optional(
      Type.Object({
        algorithm: Type.Literal('argon2id'),
        salt: Type.String({ maxLength: 100 }),
        memoryKib: Type.Integer({ minimum: 8192, maximum: 4_194_304 }),
        passes: Type.Integer({ minimum: 1, maximum: 100 }),
        lanes: Type.Integer({ minimum: 1, maximum: 64 }),
      }),
    ),
  },
  { additionalProperties: false },
);
export type ProtectedKey = Static<typeof ProtectedKeySchema>;

/**
 * Failures are named, each with a remedy in its sentence: `key_missing`, `wrong_key`, `keyring_changed`,
 * `key_store_refused`, `key_unreadable`.
 */
export interface KeyProvider {
  readonly kind: ProtectedKey['provider'];
  protect(masterKey: Uint8Array, installationId: string): Promise<Result<ProtectedKey>>;
  recover(protectedKey: ProtectedKey, installationId: string): Promise<Result<Uint8Array>>;
  /** Destroys what it keeps of this installation beside `installation.json`. Absent: nothing. */
  forget?(installationId: string): void;
}
