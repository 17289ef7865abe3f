/** `installation.json`: who this installation is and how its master key is protected. Holds no plain key. */
import { existsSync, readFileSync } from 'node:fs';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { fail, ok, type Result } from '../contract/result.ts';
import { installationPath } from './data-directory.ts';
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
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export type InstallationFile = Static<typeof InstallationFileSchema>;

export const installationFileVersion = 1;

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
