/**
 * All scanners of a counter: found by asking the system every few seconds (hot-plug without native events), opened by the
 * driver that fits, closed when they are gone. Holds the latest reading for the card that is about to be captured.
 */
import type { ScannerMode, ScannersView } from '../../contract/desk/devices.ts';
import { probeHid, type HidDevice, type HidLibrary, type LoadHid } from './hid-library.ts';
import type { Scan, ScannerDriver } from './scanner-driver.ts';
import { readScan } from './scan-payload.ts';
import { matchScanner, type LoadedProfiles } from './scanner-profile.ts';
import { createSimulatedScanner, type SimulatedScanner } from './simulated-scanner.ts';
import { openUsbScanner, type Later } from './usb-scanner.ts';

export interface ScannerHub {
  view(): ScannersView;
  /** Ends what ran before. Resolves when the first look for devices is over. */
  setMode(mode: ScannerMode): Promise<void>;
  /** False where no simulated scanner is switched on. */
  present(text: string): boolean;
  /** The latest reading that is not older than `since` and than five minutes; forgotten by taking it. */
  take(since: string): Scan | null;
  /** Whoever was served has left: nothing of him stays. */
  forget(): void;
  close(): Promise<void>;
}

export interface ScannerHubOptions {
  readonly clock: () => Date;
  readonly loadProfiles: () => Promise<LoadedProfiles>;
  readonly onChange: () => void;
  readonly load?: LoadHid;
  readonly later?: Later;
}

const lookEveryMs = 2_000;
/** Libraries may be installed while the counter runs. */
const probeEveryMs = 60_000;
const scanLivesMs = 5 * 60_000;

const realLater: Later = (work, ms) => {
  const timer = setTimeout(work, ms);
  timer.unref();
  return () => clearTimeout(timer);
};

export function createScannerHub(options: ScannerHubOptions): ScannerHub {
  return new Hub(options);
}

class Hub implements ScannerHub {
  private readonly options: ScannerHubOptions;
  private readonly later: Later;
  private readonly usb = new Map<string, ScannerDriver>();
  private simulated: SimulatedScanner | null = null;
  private state: ScannersView['state'] = 'off';
  private profiles: LoadedProfiles = { profiles: [], errors: 0 };
  private latest: Scan | null = null;
  private round = 0;
  private cancel: () => void = () => undefined;

  constructor(options: ScannerHubOptions) {
    this.options = options;
    this.later = options.later ?? realLater;
  }

  view(): ScannersView {
    const drivers = [...(this.simulated === null ? [] : [this.simulated]), ...this.usb.values()];
    const { latest } = this;
    return {
      state: this.state,
      devices: drivers.map((driver) => driver.view()),
      lastScan: latest === null || !this.isFresh(latest) ? null : noticeOf(latest),
      profileErrors: this.profiles.errors,
    };
  }

  async setMode(mode: ScannerMode): Promise<void> {
    this.round += 1;
    const mine = this.round;
    this.cancel();
    await this.closeDrivers();
    this.forget();
    this.state = mode === 'off' ? 'off' : 'running';
    if (mode === 'simulated') this.simulated = createSimulatedScanner(this.options.clock, (scan) => this.hear(scan));
    if (mode === 'usb') {
      this.profiles = await this.options.loadProfiles();
      await this.probe(mine);
    }
    this.options.onChange();
  }

  present(text: string): boolean {
    this.simulated?.present(text);
    return this.simulated !== null;
  }

  take(since: string): Scan | null {
    const scan = this.latest;
    if (scan === null || !this.isFresh(scan) || scan.at < since) return null;
    this.latest = null;
    this.options.onChange();
    return scan;
  }

  forget(): void {
    if (this.latest === null) return;
    this.latest = null;
    this.options.onChange();
  }

  async close(): Promise<void> {
    this.round += 1;
    this.cancel();
    this.forget();
    await this.closeDrivers();
  }

  private hear(scan: Scan): void {
    this.latest = scan;
    this.options.onChange();
  }

  private isFresh(scan: Scan): boolean {
    return this.options.clock().getTime() - Date.parse(scan.at) <= scanLivesMs;
  }

  private async probe(mine: number): Promise<void> {
    const probed = await probeHid(this.options.load);
    if (this.round !== mine) return;
    if (!probed.available) {
      this.state = 'library_missing';
      this.cancel = this.later(() => void this.probe(mine).then(this.options.onChange), probeEveryMs);
      return;
    }
    this.state = 'running';
    await this.look(mine, probed.library, probed.devices);
  }

  private async look(mine: number, library: HidLibrary, devices: readonly HidDevice[]): Promise<void> {
    const present = new Set<string>();
    let changed = false;
    for (const device of devices) {
      const { path } = device;
      const match = path === undefined ? null : matchScanner(device, this.profiles.profiles);
      if (path === undefined || match === null) continue;
      present.add(path);
      if (this.usb.has(path)) continue;
      changed = true;
      const { clock, onChange } = this.options;
      const { later } = this;
      const parts = { library, match, clock, later, onChange, onScan: (scan: Scan) => this.hear(scan) };
      this.usb.set(path, openUsbScanner({ ...parts, device: { ...device, path } }));
    }
    for (const [path, driver] of this.usb) {
      if (present.has(path)) continue;
      changed = true;
      this.usb.delete(path);
      await driver.close();
    }
    if (this.round !== mine) return;
    if (changed) this.options.onChange();
    this.cancel = this.later(() => void this.lookAgain(mine, library), lookEveryMs);
  }

  private async lookAgain(mine: number, library: HidLibrary): Promise<void> {
    const devices = await library.devicesAsync().catch(() => null);
    if (this.round !== mine) return;
    // A list that could not be had says nothing about what is plugged in.
    if (devices !== null) await this.look(mine, library, devices);
    else this.cancel = this.later(() => void this.lookAgain(mine, library), lookEveryMs);
  }

  private async closeDrivers(): Promise<void> {
    const drivers = [...this.usb.values(), ...(this.simulated === null ? [] : [this.simulated])];
    this.usb.clear();
    this.simulated = null;
    for (const driver of drivers) await driver.close();
  }
}

function noticeOf(scan: Scan): NonNullable<ScannersView['lastScan']> {
  const { kind } = readScan(scan.text);
  const tail = kind === 'nik' || kind === 'uid' ? scan.text.trim().slice(-4) : '';
  return { kind, tail, length: scan.text.length, simulated: scan.simulated, at: scan.at };
}
