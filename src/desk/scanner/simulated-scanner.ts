/** A scanner without hardware, for demonstrations and tests. It always says that it is simulated. */
import type { Scan, ScannerDriver } from './scanner-driver.ts';

export interface SimulatedScanner extends ScannerDriver {
  /** Behaves as if a code had been held to the reader. */
  present(text: string): void;
}

export function createSimulatedScanner(clock: () => Date, onScan: (scan: Scan) => void): SimulatedScanner {
  return {
    view: () => ({
      id: 'simulated',
      name: 'Pemindai simulasi',
      driver: 'simulated',
      simulated: true,
      state: 'ready',
      errors: 0,
    }),
    present: (text) => onScan({ text, driver: 'simulated', simulated: true, at: clock().toISOString() }),
    close: () => Promise.resolve(),
  };
}
