/** The devices of a desk on real folders; USB and vision are stood in for. */
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { defaultDeskSettings, type DeskSettings } from '../../contract/desk/devices.ts';
import { unknownFact, type CardCoaching } from '../../contract/facts.ts';
import { silentLogger } from '../../services/context.ts';
import { createDeskDevices, type DeskDevices } from './desk-devices.ts';

const picture = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9);
const seen: CardCoaching = {
  outline: unknownFact('card_not_found'),
  sharpness: 100,
  brightness: 0.5,
  glare: 0,
  frameWidth: 800,
  frameHeight: 600,
};
const away: CardCoaching = { ...seen, outline: unknownFact('vision_unavailable'), frameWidth: 0, frameHeight: 0 };
const damaged: CardCoaching = { ...away, outline: unknownFact('image_unreadable') };

let root: string;
let folder: string;
let coaching: CardCoaching;
let changes: number;
const open: DeskDevices[] = [];

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'loket-devices-')));
  folder = join(root, 'scan');
  await mkdir(folder);
  await mkdir(join(root, 'data'));
  coaching = seen;
  changes = 0;
});
afterEach(async () => {
  for (const devices of open.splice(0)) await devices.close();
  await rm(root, { recursive: true, force: true });
});

async function start(part: { simulation?: boolean; allowedRoots?: string[]; loadHid?: () => Promise<unknown> } = {}) {
  const store = { path: join(root, 'data', 'loket.db') };
  const vision = { coachCard: () => Promise.resolve(coaching) };
  const devices = createDeskDevices({
    ctx: { store, vision, clock: () => new Date(), logger: silentLogger } as never,
    onChange: () => (changes += 1),
    simulation: false,
    ...part,
  });
  open.push(devices);
  await devices.start();
  return devices;
}

const watching = (part: Partial<DeskSettings> = {}): DeskSettings => ({
  ...defaultDeskSettings,
  hotFolder: { path: folder, afterwards: 'remove', polling: false },
  ...part,
});
const waitsFor = (devices: DeskDevices, count: number) =>
  vi.waitUntil(() => devices.view().hotFolder.waiting.length === count, { timeout: 20_000 });

it('starts with nothing plugged in, watched or listened to', async () => {
  const devices = await start();
  expect(devices.view()).toEqual({
    settings: defaultDeskSettings,
    hotFolder: { state: 'off', reason: null, waiting: [], rejected: [] },
    scanners: { state: 'off', devices: [], lastScan: null, profileErrors: 0 },
  });
  expect(devices.simulateScan('3171014101900001')).toBe(false);
});

it('on a simulator has a simulated scanner, and says so', async () => {
  const devices = await start({ simulation: true });
  expect(devices.view().scanners).toMatchObject({ state: 'running', devices: [{ simulated: true }] });
});

it('keeps its settings across a restart', async () => {
  const devices = await start();
  expect(await devices.configure(watching({ files: true, scanner: 'simulated' }))).toMatchObject({ ok: true });
  expect(changes).toBeGreaterThan(0);
  await open.splice(0)[0]?.close();
  const again = await start();
  expect(again.settings()).toEqual(watching({ files: true, scanner: 'simulated' }));
  expect(again.view()).toMatchObject({ hotFolder: { state: 'watching' }, scanners: { state: 'running' } });
});

it('refuses a folder with its reason and changes nothing', async () => {
  const devices = await start({ allowedRoots: [join(root, 'shares')] });
  const refused = await devices.configure(watching({ files: true }));
  expect(refused).toMatchObject({ ok: false, error: { details: { reason: 'source_folder_refused' } } });
  expect(devices.settings()).toEqual(defaultDeskSettings);
});

it('takes up settings that somebody damaged as the defaults', async () => {
  await writeFile(join(root, 'data', 'desk-settings.json'), '{"files":"yes"');
  expect((await start()).settings()).toEqual(defaultDeskSettings);
});

it('watches a share that is away for the moment, and finds it again', async () => {
  const devices = await start();
  await devices.configure(watching());
  await open.splice(0)[0]?.close();
  await rm(folder, { recursive: true });
  const again = await start();
  await vi.waitUntil(() => again.view().hotFolder.state === 'unreachable', { timeout: 20_000 });
});

it('offers a scan, hands it out, and puts it away for good', async () => {
  const devices = await start();
  await devices.configure(watching());
  await writeFile(join(folder, 'scan.jpg'), picture);
  await waitsFor(devices, 1);
  const [scan] = devices.view().hotFolder.waiting;
  const read = await devices.scannedPicture(scan?.id ?? '');
  if (!read.ok) throw new Error(read.error.code);
  expect(read.value.bytes).toEqual(picture);
  expect(await devices.knownPicture(read.value.sha256)).toBe(false);
  await devices.release([read.value.sha256]);
  expect(await readdir(folder)).toEqual([]);
  expect(await devices.knownPicture(read.value.sha256)).toBe(true);
  expect(await readFile(join(root, 'data', 'scanned-pictures.json'), 'utf8')).not.toContain('scan.jpg');
});

it('waits with a verdict while vision is away, and rejects what vision cannot decode', async () => {
  coaching = away;
  const devices = await start();
  await devices.configure(watching());
  await writeFile(join(folder, 'scan.jpg'), picture);
  await vi.waitUntil(() => changes > 0, { timeout: 20_000 });
  expect(devices.view().hotFolder).toMatchObject({ waiting: [], rejected: [] });
  coaching = damaged;
  await vi.waitUntil(() => devices.view().hotFolder.rejected.length === 1, { timeout: 20_000 });
  expect(devices.view().hotFolder.rejected).toMatchObject([{ reason: 'image_unreadable' }]);
  // It is said before it is moved.
  await expect.poll(() => readdir(join(folder, 'rejected')).catch(() => []), { timeout: 20_000 }).toEqual(['scan.jpg']);
});

it('works without the USB library and says what is missing', async () => {
  const devices = await start({ loadHid: () => Promise.reject(new Error('libusb-1.0.so.0: cannot open')) });
  await devices.configure({ ...defaultDeskSettings, scanner: 'usb' });
  expect(devices.view().scanners.state).toBe('library_missing');
});

it('opens the real USB library, or says that it cannot: never an exception', async () => {
  const devices = await start();
  await devices.configure({ ...defaultDeskSettings, scanner: 'usb' });
  expect(['running', 'library_missing']).toContain(devices.view().scanners.state);
});

it('is set to a selfie camera once, without touching the rest, and remembers it', async () => {
  const devices = await start();
  await devices.configure(watching({ files: true }));
  const before = changes;
  const first = { fingerprint: 'ab'.repeat(32), label: 'Logitech BRIO' };
  expect(await devices.pinFaceCamera(first)).toBe(true);
  expect(changes).toBe(before + 1);
  expect(await devices.pinFaceCamera({ ...first, label: 'another' })).toBe(false);
  const later = await start();
  expect(later.settings()).toEqual(watching({ files: true, cameras: { card: null, face: first } }));
});
