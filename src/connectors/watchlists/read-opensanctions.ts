/**
 * OpenSanctions: `targets.simple.csv` (one row a target, values joined by `;`) and FollowTheMoney JSON lines
 * (`entities.ftm.json`, one entity a line, relations as entities of their own).
 */
import { createInterface } from 'node:readline';
import type { ListEntry, ListRelation, ListTopic, RelationKind } from '../../contract/screening.ts';
import { asProblem, csvRecords, decoded } from './csv-rows.ts';
import { ListProblem } from './list-problem.ts';
import { rawEntry, readListDate, type RawEntry } from './raw-entry.ts';

const personSchemas = new Set(['Person']);
const entitySchemas = new Set(['Organization', 'Company', 'LegalEntity', 'PublicBody', 'Asset', 'Vessel', 'Airplane']);

export async function* readSimpleCsv(path: string): AsyncGenerator<RawEntry> {
  for await (const { get } of csvRecords(path, { delimiter: ',' }, ['id', 'schema', 'name', 'aliases', 'birth_date'])) {
    const schema = get('schema');
    if (!personSchemas.has(schema) && !entitySchemas.has(schema)) continue;
    const sanctions = get('sanctions');
    const entry = rawEntry({
      sourceId: get('id'),
      type: personSchemas.has(schema) ? 'person' : 'entity',
      names: [get('name'), ...many(get('aliases'))],
      topics: simpleTopics(sanctions, get('dataset')),
      birthDates: many(get('birth_date')).map(readListDate),
      countries: many(get('countries')),
      idNumbers: many(get('identifiers')),
      addresses: many(get('addresses')),
      programme: sanctions,
      remarks: get('dataset'),
    });
    if (entry !== null) yield entry;
  }
}

function many(text: string): readonly string[] {
  return text.split(';');
}

function simpleTopics(sanctions: string, datasets: string): readonly ListTopic[] {
  const topics: ListTopic[] = [];
  if (sanctions.trim() !== '') topics.push('sanction');
  if (/\b(?:pep|politician|parliament|position)/iu.test(datasets)) topics.push('pep');
  return topics.length === 0 ? ['other'] : topics;
}

interface FtmEntity {
  readonly id: string;
  readonly schema: string;
  readonly properties: Readonly<Record<string, readonly unknown[]>>;
  readonly datasets?: readonly string[];
}

/** Which property names the one side and the other; what the first is to the second is told by `kinds`. */
const edges: Readonly<Record<string, readonly [from: string, to: string]>> = {
  Ownership: ['owner', 'asset'],
  Directorship: ['director', 'organization'],
  Membership: ['member', 'organization'],
  Employment: ['employee', 'employer'],
  Representation: ['agent', 'client'],
  Family: ['person', 'relative'],
  Associate: ['person', 'associate'],
  UnknownLink: ['subject', 'object'],
};

const kinds: Readonly<Record<string, RelationKind>> = { Ownership: 'shareholder', Directorship: 'director' };

interface Tie {
  readonly role: string;
  readonly other: string;
  readonly kind: RelationKind;
}

/** What is kept of the other side of a tie. */
type Tied = Pick<ListRelation, 'name' | 'topics' | 'type'>;

/** Three passes, so that only the tied names are held in memory: ties, names of the tied, entries. */
export async function* readFtm(path: string): AsyncGenerator<RawEntry> {
  const ties = new Map<string, Tie[]>();
  for await (const entity of ftmEntities(path)) collectTie(entity, ties);
  const known = new Map<string, Tied>();
  if (ties.size > 0) {
    const tied = new Set([...ties.values()].flat().map((tie) => tie.other));
    for await (const entity of ftmEntities(path))
      if (tied.has(entity.id))
        known.set(entity.id, {
          name: texts(entity, 'name')[0] ?? '',
          topics: ftmTopics(entity),
          type: personSchemas.has(entity.schema) ? 'person' : 'entity',
        });
  }
  for await (const entity of ftmEntities(path)) {
    const entry = ftmEntry(entity, relationsOf(ties.get(entity.id) ?? [], known));
    if (entry !== null) yield entry;
  }
}

