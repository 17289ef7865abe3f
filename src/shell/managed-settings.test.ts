import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { FleetSettingsFileSchema } from '../contract/fleet.ts';
import { ManagedSettingsSchema, managedSettingsPath, readManagedSettings } from './managed-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'loket-managed-'));
const file = join(folder, 'managed.json');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (text: string) => {
  writeFileSync(file, text);
  return readManagedSettings(file);
};

describe('managed settings', () => {
  it('are none where there is no file', async () => {
    expect(await readManagedSettings(join(folder, 'missing.json'))).toEqual({ ok: true, value: {} });
  });

  it('are read where they are right', async () => {
    const settings = { kiosk: true, simulation: false, port: 7400, idleSeconds: 120 };
    expect(await written(JSON.stringify(settings))).toEqual({ ok: true, value: settings });
  });

  it.each([
    ['no JSON', '{', /not JSON/],
    ['an unknown setting', '{"kisok":true}', /wrong at/],
    ['a wrong type', '{"kiosk":"yes"}', /wrong at \/kiosk/],
    ['a short key', '{"releaseKey":"abc"}', /wrong at \/releaseKey/],
  ])('stop the start with %s', async (_what, text, message) => {
    const answer = await written(text);
    expect(answer.ok).toBe(false);
    if (!answer.ok) expect(answer.error.message).toMatch(message);
  });

  it('stop the start where the file cannot be read', async () => {
    expect((await readManagedSettings(folder)).ok).toBe(false);
  });

  it('lie where ordinary accounts cannot write', () => {
    expect(managedSettingsPath({}, 'linux')).toBe('/etc/loket/managed.json');
    expect(managedSettingsPath({ ProgramData: 'D:\\PD' }, 'win32')).toMatch(/^D:\\PD.Loket.managed\.json$/);
  });

  it('of head office have their schema written down for editors', () => {
    const path = fileURLToPath(new URL('../../resources/packaging/fleet-settings.schema.json', import.meta.url));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      ...(JSON.parse(JSON.stringify(FleetSettingsFileSchema)) as object),
    });
  });

  it('have their schema written down for device management', () => {
    const path = fileURLToPath(new URL('../../resources/packaging/managed-settings.schema.json', import.meta.url));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      ...(JSON.parse(JSON.stringify(ManagedSettingsSchema)) as object),
    });
  });
});
