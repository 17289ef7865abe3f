/**
 * DTTOT (suspected terrorists and terrorist organisations) and DPPSPM (proliferation financing), as PPATK hands them to
 * banks: a sheet in Excel or CSV. Heads vary from issue to issue, so columns are known by several names.
 */
import { open } from 'node:fs/promises';
import type { ListTopic } from '../../contract/screening.ts';
import { asProblem, columnKey, csvRows } from './csv-rows.ts';
import { ListProblem } from './list-problem.ts';
import { openWorkbook, workbookLimits } from './open-workbook.ts';
import { rawEntry, readListDate, type RawEntry } from './raw-entry.ts';

const columns = {
  name: ['nama', 'namaterduga', 'namalengkap', 'name'],
  alias: ['alias', 'namaalias', 'namalain', 'aka'],
  kind: ['terduga', 'terdugaorangkorporasi', 'jenis', 'tipe', 'jenissubjek', 'kategori', 'type'],
  code: ['kodedensus', 'kode', 'koderef', 'nomor', 'id', 'no'],
  birthPlace: ['tptlahir', 'tempatlahir', 'placeofbirth'],
  birthDate: ['tgllahir', 'tanggallahir', 'dateofbirth'],
  country: ['wn', 'warganegara', 'kewarganegaraan', 'asalnegara', 'negara', 'nationality'],
  address: ['alamat', 'address'],
  idNumber: ['nik', 'nomoridentitas', 'noidentitas', 'paspor', 'nopaspor', 'nomorpaspor', 'identitas'],
  remarks: ['deskripsi', 'keterangan', 'informasilain', 'informasilainnya', 'description'],
} as const;
type Column = keyof typeof columns;

interface SheetRow {
  readonly line: number;
  readonly cells: readonly string[];
  /** The first of a sheet, which has a head of its own. */
  readonly opens: boolean;
}

export async function* readPpatk(path: string, topic: ListTopic): AsyncGenerator<RawEntry> {
  let at: ReadonlyMap<Column, number> | null = null;
  let headed = false;
  let count = 0;
  let since = 0;
  for await (const { line, cells, opens } of sheetRows(path)) {
    if (opens) [at, since] = [null, 0];
    since += 1;
    if ((count += 1) > workbookLimits.rows)
      throw new ListProblem('list_too_large', 'the sheet has too many rows', line);
    if (at === null) {
      // A title or two may stand above the head.
      const found = headAt(cells);
      if (found.has('name') && found.size >= 3) [at, headed] = [found, true];
      // A short sheet without one is a cover or notes; a long one holds entries that would be lost.
      else if (since > 20) throw wrongHead(line);
      continue;
    }
    const entry = ppatkEntry(at, cells, topic, line);
    if (entry !== null) yield entry;
  }
  if (!headed) throw count === 0 ? new ListProblem('list_empty', 'the file is empty') : wrongHead(null);
}

function wrongHead(line: number | null): ListProblem {
  return new ListProblem('list_wrong_format', 'no head with Nama, Terduga, Tgl Lahir … was found', line);
}

function headAt(cells: readonly string[]): ReadonlyMap<Column, number> {
  const keys = cells.map(columnKey);
  const found = new Map<Column, number>();
  for (const [column, names] of Object.entries(columns) as [Column, readonly string[]][]) {
    const at = keys.findIndex((key) => names.includes(key));
    if (at >= 0) found.set(column, at);
  }
  return found;
}

function ppatkEntry(
  at: ReadonlyMap<Column, number>,
  cells: readonly string[],
  topic: ListTopic,
  line: number,
): RawEntry | null {
  const get = (column: Column): string => (cells[at.get(column) ?? -1] ?? '').replaceAll(/[^\S\n]+/gu, ' ').trim();
  const names = [...aliasesOf(get('name')), ...aliasesOf(get('alias'))];
  if (names.length === 0) return null;
  const company = /korporasi|entitas|organisasi|badan|perusahaan|entity|company/iu.test(get('kind'));
  return rawEntry({
    sourceId: get('code') === '' ? `row-${line}` : get('code'),
    type: company ? 'entity' : 'person',
    names,
    topics: ['sanction', topic],
    birthDates: parts(get('birthDate').replaceAll(',', ';')).map(readListDate),
    birthPlaces: parts(get('birthPlace')),
    countries: parts(get('country')),
    idNumbers: [...parts(get('idNumber')), ...nikIn(get('remarks'))],
    addresses: [get('address')],
    remarks: get('remarks'),
  });
}

/** Aliases stand in one cell: `A alias B alias C`, `A als. B`, `A @ B`, `A; B`. */
function aliasesOf(text: string): readonly string[] {
  return text
    .split(/\s+(?:alias|als\.?|a\.?k\.?a\.?)\s+|\s*[;@\n]\s*/iu)
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== '-');
}

/** A stroke between blanks parts two values; one without belongs to `9/3/1971`. */
function parts(text: string): readonly string[] {
  return text.split(/\s*(?:;|\n|\s\/\s|\batau\b|\bor\b|\bdan\b)\s*/iu).filter((part) => part !== '' && part !== '-');
}

function nikIn(text: string): readonly string[] {
  return [...text.matchAll(/\b\d{16}\b/gu)].map((found) => found[0]);
}

async function* sheetRows(path: string): AsyncGenerator<SheetRow> {
  if (!/\.xlsx$/iu.test(path)) {
    for await (const { line, values } of csvRows(path, { delimiter: await delimiterOf(path) }))
      yield { line, cells: values, opens: false };
    return;
  }
  for (const sheet of await openWorkbook(path))
    for (const [index, row] of sheet.entries()) yield { line: index + 1, cells: row.map(cellText), opens: index === 0 };
}

function cellText(cell: unknown): string {
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  return typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean' ? String(cell) : '';
}

/** Excel of an Indonesian Windows writes semicolons. */
async function delimiterOf(path: string): Promise<string> {
  const file = await open(path).catch((error: unknown) => {
    throw asProblem(error);
  });
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(8_192), 0, 8_192, 0);
    const text = buffer.subarray(0, bytesRead).toString('utf8');
    return text.split(';').length > text.split(',').length ? ';' : ',';
  } finally {
    await file.close();
  }
}
