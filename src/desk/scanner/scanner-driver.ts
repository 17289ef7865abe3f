/** One scanner behind one interface, whatever carries its bytes: USB reports or the simulation. */
import type { ScannerView } from '../../contract/desk/devices.ts';

/** A reading with its whole text. It stays in the desk's memory until the card is read, and is never logged. */
export interface Scan {
  readonly text: string;
  readonly driver: string;
  readonly simulated: boolean;
  readonly at: string;
}

export interface ScannerDriver {
  view(): ScannerView;
  close(): Promise<void>;
}
