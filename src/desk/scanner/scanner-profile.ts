/** Profiles of devices, one JSON file each in `resources/scanners`, checked against their schema when they are read. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { createKeyboardDecoder } from './keyboard-report.ts';
import { createPosDecoder, standardPosLayout } from './pos-report.ts';
import { createRawDecoder } from './raw-report.ts';
import type { ReportDecoder } from './report-decoder.ts';
import type { HidDevice } from './hid-library.ts';

const closed = { additionalProperties: false } as const;
const Offset = Type.Integer({ minimum: 0, maximum: 255 });
const ReportId = Type.Union([Type.Integer({ minimum: 1, maximum: 255 }), Type.Null()]);
const Usage = Type.Integer({ minimum: 0, maximum: 0xffff });

export const ScannerProfileSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 80 }),
    /** Where its layout is documented. */
    source: Type.String({ minLength: 1, maxLength: 300 }),
    vendorId: Usage,
    /** Absent: every product of the vendor with these usages. */
    productId: Type.Optional(Usage),
    usagePage: Type.Optional(Usage),
    usage: Type.Optional(Usage),
    report: Type.Union([
      Type.Object(
        {
          kind: Type.Literal('pos'),
          reportId: ReportId,
          lengthAt: Offset,
          dataAt: Offset,
          dataBytes: Type.Integer({ minimum: 1, maximum: 255 }),
          continuedAt: Type.Union([Offset, Type.Null()]),
        },
        closed,
      ),
      Type.Object(
        {
          kind: Type.Literal('keyboard'),
          reportId: ReportId,
          modifiersAt: Offset,
          keysAt: Offset,
          keyCount: Type.Integer({ minimum: 1, maximum: 16 }),
        },
        closed,
      ),
      Type.Object(
        {
          kind: Type.Literal('raw'),
          reportId: ReportId,
          dataAt: Offset,
          dataBytes: Type.Integer({ minimum: 1, maximum: 64 }),
          lengthAt: Type.Union([Offset, Type.Null()]),
          encoding: Type.Union([Type.Literal('hex'), Type.Literal('hex_reversed'), Type.Literal('ascii')]),
        },
        closed,
      ),
    ]),
  },
  { ...closed, title: 'A USB scanner or card reader and the places of its data' },
);
export type ScannerProfile = Static<typeof ScannerProfileSchema>;

const check = Compile(ScannerProfileSchema);

export interface LoadedProfiles {
  readonly profiles: readonly ScannerProfile[];
  /** Files that are no profile. The others work all the same. */
  readonly errors: number;
}

/** Never throws: a missing folder has no profiles. */
export async function loadProfiles(folder: string): Promise<LoadedProfiles> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
  const profiles: ScannerProfile[] = [];
  let errors = 0;
  for (const name of names) {
    const value = await readFile(join(folder, name), 'utf8').then(parse, () => null);
    if (check.Check(value)) profiles.push(value);
    else errors += 1;
  }
  return { profiles, errors };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** Usage page of bar code scanners, and its application usages 1–5. */
const barCodePage = 0x8c;

export interface ScannerMatch {
  readonly driver: 'hid_pos' | 'keyboard' | 'raw';
  readonly name: string;
  decoder(): ReportDecoder;
}

/** Which driver serves a device; null for everything that is no scanner. A profile wins over the usage page. */
export function matchScanner(device: HidDevice, profiles: readonly ScannerProfile[]): ScannerMatch | null {
  const profile = profiles.find((candidate) => fits(candidate, device));
  if (profile !== undefined) {
    const { report, name } = profile;
    if (report.kind === 'pos') return { driver: 'hid_pos', name, decoder: () => createPosDecoder(report) };
    if (report.kind === 'keyboard') return { driver: 'keyboard', name, decoder: () => createKeyboardDecoder(report) };
    return { driver: 'raw', name, decoder: () => createRawDecoder(report) };
  }
  if (device.usagePage !== barCodePage) return null;
  return {
    driver: 'hid_pos',
    name: device.product ?? 'HID POS',
    decoder: () => createPosDecoder(standardPosLayout),
  };
}

function fits(profile: ScannerProfile, device: HidDevice): boolean {
  return (
    profile.vendorId === device.vendorId &&
    (profile.productId === undefined || profile.productId === device.productId) &&
    (profile.usagePage === undefined || profile.usagePage === device.usagePage) &&
    (profile.usage === undefined || profile.usage === device.usage)
  );
}
