/**
 * node-hid, loaded late: its prebuilt binary needs libusb, and a machine without it must still open the counter.
 * The first list of devices is part of the probe because that is where a missing library shows, not at import.
 */

export interface HidDevice {
  readonly path?: string | undefined;
  readonly vendorId: number;
  readonly productId: number;
  readonly product?: string | undefined;
  readonly manufacturer?: string | undefined;
  readonly usagePage?: number | undefined;
  readonly usage?: number | undefined;
}

/** An opened device. `data` carries one input report each, `error` comes once, when it went away. */
export interface HidHandle {
  on(event: 'data', listener: (report: Uint8Array) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  close(): Promise<void>;
}

export interface HidLibrary {
  devicesAsync(): Promise<HidDevice[]>;
  readonly HIDAsync: { open(path: string, options?: { nonExclusive?: boolean }): Promise<HidHandle> };
}

export type HidProbe =
  | { readonly available: true; readonly library: HidLibrary; readonly devices: readonly HidDevice[] }
  | { readonly available: false; readonly note: string };

export type LoadHid = () => Promise<unknown>;

/** Never throws. `load` is a parameter so that the absence of the library can be tested where it is present. */
export async function probeHid(load: LoadHid = () => import('node-hid')): Promise<HidProbe> {
  try {
    const loaded = (await load()) as { default?: HidLibrary } & Partial<HidLibrary>;
    const library = loaded.default ?? (loaded as HidLibrary);
    return { available: true, library, devices: await library.devicesAsync() };
  } catch (error) {
    return {
      available: false,
      note: `USB scanners are not available: ${error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : 'unknown error'}`,
    };
  }
}
