/**
 * OFAC Specially Designated Nationals: the three CSV files (`sdn.csv` with `alt.csv` and `add.csv` beside it, no heads,
 * `-0-` for nothing) and the classic `sdn.xml`.
 */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ListTopic, SubjectType } from '../../contract/screening.ts';
import { csvRows } from './csv-rows.ts';
import { ListProblem } from './list-problem.ts';
import { rawEntry, readListDate, type ListHeader, type RawEntry } from './raw-entry.ts';
import { elementsAt, textAt, textsAt, xmlElements, type Element } from './xml-elements.ts';

const shape = { delimiter: ',', endMark: true } as const;

export async function* readOfacCsv(path: string): AsyncGenerator<RawEntry> {
  const aliases = await besides(path, 'alt.csv', 5, (row) => value(row[3]));
  const addresses = await besides(path, 'add.csv', 5, (row) =>
    [row[2], row[3], row[4]].map(value).filter(Boolean).join(', '),
  );
  for await (const { line, values } of csvRows(path, shape)) {
    const [id = '', name = '', type = ''] = values.map(value);
    if (values.length < 12 || !/^\d+$/u.test(id))
      throw new ListProblem('list_wrong_format', 'a row of sdn.csv has twelve columns and begins with a number', line);
    const remarks = value(values[11]);
    const programme = value(values[3]);
    const entry = rawEntry({
      sourceId: id,
      type: typeOf(type),
      names: [name, ...(aliases.get(id) ?? []), ...akaOf(remarks)],
      topics: topicsOf(programme),
      birthDates: all(remarks, /DOB ([^;.]+)/gu).map(readListDate),
      birthPlaces: all(remarks, /POB ([^;.]+)/gu),
      countries: all(remarks, /(?:nationality|citizen) ([^;.]+)/gu),
      idNumbers: all(remarks, /(?:Passport|National ID No\.|Identification Number|Tax ID No\.) ([A-Z0-9-]+)/gu),
      addresses: addresses.get(id) ?? [],
      programme,
      remarks,
    });
    if (entry !== null) yield entry;
  }
}

function value(text: string | undefined): string {
  const clean = (text ?? '').trim();
  return clean === '-0-' ? '' : clean;
}

function typeOf(text: string): SubjectType {
  return text.toLowerCase() === 'individual' ? 'person' : 'entity';
}

/** SDGT and FTO are counter-terrorism, NPWMD is proliferation of weapons of mass destruction. */
function topicsOf(programme: string): readonly ListTopic[] {
  const topics: ListTopic[] = ['sanction'];
  if (/\b(?:SDGT|FTO|SDT)\b/u.test(programme)) topics.push('terrorism');
  if (/NPWMD/u.test(programme)) topics.push('proliferation');
  return topics;
}

function all(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map((found) => (found[1] ?? '').trim());
}

function akaOf(remarks: string): readonly string[] {
  return all(remarks, /(?:a|f)\.k\.a\. '([^']+)'/gu);
}

/** Rows of the file beside by number; empty when it is not there. */
async function besides(
  path: string,
  name: string,
  columns: number,
  read: (row: readonly string[]) => string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  const folder = dirname(path);
  const sibling = siblingsOf(folder).find((one) => one.toLowerCase() === name);
  if (sibling === undefined) return found;
  for await (const { line, values } of csvRows(join(folder, sibling), shape)) {
    const id = value(values[0]);
    if (values.length < columns || !/^\d+$/u.test(id))
      throw new ListProblem(
        'list_wrong_format',
        `a row of ${name} has ${columns} columns and begins with a number`,
        line,
      );
    const known = found.get(id);
    if (known === undefined) found.set(id, [read(values)]);
    else known.push(read(values));
  }
  return found;
}

function siblingsOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

export async function* readOfacXml(path: string, header: ListHeader): AsyncGenerator<RawEntry> {
  const wanted = new Set(['publshInformation', 'sdnEntry']);
  for await (const element of xmlElements(path, { root: 'sdnList', wanted })) {
    if (element.name === 'publshInformation') header.publishedAt = published(textAt(element, 'Publish_Date'));
    if (element.name !== 'sdnEntry') continue;
    const entry = xmlEntry(element);
    if (entry !== null) yield entry;
  }
}

/** `MM/DD/YYYY`, the American way. */
function published(text: string): string | null {
  const found = /^(\d{2})\/(\d{2})\/(\d{4})$/u.exec(text);
  return found === null ? null : `${found[3]}-${found[1]}-${found[2]}`;
}

function xmlEntry(element: Element): RawEntry | null {
  const uid = textAt(element, 'uid');
  if (uid === '') throw new ListProblem('list_malformed', 'an sdnEntry has no uid', element.line);
  const programme = textsAt(element, 'programList', 'program').join(' ');
  return rawEntry({
    sourceId: uid,
    type: typeOf(textAt(element, 'sdnType')),
    names: [nameOf(element), ...elementsAt(element, 'akaList', 'aka').map(nameOf)],
    topics: topicsOf(programme),
    birthDates: textsAt(element, 'dateOfBirthList', 'dateOfBirthItem', 'dateOfBirth').map(readListDate),
    birthPlaces: textsAt(element, 'placeOfBirthList', 'placeOfBirthItem', 'placeOfBirth'),
    countries: [
      ...textsAt(element, 'nationalityList', 'nationality', 'country'),
      ...textsAt(element, 'citizenshipList', 'citizenship', 'country'),
    ],
    idNumbers: textsAt(element, 'idList', 'id', 'idNumber'),
    addresses: elementsAt(element, 'addressList', 'address').map((one) =>
      [textAt(one, 'address1'), textAt(one, 'city'), textAt(one, 'country')].filter(Boolean).join(', '),
    ),
    programme,
    remarks: textAt(element, 'remarks'),
  });
}

function nameOf(element: Element): string {
  return `${textAt(element, 'firstName')} ${textAt(element, 'lastName')}`.trim();
}
