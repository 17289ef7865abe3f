import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probeHid, type HidDevice, type HidHandle } from './hid-library.ts';
import { createScannerHub, type ScannerHub } from './scanner-hub.ts';
import { loadProfiles, matchScanner } from './scanner-profile.ts';
import { reconnectPauseMs } from './usb-scanner.ts';

const shipped = fileURLToPath(new URL('../../../resources/scanners', import.meta.url));
const nik = '3171014101900001';
const posScanner: HidDevice = { path: 'usb-1', vendorId: 0x0c2e, productId: 0x0907, product: 'Xenon', usagePage: 0x8c };
const keyboard: HidDevice = { path: 'kbd-1', vendorId: 0x046d, productId: 0xc31c, usagePage: 1, usage: 6 };

function posReport(text: string): Uint8Array {
  const report = new Uint8Array(64);
  report.set([2, text.length, 0x5d, 0x51, 0x31, ...new TextEncoder().encode(text)]);
  return report;
}

/** The system's USB as node-hid shows it, in memory. */
class FakeUsb {
  devices: HidDevice[] = [];
  opened: string[] = [];
  refuse = 0;
  listFails = false;
  private readonly listeners = new Map<string, Map<string, (value: never) => void>>();
  readonly library = {
    devicesAsync: () => (this.listFails ? Promise.reject(new Error('busy')) : Promise.resolve([...this.devices])),
    HIDAsync: {
      open: (path: string) => {
        this.opened.push(path);
        if (this.refuse > 0) {
          this.refuse -= 1;
          return Promise.reject(new Error('cannot open device'));
        }
        const mine = new Map<string, (value: never) => void>();
        this.listeners.set(path, mine);
        const handle: HidHandle = {
          on: (event: string, listener: (value: never) => void) => mine.set(event, listener),
          close: () => Promise.resolve(void this.listeners.delete(path)),
        };
        return Promise.resolve(handle);
      },
    },
  };
  send = (path: string, report: Uint8Array) => this.listeners.get(path)?.get('data')?.(report as never);
  pull = (path: string) => this.listeners.get(path)?.get('error')?.(new Error('gone') as never);
  isOpen = (path: string) => this.listeners.has(path);
}

/** Time that moves only when told to; work waits in a queue. */
class FakeTime {
  now = Date.parse('2026-01-02T03:04:05.000Z');
  private queue: { at: number; work: () => void }[] = [];
  later = (work: () => void, ms: number) => {
    const entry = { at: this.now + ms, work };
    this.queue.push(entry);
    return () => void (this.queue = this.queue.filter((other) => other !== entry));
  };
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      await settled();
      const next = this.queue.filter((entry) => entry.at <= end).sort((p, q) => p.at - q.at)[0];
      if (next === undefined) break;
      this.queue = this.queue.filter((entry) => entry !== next);
      this.now = next.at;
      next.work();
    }
    this.now = end;
    await settled();
  }
}
const settled = () => new Promise<void>((done) => setImmediate(done));

let usb: FakeUsb;
let time: FakeTime;
let hub: ScannerHub;
let changes: number;

function makeHub(load: () => Promise<unknown> = () => Promise.resolve(usb.library)): ScannerHub {
  return createScannerHub({
    clock: () => new Date(time.now),
    loadProfiles: () => loadProfiles(shipped),
    onChange: () => (changes += 1),
    load,
    later: time.later,
  });
}

beforeEach(() => {
  usb = new FakeUsb();
  time = new FakeTime();
  changes = 0;
  hub = makeHub();
});
afterEach(() => hub.close());

const start = () => new Date(time.now).toISOString();

