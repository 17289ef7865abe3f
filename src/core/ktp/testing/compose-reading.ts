/** Composes readings of fictional cards for tests: pieces of text where a KTP prints them. */
import type { CardReading, OcrEngine, OcrLine } from '../../../contract/facts.ts';

export const width = 1600;
export const height = 1009;
const labelLeft = 40;
const valueLeft = 410;
const firstRow = 300;
const pitch = 53;

/** Label and value of the twelve rows, as printed. */
export const printedRows: readonly (readonly [label: string, value: string])[] = [
  ['Nama', 'SITI RAHAYU LESTARI'],
  ['Tempat/Tgl Lahir', 'BANDUNG, 05-11-1992'],
  ['Jenis kelamin', 'PEREMPUAN'],
  ['Alamat', 'JL. CEMARA NO. 7 B'],
  ['RT/RW', '003/012'],
  ['Kel/Desa', 'SUKAGALIH'],
  ['Kecamatan', 'SUKAJADI'],
  ['Agama', 'KRISTEN'],
  ['Status Perkawinan', 'BELUM KAWIN'],
  ['Pekerjaan', 'PELAJAR/MAHASISWA'],
  ['Kewarganegaraan', 'WNI'],
  ['Berlaku Hingga', '05-11-2027'],
];
export const printedNik = '3273074511920003';

export interface Composition {
  readonly engine?: OcrEngine;
  readonly confidence?: number;
  /** Values by label, in place of the printed ones; null = the engine saw nothing. */
  readonly values?: Readonly<Record<string, string | null>>;
  readonly province?: string;
  readonly regency?: string;
  readonly blood?: string | null;
  readonly nik?: string | null;
  /** One piece a row, as Tesseract often reads. */
  readonly joined?: boolean;
  /** px by which every row lies lower than the layout says. */
  readonly shift?: number;
  /** Labels the engine did not see. */
  readonly withoutLabels?: readonly string[];
}

export function composeLines(given: Composition = {}): OcrLine[] {
  const { engine = 'ppocr', confidence = 0.95, shift = 0, joined = false } = given;
  const lines: OcrLine[] = [];
  const put = (text: string, x: number, y: number) =>
    lines.push({ engine, text, confidence, box: { x, y: y + shift, width: text.length * 21, height: 42 } });
  put(given.province ?? 'PROVINSI JAWA BARAT', 520, 38);
  put(given.regency ?? 'KOTA BANDUNG', 600, 100);
  put('NIK', labelLeft, 180);
  if (given.nik !== null) put(given.nik ?? printedNik, 426, 178);
  printedRows.forEach(([label, printed], index) => {
    const y = firstRow - 21 + index * pitch;
    const value = given.values?.[label] === undefined ? printed : given.values[label];
    const hidden = given.withoutLabels?.includes(label) === true;
    if (joined && value !== null && !hidden) put(`${label} : ${value}`, labelLeft, y);
    else {
      if (!hidden) put(label, labelLeft, y);
      if (value !== null) put(`：${value}`, valueLeft, y);
    }
  });
  if (given.blood !== null) put(`Gol. Darah : ${given.blood ?? 'A'}`, 884, firstRow - 21 + 2 * pitch);
  put('BANDUNG', 1290, 760);
  put('14-02-2018', 1290, 803);
  return lines;
}

export function composeReading(
  lines: readonly OcrLine[],
  nikReadings: readonly (readonly [text: string, confidence: number])[] = [[printedNik, 0.95]],
): CardReading {
  const box = { x: 426, y: 178, width: 700, height: 50 };
  return {
    width,
    height,
    frameIndex: 0,
    lines,
    nikCandidates: nikReadings.map(([text, confidence]) => ({ text, confidence, engine: 'ppocr', box })),
  };
}
