/** A scanner without hardware, for demonstrations and tests. It always says that it is simulated. */
import { classifyReading, type ScannerDriver, type ScanReading } from './scanner-driver.ts';

export interface SimulatedScanner extends ScannerDriver {
  /** Behaves as if a card had been held to the reader. */
  present(text: string): void;
}

export function createSimulatedScanner(clock: () => Date): SimulatedScanner {
  const listeners = new Set<(reading: ScanReading) => void>();
  return {
    info: () => ({ id: 'simulated', name: 'Pemindai simulasi', simulated: true, state: 'ready' }),
    onReading(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    present(text) {
      const reading: ScanReading = { text, kind: classifyReading(text), simulated: true, at: clock().toISOString() };
      for (const listener of listeners) listener(reading);
    },
    close: () => {
      listeners.clear();
      return Promise.resolve();
    },
  };
}
