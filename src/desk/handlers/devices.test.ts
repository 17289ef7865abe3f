import { beforeEach, describe, expect, it } from 'vitest';
import { defaultDeskSettings, type DeskSettings } from '../../contract/desk/devices.ts';
import { fail, ok } from '../../contract/result.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskSession } from '../desk-session.ts';
import { deviceHandlers } from './devices.ts';

const picture = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9);
const session = { actor: { kind: 'user', id: 'usr_1', orgId: 'org_1' } } as unknown as DeskSession;

let settings: DeskSettings;
let submitted: unknown[];
let known: boolean;

function handlers() {
  const devices = {
    settings: () => settings,
    view: () => ({ settings }),
    knownPicture: () => Promise.resolve(known),
    simulateScan: () => settings.scanner === 'simulated',
    scannedPicture: (id: string) =>
      Promise.resolve(
        id === '0123456789ab' ? ok({ sha256: 'a'.repeat(64), bytes: picture }) : fail('not_found', 'It is gone.'),
      ),
  };
  const onboarding = {
    submitCard: (...given: unknown[]) => (submitted.push(given), Promise.resolve(ok({ step: 'fields' }))),
  };
  return deviceHandlers({ devices, onboarding } as unknown as DeskHouse);
}

beforeEach(() => {
  settings = defaultDeskSettings;
  submitted = [];
  known = false;
});

describe('a card from a file', () => {
  it('is refused unless the desk allows it', async () => {
    expect(await handlers()['onboarding.useFile'](session, { file: picture })).toMatchObject({
      ok: false,
      error: { code: 'forbidden' },
    });
    expect(submitted).toEqual([]);
  });

  it('goes the way of every card, and says that no camera took it', async () => {
    settings = { ...settings, files: true };
    expect(await handlers()['onboarding.useFile'](session, { file: picture })).toMatchObject({ ok: true });
    expect(submitted).toMatchObject([
      [
        { id: 'usr_1', orgId: 'org_1' },
        { frames: [picture], camera: { label: 'file', width: 0, pinned: false, simulated: false } },
        { source: 'file' },
      ],
    ]);
  });

  it.each([
    ['no picture', new TextEncoder().encode('plain text'), 'source_not_picture'],
    ['half a picture', picture.subarray(0, 6), 'image_unreadable'],
  ])('%s is refused with its reason', async (_, file, reason) => {
    settings = { ...settings, files: true };
    expect(await handlers()['onboarding.useFile'](session, { file })).toMatchObject({
      ok: false,
      error: { code: 'image_unusable', details: { reason } },
    });
  });

  it('that became evidence before is refused', async () => {
    settings = { ...settings, files: true };
    known = true;
    expect(await handlers()['onboarding.useFile'](session, { file: picture })).toMatchObject({
      ok: false,
      error: { details: { reason: 'source_duplicate' } },
    });
  });
});

it('a scan that is gone is not found; one that waits is submitted under its hash', async () => {
  expect(await handlers()['onboarding.useScan'](session, { id: 'ffffffffffff' })).toMatchObject({
    ok: false,
    error: { code: 'not_found' },
  });
  await handlers()['onboarding.useScan'](session, { id: '0123456789ab' });
  expect(submitted).toMatchObject([[{}, {}, { source: 'scanner_folder', sha256: 'a'.repeat(64) }]]);
});

it('a simulated scan needs the simulated scanner', async () => {
  const scan = () => handlers()['devices.simulateScan'](session, { text: '3171014101900001' });
  expect(await scan()).toMatchObject({ ok: false, error: { code: 'not_found' } });
  settings = { ...settings, scanner: 'simulated' };
  expect(await scan()).toMatchObject({ ok: true });
});
