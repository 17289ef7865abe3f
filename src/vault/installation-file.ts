/** `installation.json`: who this installation is and how its master key is protected. Holds no plain key. */
import { existsSync, readFileSync } from 'node:fs';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { fail, ok, type Result } from '../contract/result.ts';
import { installationPath, replaceFile } from './data-directory.ts';
import { ProtectedKeySchema } from './key-providers/key-provider.ts';

const InstallationFileSchema = Type.Object(
  {
    version: Type.Integer({ minimum: 1 }),
    installationId: Type.String({ pattern: '^ins_[0-9A-HJKMNP-TV-Z]{26}$' }),
    createdAt: Type.String({ maxLength: 40 }),
    masterKey: ProtectedKeySchema,
    desk: Type.Object(
      {
        id: Type.String({ pattern: '^desk_[0-9A-HJKMNP-TV-Z]{26}$' }),
        publicKey: Type.String({ minLength: 43, maxLength: 43 }),
        /** base64; under the sub-key `desk-key`. */
        sealedSeed: Type.String({ maxLength: 200 }),
        /** Since when this key signs; absent: since the installation was made. */
        since: Type.Optional(Type.String({ maxLength: 40 })),
        /** Keys that signed before, oldest first: what they signed stays checkable. */
        previous: Type.Optional(
          Type.Array(
            Type.Object(
              {
                publicKey: Type.String({ minLength: 43, maxLength: 43 }),
                since: Type.String({ maxLength: 40 }),
                until: Type.String({ maxLength: 40 }),
              },
              { additionalProperties: false },
            ),
            { maxItems: 1_000 },
          ),
        ),
      },
      { additionalProperties: false },
    ),
    /** base64; absent until the first rotation (`keyring.ts`). */
    keyring: Type.Optional(Type.String({ maxLength: 1_000_000 })),
    /** The master key for whoever brings enough shares of the recovery key together (`recovery.ts`). */
    recovery: Type.Optional(
      Type.Object(
        {
          setId: Type.String({ pattern: '^[0-9a-f]{8}$' }),
          createdAt: Type.String({ maxLength: 40 }),
          publicKey: Type.String({ minLength: 43, maxLength: 43 }),
          /** base64, HPKE. */
          wrapped: Type.String({ maxLength: 400 }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type InstallationFile = Static<typeof InstallationFileSchema>;

/** The newest layout this program reads; 2 has a keyring, earlier desk keys or a recovery key, 3 a key in a token. */
export const installationFileVersion = 3;

/** The lowest version that can say it, so that an installation without the additions still opens with an older Loket. */
export function versionFor(file: InstallationFile): number {
  if (file.masterKey.provider === 'pkcs11') return 3;
  const added = file.keyring !== undefined || file.recovery !== undefined || file.desk.since !== undefined;
  return added ? 2 : 1;
}

/** Replaces `installation.json` in one step. Throws what the file system says. */
export function writeInstallationFile(dataDirectory: string, file: InstallationFile): void {
  const text = JSON.stringify({ ...file, version: versionFor(file) }, null, 2);
  replaceFile(installationPath(dataDirectory), `${text}\n`);
}

/** `null` when there is none. Failures: `newer_version`, `installation_damaged`. */
export function readInstallationFile(dataDirectory: string): Result<InstallationFile | null> {
  const path = installationPath(dataDirectory);
  if (!existsSync(path)) return ok(null);
  const damaged = fail(
    'installation_damaged',
    'installation.json is damaged. Restore it from a backup of this installation.',
  );
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const version = (parsed as { version?: unknown } | null)?.version;
    if (typeof version === 'number' && version > installationFileVersion) {
      return fail('newer_version', 'This data directory was written by a newer Loket. Update this program.');
    }
    return Value.Check(InstallationFileSchema, parsed) ? ok(parsed) : damaged;
  } catch (error) {
    if (error instanceof SyntaxError) return damaged;
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return fail(
      'installation_unreadable',
      `installation.json could not be read (${code}). Check its owner and permissions.`,
    );
  }
}