describe('USB scanners', () => {
  it('are opened by usage page; an ordinary keyboard never is', async () => {
    usb.devices = [posScanner, keyboard];
    await hub.setMode('usb');
    await time.pass(0);
    expect(usb.opened).toEqual(['usb-1']);
    expect(hub.view()).toMatchObject({
      state: 'running',
      devices: [{ name: 'Xenon', driver: 'hid_pos', simulated: false, state: 'ready', errors: 0 }],
      lastScan: null,
    });
  });

  it('give a reading once, to whoever is being served now', async () => {
    usb.devices = [posScanner];
    await hub.setMode('usb');
    await time.pass(0);
    const since = start();
    usb.send('usb-1', posReport(nik));
    expect(hub.view().lastScan).toEqual({ kind: 'nik', tail: '0001', length: 16, simulated: false, at: since });
    expect(JSON.stringify(hub.view())).not.toContain(nik);
    expect(hub.take(new Date(time.now + 1).toISOString())).toBeNull();
    expect(hub.take(since)).toMatchObject({ text: nik, driver: 'hid_pos', simulated: false });
    expect(hub.take(since)).toBeNull();
  });

  it('forget a reading after five minutes and when somebody leaves', async () => {
    usb.devices = [posScanner];
    await hub.setMode('usb');
    await time.pass(0);
    const since = start();
    usb.send('usb-1', posReport(nik));
    await time.pass(5 * 60_000 + 1);
    expect(hub.take(since)).toBeNull();
    usb.send('usb-1', posReport(nik));
    hub.forget();
    expect(hub.view().lastScan).toBeNull();
  });

  it('count reports they cannot read', async () => {
    usb.devices = [posScanner];
    await hub.setMode('usb');
    await time.pass(0);
    usb.send('usb-1', Uint8Array.of(9, 9, 9));
    expect(hub.view().devices[0]?.errors).toBe(1);
  });

  it('are found when plugged in later, and let go when pulled', async () => {
    await hub.setMode('usb');
    expect(hub.view().devices).toEqual([]);
    usb.devices = [posScanner];
    await time.pass(2_100);
    expect(hub.view().devices).toHaveLength(1);
    usb.devices = [];
    await time.pass(2_100);
    expect(hub.view().devices).toEqual([]);
    expect(usb.isOpen('usb-1')).toBe(false);
  });

  it('stay when the list of devices cannot be had', async () => {
    usb.devices = [posScanner];
    await hub.setMode('usb');
    usb.listFails = true;
    await time.pass(4_200);
    expect(hub.view().devices).toMatchObject([{ state: 'ready' }]);
    usb.listFails = false;
    usb.devices = [];
    await time.pass(2_100);
    expect(hub.view().devices).toEqual([]);
  });

  it('are opened again after an error, with growing pauses', async () => {
    usb.devices = [posScanner];
    usb.refuse = 2;
    await hub.setMode('usb');
    await time.pass(0);
    expect(hub.view().devices[0]?.state).toBe('failed');
    await time.pass(499);
    expect(usb.opened).toHaveLength(1);
    await time.pass(1);
    expect(usb.opened).toHaveLength(2);
    await time.pass(1_000);
    expect(hub.view().devices[0]?.state).toBe('ready');
    usb.pull('usb-1');
    expect(hub.view().devices[0]?.state).toBe('failed');
    await time.pass(500);
    expect(hub.view().devices[0]?.state).toBe('ready');
    expect([1, 2, 3, 20].map(reconnectPauseMs)).toEqual([500, 1_000, 2_000, 30_000]);
  });

  it('are all closed when the mode changes', async () => {
    usb.devices = [posScanner];
    await hub.setMode('usb');
    await time.pass(0);
    await hub.setMode('off');
    expect(usb.isOpen('usb-1')).toBe(false);
    await time.pass(10_000);
    expect(hub.view()).toEqual({ state: 'off', devices: [], lastScan: null, profileErrors: 0 });
  });
});

describe('without the USB library', () => {
  it('the counter goes on, and notices when it was installed', async () => {
    let missing = true;
    hub = makeHub(() =>
      missing
        ? Promise.reject(new Error('libusb-1.0.so.0: cannot open shared object file'))
        : Promise.resolve(usb.library),
    );
    usb.devices = [posScanner];
    await hub.setMode('usb');
    expect(hub.view()).toMatchObject({ state: 'library_missing', devices: [] });
    missing = false;
    await time.pass(60_000);
    expect(hub.view()).toMatchObject({ state: 'running', devices: [{ name: 'Xenon' }] });
  });

  it('the probe says why in one line, at load and at first use', async () => {
    const atLoad = await probeHid(() =>
      Promise.reject(new Error('libusb-1.0.so.0: cannot open shared object file\nmore')),
    );
    expect(atLoad).toEqual({
      available: false,
      note: 'USB scanners are not available: libusb-1.0.so.0: cannot open shared object file',
    });
    const atUse = await probeHid(() =>
      Promise.resolve({ default: { devicesAsync: () => Promise.reject(new Error('no')) } }),
    );
    expect(atUse.available).toBe(false);
  });
});

describe('the simulated scanner', () => {
  it('says that it is simulated, in its view and in every reading', async () => {
    expect(hub.present(nik)).toBe(false);
    await hub.setMode('simulated');
    const since = start();
    expect(hub.present(nik)).toBe(true);
    expect(hub.view()).toMatchObject({
      devices: [{ id: 'simulated', simulated: true, state: 'ready' }],
      lastScan: { simulated: true, kind: 'nik' },
    });
    expect(hub.take(since)).toMatchObject({ simulated: true, driver: 'simulated' });
  });
});

describe('profiles', () => {
  it('that ship with Loket all follow the schema', async () => {
    const loaded = await loadProfiles(shipped);
    expect(loaded.errors).toBe(0);
    expect(loaded.profiles.length).toBeGreaterThanOrEqual(3);
  });

  it('that do not follow it are counted and left out', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'loket-profiles-'));
    try {
      await writeFile(join(folder, 'a.json'), '{"name":');
      await writeFile(join(folder, 'b.json'), '{"name":"x","vendorId":1,"report":{"kind":"shell","command":"x"}}');
      await writeFile(join(folder, 'c.txt'), 'not a profile');
      expect(await loadProfiles(folder)).toEqual({ profiles: [], errors: 2 });
      expect(await loadProfiles(join(folder, 'missing'))).toEqual({ profiles: [], errors: 0 });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('win over the usage page, and open the keyboards they name only', async () => {
    const { profiles } = await loadProfiles(shipped);
    expect(matchScanner({ vendorId: 0x1eab, productId: 1, usagePage: 0x8c }, profiles)?.name).toContain('Newland');
    expect(matchScanner({ vendorId: 0xffff, productId: 0x35, usagePage: 1, usage: 6 }, profiles)?.driver).toBe(
      'keyboard',
    );
    expect(matchScanner(keyboard, profiles)).toBeNull();
  });
});
