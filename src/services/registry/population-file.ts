/** A population file as a stream of records with line numbers: encoding, separator and header are judged first. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { parse } from 'csv-parse';
import { fail, ok, type Result } from '../../contract/result.ts';
import { populationColumns, requiredColumns, type PopulationColumn } from './registry-rows.ts';

export interface PopulationFile {
  readonly path: string;
  /** SHA-256 (hex) of the whole file. */
  readonly digest: string;
  readonly columns: readonly PopulationColumn[];
  readonly separator: ',' | ';' | '\t';
}

export interface PopulationRecord {
  /** The line it begins on; the header is line 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Longest record: two thousand characters of fields and room for quotes. */
const maxRecordBytes = 16 * 1024;

const unusable = (message: string): Result<never> => fail('validation_failed', message);

/** Errors: `validation_failed` with what to do about the file. */
export async function openPopulationFile(path: string): Promise<Result<PopulationFile>> {
  const head = await readHead(path);
  if (head === null) return unusable('the file cannot be read');
  const [first, second] = head;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || head.subarray(0, 64).includes(0))
    return unusable('the file is not UTF-8 (it looks like UTF-16): save it as CSV UTF-8');
  const text = new TextDecoder('utf-8', { ignoreBOM: false }).decode(head);
  const header = text.split(/\r\n|\n|\r/, 1)[0] ?? '';
  const separator = ([',', ';', '\t'] as const).find((one) => header.includes(one));
  if (separator === undefined) return unusable(`the first line must name the columns: ${populationColumns.join(',')}`);
  const columns = header.split(separator).map((name) =>
    name
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .toLowerCase(),
  );
  const unknown = columns.filter((name) => !(populationColumns as readonly string[]).includes(name));
  const missing = requiredColumns.filter((name) => !columns.includes(name));
  const twice = columns.filter((name, at) => columns.indexOf(name) !== at);
  if (missing.length > 0) return unusable(`columns are missing: ${missing.join(', ')}`);
  if (twice.length > 0) return unusable(`columns appear twice: ${twice.join(', ')}`);
  // A header that is really a line of data must not be repeated in a message.
  if (unknown.length > 0)
    return unusable(`${unknown.length} columns are unknown; known are ${populationColumns.join(', ')}`);
  return ok({ path, digest: await digestOf(path), columns: columns as PopulationColumn[], separator });
}

async function readHead(path: string): Promise<Uint8Array | null> {
  try {
    const file = await open(path);
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = sha256.create();
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array);
  return bytesToHex(hash.digest());
}

/**
 * Records after the header. `onBroken` hears of lines that are no CSV (a quote in the middle, a record without end); they
 * are skipped.
 */
export async function* readPopulation(
  file: PopulationFile,
  onBroken: (line: number) => void,
): AsyncGenerator<PopulationRecord> {
  // A CRLF inside quotes is counted as two lines by the parser.
  let counted = 0;
  const parser = createReadStream(file.path, { highWaterMark: 1 << 18 }).pipe(
    parse({
      bom: true,
      delimiter: file.separator,
      from_line: 2,
      info: true,
      max_record_size: maxRecordBytes,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      on_skip: (error) => {
        onBroken(Number((error as { lines?: number } | undefined)?.lines ?? 0) - counted);
        return undefined;
      },
    }),
  );
  for await (const each of parser) {
    const { info, record } = each as { info: { lines: number }; record: string[] };
    const quoted = record.filter((cell) => cell.includes('\n')).join('\n');
    const breaks = quoted === '' ? 0 : quoted.split('\n').length - record.filter((cell) => cell.includes('\n')).length;
    counted += quoted.split('\r\n').length - 1;
    // The parser stands on the last line of this record.
    yield { line: info.lines - counted - breaks, cells: record };
  }
}
