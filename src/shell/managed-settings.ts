/**
 * What the bank's administrators decide for all desks, in one file that only they can write: it wins over the words of
 * the command line. Schema for editors and device management: resources/packaging/managed-settings.schema.json.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Check, Errors } from 'typebox/value';
import { fail, ok, type Result } from '../contract/result.ts';

export const ManagedSettingsSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    dataDirectory: Type.Optional(
      Type.String({ minLength: 1, maxLength: 500, description: 'Folder of the installation; absolute.' }),
    ),
    port: Type.Optional(
      Type.Integer({ minimum: 1024, maximum: 65_535, description: 'Loopback port of the desk’s address.' }),
    ),
    kiosk: Type.Optional(Type.Boolean({ description: 'True forbids an ordinary window.' })),
    simulation: Type.Optional(Type.Boolean({ description: 'False forbids --demo and --camera-file.' })),
    idleSeconds: Type.Optional(
      Type.Integer({ minimum: 30, maximum: 3600, description: 'Seconds without a touch before the screen is wiped.' }),
    ),
    autoStart: Type.Optional(
      Type.Boolean({
        description: 'True starts Loket when its account signs in, false does not; absent leaves it as it is.',
      }),
    ),
    releaseKey: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]{43}$',
        description: 'Ed25519 key (base64url, 32 bytes) that must have signed the program.',
      }),
    ),
  },
  { additionalProperties: false, title: 'Loket, settings managed by the bank' },
);
export type ManagedSettings = Static<typeof ManagedSettingsSchema>;

/** The platform's place for settings that ordinary accounts cannot write. */
export function managedSettingsPath(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string {
  if (platform === 'win32') return join(environment['ProgramData'] ?? 'C:\\ProgramData', 'Loket', 'managed.json');
  if (platform === 'darwin') return '/Library/Application Support/Loket/managed.json';
  return '/etc/loket/managed.json';
}

/**
 * No file: no managed settings. A file that cannot be read or is wrong stops the start: a rule of the bank must not
 * fall away by a slip of the pen. Errors: `validation_failed`, with the place in the file.
 */
export async function readManagedSettings(path: string): Promise<Result<ManagedSettings>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ok({});
    return fail('validation_failed', `The managed settings cannot be read: ${path}`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fail('validation_failed', `The managed settings are not JSON: ${path}`);
  }
  if (Check(ManagedSettingsSchema, json)) return ok(json);
  const [first] = Errors(ManagedSettingsSchema, json);
  return fail('validation_failed', `The managed settings are wrong at ${first?.instancePath || '/'}: ${path}`);
}
