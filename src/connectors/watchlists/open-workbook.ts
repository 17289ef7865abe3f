/**
 * An Excel workbook, opened with limits: a few kilobytes of ZIP can claim gigabytes, and one row number can claim a
 * billion empty rows. Only the parts of a sheet are unpacked, never more than they declare, and handed on as a plain
 * archive: what the library for sheets then meets has been measured.
 */
import { readFile, stat } from 'node:fs/promises';
import { strFromU8, unzipSync, zipSync } from 'fflate';
import readWorkbook from 'read-excel-file/node';
import { asProblem } from './csv-rows.ts';
import { ListProblem } from './list-problem.ts';

/** Issues of PPATK hold under a thousand rows in about a megabyte. */
export const workbookLimits = {
  fileBytes: 20 * 1024 * 1024,
  unpackedBytes: 64 * 1024 * 1024,
  rows: 200_000,
  columns: 64,
} as const;

type Rows = readonly (readonly unknown[])[];

/** Its sheets in order, each row by row. Throws `ListProblem`. */
export async function openWorkbook(path: string): Promise<readonly Rows[]> {
  try {
    if ((await stat(path)).size > workbookLimits.fileBytes) throw tooLarge('the sheet is larger than 20 MiB');
    const parts = unpack(await readFile(path));
    return (await readWorkbook(Buffer.from(zipSync(parts, { level: 0 })))).map(({ data }) => data as Rows);
  } catch (error) {
    const problem = asProblem(error);
    throw problem instanceof ListProblem && problem.code !== 'list_wrong_encoding'
      ? problem
      : new ListProblem('list_malformed', 'the file is not a readable Excel workbook');
  }
}

const wanted = /^(?:\[Content_Types\]\.xml|(?:xl\/)?_rels\/[^/]+\.rels|xl\/(?:worksheets\/)?[^/]+\.xml)$/u;

function unpack(bytes: Uint8Array): Readonly<Record<string, Uint8Array>> {
  // The directory of a ZIP stands at its end: without it the file broke off on its way.
  const zip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  if (zip && !Buffer.from(bytes).includes(endOfDirectory))
    throw new ListProblem('list_truncated', 'the workbook ends before its directory');
  let total = 0;
  const parts = unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      if (!wanted.test(name)) return false;
      total += originalSize;
      if (total > workbookLimits.unpackedBytes) throw tooLarge('the workbook unpacks to more than 64 MiB');
      return true;
    },
  });
  for (const [name, part] of Object.entries(parts)) if (name.endsWith('.xml')) checkPlaces(strFromU8(part));
  return parts;
}

const endOfDirectory = Buffer.from([0x50, 0x4b, 0x05, 0x06]);

/** Rows and cells say where they stand; the gap before them is filled. */
function checkPlaces(xml: string): void {
  for (const [, place = ''] of xml.matchAll(/\sr\s*=\s*["']([^"']*)["']/gu)) {
    const read = /^([A-Z]{0,3})(\d{1,7})$/u.exec(place);
    if (read === null) throw new ListProblem('list_malformed', 'a cell of the sheet does not say where it stands');
    const column = [...(read[1] ?? '')].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
    if (Number(read[2]) > workbookLimits.rows) throw tooLarge('the sheet has too many rows');
    if (column > workbookLimits.columns) throw tooLarge('the sheet has too many columns');
  }
}

function tooLarge(message: string): ListProblem {
  return new ListProblem('list_too_large', message);
}
