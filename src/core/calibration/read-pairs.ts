/** A list of image pairs with a label, as CSV (RFC 4180; comma or, as spreadsheets here write it, semicolon). */
import { fail, ok, type Result } from '../../contract/result.ts';

export interface LabelledPair {
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
  /** Line of the file, from 1. */
  readonly line: number;
}

export const mostPairs = 1_000_000;

/** Columns `a`, `b`, `same` in any order, others ignored. Errors: `validation_failed` with the line. */
export function readPairs(text: string): Result<readonly LabelledPair[]> {
  const content = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const separator = separatorOf(content);
  const records = splitRecords(content, separator);
  if (!records.ok) return records;
  const [head, ...rows] = records.value;
  if (head === undefined) return fail('validation_failed', 'the list is empty; it needs the columns a,b,same');
  const names = head.cells.map((cell) => cell.trim().toLowerCase());
  const [a, b, same] = ['a', 'b', 'same'].map((name) => names.indexOf(name)) as [number, number, number];
  if (a < 0 || b < 0 || same < 0) return fail('validation_failed', 'line 1: the columns a,b,same are needed');
  if (rows.length === 0) return fail('validation_failed', 'the list has no pairs');
  if (rows.length > mostPairs) return fail('validation_failed', `more than ${mostPairs} pairs`);
  const pairs: LabelledPair[] = [];
  for (const { cells, line } of rows) {
    if (cells.length !== names.length) {
      return fail('validation_failed', `line ${line}: ${cells.length} cells where the head has ${names.length}`);
    }
    const [left, right, label] = [cells[a]!.trim(), cells[b]!.trim(), cells[same]!.trim()];
    if (left === '' || right === '') return fail('validation_failed', `line ${line}: an image path is missing`);
    if (label !== '0' && label !== '1') return fail('validation_failed', `line ${line}: same must be 1 or 0`);
    pairs.push({ a: left, b: right, same: label === '1', line });
  }
  return ok(pairs);
}

function separatorOf(text: string): ',' | ';' {
  const head = text.slice(0, text.search(/\r?\n|$/));
  return head.includes(';') && !head.includes(',') ? ';' : ',';
}

interface CsvRecord {
  readonly cells: readonly string[];
  readonly line: number;
}

function splitRecords(text: string, separator: string): Result<readonly CsvRecord[]> {
  const records: CsvRecord[] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let line = 1;
  let started = 1;
  const endRecord = () => {
    cells.push(cell);
    if (cells.length > 1 || cells[0]!.trim() !== '') records.push({ cells, line: started });
    cells = [];
    cell = '';
  };
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i]!;
    if (character === '\n') line += 1;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (character === '"' && cell.trim() === '') {
      quoted = true;
      cell = '';
    } else if (character === separator) {
      cells.push(cell);
      cell = '';
    } else if (character === '\n') {
      endRecord();
      started = line;
    } else if (character !== '\r') cell += character;
  }
  if (quoted) return fail('validation_failed', `line ${started}: a quote is not closed`);
  if (cell !== '' || cells.length > 0) endRecord();
  return ok(records);
}
