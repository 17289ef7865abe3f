/** What is plugged into a counter: cameras by role, the scanner's folder, USB scanners. Settings are the desk's own. */
import { Type, type Static } from 'typebox';
import type { ReasonCode } from '../reasons.ts';
import { oneOf } from '../vocabulary.ts';

const closed = { additionalProperties: false } as const;

/** A camera as a page can know it again: SHA-256 (hex) of the browser's device id, and its name. */
export const PinnedCameraSchema = Type.Object(
  { fingerprint: Type.String({ maxLength: 64 }), label: Type.String({ maxLength: 200 }) },
  closed,
);
export type PinnedCamera = Static<typeof PinnedCameraSchema>;

export const scannerModes = ['off', 'usb', 'simulated'] as const;
export type ScannerMode = (typeof scannerModes)[number];

/** Settings of one counter on one machine. They hold no personal data. */
export const DeskSettingsSchema = Type.Object(
  {
    cameras: Type.Object(
      {
        /** Shows the KTP: a document camera where there is one. */
        card: Type.Union([PinnedCameraSchema, Type.Null()]),
        face: Type.Union([PinnedCameraSchema, Type.Null()]),
      },
      closed,
    ),
    hotFolder: Type.Object(
      {
        /** Absolute; null = no scanner folder. */
        path: Type.Union([Type.String({ minLength: 1, maxLength: 1000 }), Type.Null()]),
        /** `remove`: overwritten and deleted once the evidence is sealed. `keep`: moved to its subfolder `processed`. */
        afterwards: oneOf(['remove', 'keep']),
        /** For network shares, where the system reports no changes. */
        polling: Type.Boolean(),
      },
      closed,
    ),
    /** Pictures chosen by hand in a file dialog. */
    files: Type.Boolean(),
    scanner: oneOf(scannerModes),
  },
  closed,
);
export type DeskSettings = Static<typeof DeskSettingsSchema>;

export const defaultDeskSettings: DeskSettings = {
  cameras: { card: null, face: null },
  hotFolder: { path: null, afterwards: 'remove', polling: false },
  files: false,
  scanner: 'off',
};

/** A picture that waits in the scanner's folder. No name: scanners may write a customer's name into it. */
export interface WaitingScan {
  /** First twelve hex digits of its SHA-256. */
  readonly id: string;
  readonly arrivedAt: string;
  readonly bytes: number;
}

export interface RejectedScan {
  readonly at: string;
  readonly reason: ReasonCode;
  readonly bytes: number;
}

export interface HotFolderView {
  readonly state: 'off' | 'watching' | 'unreachable';
  /** Why it is unreachable. */
  readonly reason: ReasonCode | null;
  readonly waiting: readonly WaitingScan[];
  /** Newest first, a few of them; the files lie in the subfolder `rejected`. */
  readonly rejected: readonly RejectedScan[];
}

export interface ScannerView {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly simulated: boolean;
  readonly state: 'ready' | 'connecting' | 'failed';
  /** Reports that could not be understood since it was plugged in. */
  readonly errors: number;
}

/** A reading as any screen may show it: never the whole text. */
export interface ScanNotice {
  readonly kind: 'nik' | 'uid' | 'ikd' | 'text';
  /** Last four characters of a NIK or UID, else empty. */
  readonly tail: string;
  readonly length: number;
  readonly simulated: boolean;
  readonly at: string;
}

export interface ScannersView {
  /** `library_missing`: node-hid cannot work, mostly because libusb is not installed. */
  readonly state: 'off' | 'running' | 'library_missing';
  readonly devices: readonly ScannerView[];
  readonly lastScan: ScanNotice | null;
  /** Profiles that were refused at load, by their position in the folder; nothing of their content. */
  readonly profileErrors: number;
}

export interface DevicesView {
  readonly settings: DeskSettings;
  readonly hotFolder: HotFolderView;
  readonly scanners: ScannersView;
}
