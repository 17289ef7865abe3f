/** CSV streamed row by row with its line number; wrong encoding, a torn last row and endless fields are refused. */
import { createReadStream } from 'node:fs';
import { TextDecoderStream } from 'node:stream/web';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { ListProblem } from './list-problem.ts';

export interface CsvRow {
  readonly line: number;
  readonly values: readonly string[];
}

export interface CsvShape {
  readonly delimiter: string;
  /** OFAC ends its files with a Ctrl-Z of old. */
  readonly endMark?: boolean;
  readonly encoding?: 'utf-8' | 'windows-1252';
}

/** Longest record, bytes. */
const mostRecord = 4 * 1024 * 1024;

/** Throws `ListProblem`. */
export async function* csvRows(path: string, shape: CsvShape): AsyncGenerator<CsvRow> {
  const text = decoded(path, shape.encoding ?? 'utf-8');
  const parser = parse({
    delimiter: shape.delimiter,
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: mostRecord,
    info: true,
  });
  text.on('error', (error) => parser.destroy(error));
  text.pipe(parser);
  try {
    for await (const one of parser as AsyncIterable<{ info: { lines: number }; record: string[] }>) {
      const [first] = one.record;
      if (shape.endMark === true && one.record.length === 1 && first === '\u001a') continue;
      yield { line: one.info.lines, values: one.record };
    }
  } catch (error) {
    throw asProblem(error);
  } finally {
    text.destroy();
  }
}

/** The file as text, refused where it is not what it should be. */
export function decoded(path: string, encoding: 'utf-8' | 'windows-1252'): Readable {
  const bytes = Readable.toWeb(createReadStream(path)) as unknown as ReadableStream<Uint8Array>;
  const decoder = new TextDecoderStream(encoding, { fatal: true }) as unknown as ReadableWritablePair<
    string,
    Uint8Array
  >;
  return Readable.fromWeb(bytes.pipeThrough(decoder) as never);
}

export function asProblem(error: unknown): unknown {
  if (error instanceof ListProblem) return error;
  if (error instanceof CsvError) {
    const line = typeof error.lines === 'number' ? error.lines : null;
    if (error.code === 'CSV_QUOTE_NOT_CLOSED')
      return new ListProblem('list_truncated', 'the file ends in the middle of a row', line);
    if (error.code === 'CSV_MAX_RECORD_SIZE')
      return new ListProblem('list_too_large', 'a row is longer than 4 MiB', line);
    return new ListProblem('list_malformed', 'a row is not well-formed CSV', line);
  }
  const { code } = error as { code?: string };
  if (code === 'ENOENT' || code === 'EISDIR') return new ListProblem('list_not_found', 'there is no such file');
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA' || error instanceof TypeError)
    return new ListProblem('list_wrong_encoding', 'the file is not UTF-8 text');
  return error;
}

/** Rows as records by the names of the first row, compared without case, blanks and underscores. */
export async function* csvRecords(
  path: string,
  shape: CsvShape,
  required: readonly string[],
): AsyncGenerator<{ readonly line: number; readonly get: (column: string) => string }> {
  let columns: ReadonlyMap<string, number> | null = null;
  for await (const { line, values } of csvRows(path, shape)) {
    if (columns === null) {
      columns = headOf(values, required, line);
      continue;
    }
    const known = columns;
    if (values.length !== known.size && values.length < Math.min(known.size, 2))
      throw new ListProblem('list_truncated', 'a row has fewer columns than the head', line);
    yield { line, get: (column) => values[known.get(columnKey(column)) ?? -1] ?? '' };
  }
  if (columns === null) throw new ListProblem('list_empty', 'the file is empty');
}

function headOf(values: readonly string[], required: readonly string[], line: number): ReadonlyMap<string, number> {
  const columns = new Map(values.map((name, at) => [columnKey(name), at]));
  const missing = required.filter((name) => !columns.has(columnKey(name)));
  if (missing.length > 0)
    throw new ListProblem('list_wrong_format', `these columns are missing: ${missing.join(', ')}`, line);
  return columns;
}

export function columnKey(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/gu, '');
}
