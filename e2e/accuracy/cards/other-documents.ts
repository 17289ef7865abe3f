/** Things a customer may put under the camera by mistake, drawn by us: enough to be taken for one, good for nothing. */
import sharp from 'sharp';
import { drawDesk } from './desk.ts';
import { createDraw } from './draw.ts';
import { drawInto, projectCard, type Corners } from './projection.ts';

const size = { width: 1600, height: 1009 } as const;

interface Line {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly text: string;
  readonly mono?: boolean;
}

function page(ground: string, lines: readonly Line[], more = ''): string {
  const texts = lines.map(
    ({ x, y, size: height, text, mono }) =>
      `<text x="${x}" y="${y}" font-size="${height}" font-weight="700" fill="#1a1d22" font-family="${mono === true ? 'DejaVu Sans Mono, monospace' : 'Liberation Sans, DejaVu Sans, sans-serif'}">${text.replaceAll('<', '&lt;')}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}"><rect width="1600" height="1009" rx="59" fill="${ground}"/>${more}${texts.join('')}</svg>`;
}

const rows = (x: number, top: number, pitch: number, height: number, texts: readonly string[]): Line[] =>
  texts.map((text, i) => ({ x, y: top + i * pitch, size: height, text }));

export const otherDocuments = {
  driving_licence: page('#f1e7d8', [
    { x: 420, y: 90, size: 54, text: 'SURAT IZIN MENGEMUDI' },
    { x: 560, y: 150, size: 40, text: 'DRIVING LICENSE' },
    { x: 80, y: 250, size: 60, text: 'C' },
    ...rows(80, 340, 74, 40, [
      '1. Nama : SLAMET WIDODO',
      '2. Alamat : JL. MELATI NO. 12',
      '3. Tempat/Tgl Lahir : SOLO, 02-03-1980',
      '4. Pekerjaan : KARYAWAN SWASTA',
      '5. Berlaku Hingga : 02-03-2028',
      'No. SIM 8003-1234-567890',
    ]),
  ]),
  passport: page('#e3d9c4', [
    { x: 80, y: 90, size: 48, text: 'REPUBLIK INDONESIA   PASPOR PASSPORT' },
    ...rows(560, 200, 80, 38, ['SLAMET WIDODO', 'INDONESIA', '02 MAR 1980', 'SOLO', 'IMIGRASI SURAKARTA']),
    { x: 60, y: 860, size: 50, text: 'P<IDNWIDODO<<SLAMET<<<<<<<<<<<<<<<<<<<<<<<<<', mono: true },
    { x: 60, y: 940, size: 50, text: 'X0000000<0IDN8003025M2803022<<<<<<<<<<<<<<04', mono: true },
  ]),
  tax_card: page('#d8b63c', [
    { x: 200, y: 100, size: 44, text: 'KEMENTERIAN KEUANGAN REPUBLIK INDONESIA' },
    { x: 420, y: 160, size: 44, text: 'DIREKTORAT JENDERAL PAJAK' },
    { x: 100, y: 420, size: 60, text: 'NPWP : 09.254.294.3-407.000' },
    ...rows(100, 520, 70, 42, ['SLAMET WIDODO', 'NIK 3372020203800001', 'JL. MELATI NO. 12', 'SURAKARTA']),
  ]),
  card_back: page(
    '#a9cfe6',
    [
      { x: 480, y: 120, size: 56, text: 'REPUBLIK INDONESIA' },
      { x: 470, y: 880, size: 52, text: 'KARTU TANDA PENDUDUK' },
    ],
    '<path d="M180 520 q160 -90 320 0 t320 0 t320 0 t300 0" fill="none" stroke="#5a94b8" stroke-width="60"/>',
  ),
} as const;
export type OtherDocument = keyof typeof otherDocuments;

/** The document on a desk, JPEG. */
export async function photographDocument(which: OtherDocument, seed = 1): Promise<Uint8Array> {
  const { data, info } = await sharp(Buffer.from(otherDocuments[which]))
    .resize({ width: 1000 })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const corners = projectCard(1000, 4, 2, -3).map(({ x, y }) => ({ x: x + 720, y: y + 450 })) as unknown as Corners;
  const frame = await drawDesk(1440, 900, corners, 0, createDraw(seed));
  drawInto(frame, { width: info.width, height: info.height, data: new Uint8Array(data) }, corners);
  return new Uint8Array(
    await sharp(frame.data, { raw: { width: frame.width, height: frame.height, channels: 3 } })
      .jpeg({ quality: 88 })
      .toBuffer(),
  );
}
