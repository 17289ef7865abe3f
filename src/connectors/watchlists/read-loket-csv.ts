/** A bank's own list (PEP, blocklist): the CSV that `resources/docs/lists.md` documents. */
import { listTopics, type ListTopic } from '../../contract/screening.ts';
import { csvRecords } from './csv-rows.ts';
import { ListProblem } from './list-problem.ts';
import { rawEntry, readListDate, type RawEntry } from './raw-entry.ts';

export async function* readLoketCsv(path: string): AsyncGenerator<RawEntry> {
  for await (const { line, get } of csvRecords(path, { delimiter: ',' }, ['id', 'type', 'name', 'topics'])) {
    const type = get('type').trim();
    if (type !== 'person' && type !== 'entity')
      throw new ListProblem('list_malformed', 'type is person or entity', line);
    const id = get('id').trim();
    if (id === '') throw new ListProblem('list_malformed', 'id is missing', line);
    const topics = many(get('topics'));
    if (topics.length === 0 || !topics.every(isTopic))
      throw new ListProblem('list_malformed', `topics are some of ${listTopics.join(', ')}`, line);
    const entry = rawEntry({
      sourceId: id,
      type,
      names: [get('name'), ...many(get('aliases'))],
      topics: topics as ListTopic[],
      birthDates: many(get('birth_date')).map((text) => dateOf(text, line)),
      birthPlaces: many(get('birth_place')),
      countries: many(get('country')),
      idNumbers: many(get('id_numbers')),
      addresses: many(get('addresses')),
      programme: get('programme'),
      remarks: get('remarks'),
      relations: many(get('relations')).map((text) => relationOf(text, line)),
    });
    if (entry === null) throw new ListProblem('list_malformed', 'name is missing', line);
    yield entry;
  }
}

function many(text: string): readonly string[] {
  return text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function isTopic(text: string): text is ListTopic {
  return (listTopics as readonly string[]).includes(text);
}

function dateOf(text: string, line: number) {
  const date = /^\d{4}(?:-\d{2}){0,2}$/u.test(text) ? readListDate(text) : null;
  if (date === null) throw new ListProblem('list_malformed', 'birth_date is YYYY, YYYY-MM or YYYY-MM-DD', line);
  return date;
}

/** `role:name` or `role:name:topic`. */
function relationOf(text: string, line: number): RawEntry['relations'][number] {
  const [role = '', name = '', topic = 'pep'] = text.split(':').map((part) => part.trim());
  if (role === '' || name === '' || !isTopic(topic))
    throw new ListProblem('list_malformed', 'a relation is role:name or role:name:topic', line);
  return { role, name, topics: [topic] };
}
