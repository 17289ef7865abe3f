/** One USB scanner: opened, read, and opened again after it went away, with growing pauses. */
import type { ScannerView } from '../../contract/desk/devices.ts';
import type { HidDevice, HidHandle, HidLibrary } from './hid-library.ts';
import type { Scan, ScannerDriver } from './scanner-driver.ts';
import type { ScannerMatch } from './scanner-profile.ts';

export type Later = (work: () => void, ms: number) => () => void;

export interface UsbScannerOptions {
  readonly library: HidLibrary;
  readonly device: HidDevice & { readonly path: string };
  readonly match: ScannerMatch;
  readonly clock: () => Date;
  readonly later: Later;
  readonly onScan: (scan: Scan) => void;
  readonly onChange: () => void;
}

/** Pause before the nth attempt in a row, ms: a device in use by another program must not be hammered. */
export function reconnectPauseMs(failures: number): number {
  return Math.min(30_000, 500 * 2 ** Math.max(0, failures - 1));
}

export function openUsbScanner(options: UsbScannerOptions): ScannerDriver {
  const { library, device, match, clock, later, onScan, onChange } = options;
  const decoder = match.decoder();
  let state: ScannerView['state'] = 'connecting';
  let errors = 0;
  let failures = 0;
  let handle: HidHandle | null = null;
  let closed = false;
  let cancel: () => void = () => undefined;

  const move = (next: ScannerView['state']) => {
    state = next;
    onChange();
  };

  async function connect(): Promise<void> {
    try {
      const opened = await library.HIDAsync.open(device.path, { nonExclusive: true });
      if (closed) return void (await opened.close().catch(() => undefined));
      handle = opened;
      failures = 0;
      opened.on('data', (report) => hear(report));
      opened.on('error', () => lost(opened));
      move('ready');
    } catch {
      if (!closed) retry();
    }
  }

  function hear(report: Uint8Array): void {
    const now = clock();
    const { texts, errors: problems } = decoder.push(report, now.getTime());
    errors += problems.length;
    for (const text of texts) onScan({ text, driver: match.driver, simulated: false, at: now.toISOString() });
    if (problems.length > 0) onChange();
  }

  function lost(gone: HidHandle): void {
    if (handle !== gone) return;
    handle = null;
    void gone.close().catch(() => undefined);
    if (!closed) retry();
  }

  function retry(): void {
    failures += 1;
    move('failed');
    cancel = later(() => {
      move('connecting');
      void connect();
    }, reconnectPauseMs(failures));
  }

  void connect();
  return {
    view: () => ({ id: device.path, name: match.name, driver: match.driver, simulated: false, state, errors }),
    async close() {
      closed = true;
      cancel();
      const open = handle;
      handle = null;
      await open?.close().catch(() => undefined);
    },
  };
}
