/**
 * node-hid, loaded late: its prebuilt binary needs libusb, and a machine without it must still open the counter.
 * The first `devices()` is part of the probe because that is where a missing library shows, not at import.
 */

export interface HidDevice {
  readonly path?: string;
  readonly vendorId: number;
  readonly productId: number;
  readonly product?: string;
  readonly manufacturer?: string;
  readonly usagePage?: number;
  readonly usage?: number;
}

export interface HidLibrary {
  devices(): HidDevice[];
}

export type HidProbe =
  | { readonly available: true; readonly library: HidLibrary; readonly devices: readonly HidDevice[] }
  | { readonly available: false; readonly note: string };

/** Never throws. `load` is a parameter so that the absence of the library can be tested where it is present. */
export async function probeHid(load: () => Promise<unknown> = () => import('node-hid')): Promise<HidProbe> {
  try {
    const loaded = (await load()) as { default?: HidLibrary } & Partial<HidLibrary>;
    const library = loaded.default ?? (loaded as HidLibrary);
    return { available: true, library, devices: library.devices() };
  } catch (error) {
    return {
      available: false,
      note: `USB scanners are not available: ${error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : 'unknown error'}`,
    };
  }
}
