/** The consolidated financial sanctions list of the European Union: CSV with semicolons, several rows to an entity. */
import type { ListTopic } from '../../contract/screening.ts';
import { csvRecords } from './csv-rows.ts';
import { partial, rawEntry, readListDate, type ListHeader, type RawEntry, type RawParts } from './raw-entry.ts';

interface Gathered {
  readonly id: string;
  readonly type: RawParts['type'];
  readonly names: string[];
  readonly birthDates: NonNullable<RawParts['birthDates']>[number][];
  readonly birthPlaces: string[];
  readonly countries: string[];
  readonly idNumbers: string[];
  readonly addresses: string[];
  programme: string;
  remarks: string;
}

export async function* readEu(path: string, header: ListHeader): AsyncGenerator<RawEntry> {
  const required = ['Entity_LogicalId', 'Entity_SubjectType', 'NameAlias_WholeName'];
  let current: Gathered | null = null;
  for await (const { get } of csvRecords(path, { delimiter: ';' }, required)) {
    const generated = readListDate(get('fileGenerationDate'));
    if (header.publishedAt === null && generated?.day !== undefined)
      header.publishedAt = `${generated.year}-${two(generated.month)}-${two(generated.day)}`;
    const id = get('Entity_LogicalId').trim();
    if (current !== null && current.id !== id) yield* finished(current);
    if (current?.id !== id) current = gathered(id, get('Entity_SubjectType'));
    gather(current, get);
  }
  if (current !== null) yield* finished(current);
}

function gathered(id: string, kind: string): Gathered {
  const type = /^p(?:erson)?$/iu.test(kind.trim()) ? 'person' : 'entity';
  const empty = { names: [], birthDates: [], birthPlaces: [], countries: [], idNumbers: [], addresses: [] };
  return { id, type, ...empty, programme: '', remarks: '' };
}

function gather(entity: Gathered, get: (column: string) => string): void {
  const whole = get('NameAlias_WholeName');
  const parts = [get('NameAlias_FirstName'), get('NameAlias_MiddleName'), get('NameAlias_LastName')].filter(Boolean);
  entity.names.push(whole === '' ? parts.join(' ') : whole);
  const date = readListDate(get('BirthDate_BirthDate'));
  entity.birthDates.push(date ?? partial(get('BirthDate_Year'), get('BirthDate_Month'), get('BirthDate_Day')));
  entity.birthPlaces.push(get('BirthDate_City') || get('BirthDate_Place'));
  entity.countries.push(get('Citizenship_CountryIso2Code'));
  entity.idNumbers.push(get('Identification_Number'));
  entity.addresses.push(
    [get('Address_Street'), get('Address_City'), get('Address_CountryIso2Code')].filter(Boolean).join(', '),
  );
  entity.programme ||= get('Entity_Regulation_Programme');
  entity.remarks ||= get('Entity_Remark');
}

function* finished({ id, ...entity }: Gathered): Generator<RawEntry> {
  const topics: ListTopic[] = ['sanction'];
  if (/\b(?:TAQA|TERR)\b/u.test(entity.programme)) topics.push('terrorism');
  if (/\b(?:PRK|IRN)\b/u.test(entity.programme)) topics.push('proliferation');
  const entry = rawEntry({ sourceId: id, topics, ...entity });
  if (entry !== null) yield entry;
}

function two(value: number | undefined): string {
  return String(value ?? 1).padStart(2, '0');
}