function collectTie(entity: FtmEntity, ties: Map<string, Tie[]>): void {
  const sides = edges[entity.schema];
  if (sides === undefined) return;
  for (const from of texts(entity, sides[0])) {
    for (const to of texts(entity, sides[1])) {
      const role = texts(entity, 'role')[0] ?? texts(entity, 'relationship')[0] ?? entity.schema;
      const kind = kinds[entity.schema] ?? 'other';
      for (const [one, other, is] of [
        [from, to, kind === 'other' ? kind : 'holding'],
        [to, from, kind],
      ] as const) {
        const known = ties.get(one) ?? [];
        if (known.length < 200) known.push({ role, other, kind: is });
        ties.set(one, known);
      }
    }
  }
}

function relationsOf(ties: readonly Tie[], known: ReadonlyMap<string, Tied>): readonly ListRelation[] {
  return ties.flatMap(({ role, other, kind }) => {
    const who = known.get(other);
    return who === undefined || who.name === '' ? [] : [{ role, ...who, entryId: other, kind }];
  });
}

function ftmEntry(entity: FtmEntity, relations: ListEntry['relations']): RawEntry | null {
  const person = personSchemas.has(entity.schema);
  if (!person && !entitySchemas.has(entity.schema)) return null;
  const of = (...names: readonly string[]): readonly string[] => names.flatMap((name) => texts(entity, name));
  return rawEntry({
    sourceId: entity.id,
    type: person ? 'person' : 'entity',
    names: of('name', 'alias', 'weakAlias', 'previousName'),
    topics: ftmTopics(entity),
    birthDates: of(person ? 'birthDate' : 'incorporationDate').map(readListDate),
    birthPlaces: of('birthPlace'),
    countries: person ? of('nationality', 'citizenship', 'country') : of('jurisdiction', 'country', 'mainCountry'),
    idNumbers: of('idNumber', 'passportNumber', 'taxNumber', 'registrationNumber', 'leiCode', 'imoNumber'),
    addresses: of('address'),
    programme: of('program', 'programId').join('; '),
    remarks: of('position', 'notes').join('; '),
    relations,
  });
}

function ftmTopics(entity: FtmEntity): readonly ListTopic[] {
  const topics = texts(entity, 'topics').map((topic): ListTopic => {
    if (topic.startsWith('sanction')) return 'sanction';
    if (topic === 'crime.terror') return 'terrorism';
    if (topic === 'role.pep' || topic === 'gov' || topic === 'role.pol') return 'pep';
    if (topic === 'role.rca') return 'relation';
    return 'other';
  });
  return topics.length === 0 ? ['other'] : topics;
}

function texts(entity: FtmEntity, property: string): readonly string[] {
  return (entity.properties[property] ?? []).filter((value): value is string => typeof value === 'string');
}

const mostLine = 8 * 1024 * 1024;

async function* ftmEntities(path: string): AsyncGenerator<FtmEntity> {
  const input = decoded(path, 'utf-8');
  let failure: unknown = null;
  input.on('error', (error) => (failure = error));
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  let line = 0;
  try {
    for await (const text of lines) {
      line += 1;
      if (text.trim() === '') continue;
      if (text.length > mostLine) throw new ListProblem('list_too_large', 'a line is longer than 8 MiB', line);
      yield entityOf(text, line);
    }
  } catch (error) {
    throw asProblem(error);
  } finally {
    lines.close();
    input.destroy();
  }
  if (failure !== null) throw asProblem(failure);
}

function entityOf(text: string, line: number): FtmEntity {
  let value: Partial<FtmEntity> | null;
  try {
    value = JSON.parse(text) as Partial<FtmEntity> | null;
  } catch {
    const torn = !text.trimEnd().endsWith('}');
    throw new ListProblem(
      torn ? 'list_truncated' : 'list_malformed',
      torn ? 'the file ends in the middle of an entity' : 'a line is not JSON',
      line,
    );
  }
  const { id, schema, properties } = value ?? {};
  const fits =
    typeof id === 'string' && typeof schema === 'string' && typeof properties === 'object' && properties !== null;
  if (!fits || !Object.values(properties).every(Array.isArray))
    throw new ListProblem('list_wrong_format', 'a line is not a FollowTheMoney entity', line);
  return value as FtmEntity;
}
