/**
 * Directors and shareholders of the companies that were found, each against the lists in force. Only those a list names
 * are looked at; where it names none, nothing is added.
 */
import type {
  ListEntry,
  ListRelation,
  RelatedMatch,
  RelatedParty,
  ScreeningHit,
  ScreeningQuery,
  SubjectType,
} from '../../contract/screening.ts';
import { explainHit } from '../../core/screening/explain-hit.ts';
import { relationKind } from '../../core/screening/relation-kind.ts';
import type { ServiceContext } from '../context.ts';
import { searchLists } from './search-lists.ts';
import { entryAt, type Watchlists } from './watchlists.ts';

/** Names looked up for one answer (a group of companies has hundreds), and entries read for one name. */
const most = { names: 100, entries: 20, matches: 5 } as const;

interface Match extends RelatedMatch {
  readonly entry: ListEntry;
}

/** The hits with their `related`; `outdated` when an issue gave way meanwhile. */
export async function screenRelated(
  ctx: ServiceContext,
  watchlists: Watchlists,
  hits: readonly ScreeningHit[],
  threshold: number,
): Promise<readonly ScreeningHit[] | 'outdated'> {
  const answered: ScreeningHit[] = [];
  let left: number = most.names;
  for (const hit of hits) {
    const related: RelatedParty[] = [];
    for (const relation of hit.entry.relations) {
      const kind = relationKind(relation);
      if (kind !== 'director' && kind !== 'shareholder') continue;
      const searched = left > 0;
      left -= 1;
      const matches = searched ? await matchesOf(ctx, watchlists, hit.entry.listId, relation, threshold) : [];
      if (matches === 'outdated') return matches;
      const { name, role, topics } = relation;
      const pep = [topics, ...matches.map((match) => match.topics)].some((one) => one.includes('pep'));
      related.push({ name, role, kind, listId: hit.entry.listId, topics, matches, searched, pep });
    }
    answered.push({ ...hit, related, relatedPep: related.some(({ pep }) => pep) });
  }
  return answered;
}

/** The other's own entry settles who is meant: its namesakes in that list are others, its birth judges other lists. */
async function matchesOf(
  ctx: ServiceContext,
  watchlists: Watchlists,
  listId: string,
  relation: ListRelation,
  threshold: number,
): Promise<readonly RelatedMatch[] | 'outdated'> {
  const query = { name: relation.name, threshold };
  const tying = watchlists.lists.filter(({ pack }) => pack.list_id === listId);
  const others = watchlists.lists.filter(({ pack }) => pack.list_id !== listId);
  const near = await look(ctx, tying, query, relation, listId);
  if (near === 'outdated') return near;
  const own = near.find((match) => match.own);
  const far = await look(ctx, others, { ...query, ...factsOf(own?.entry) }, relation, listId);
  if (far === 'outdated') return far;
  const all = [...(own === undefined ? near : [own]), ...far.toSorted((a, b) => b.score - a.score)];
  return all.slice(0, most.matches).map(({ entry: _entry, ...match }) => match);
}

/** One birth date can be asked about; with several nothing is contradicted. */
function factsOf(entry: ListEntry | undefined): Pick<ScreeningQuery, 'dob'> {
  const [date, ...more] = entry?.birthDates ?? [];
  if (date === undefined || more.length > 0) return {};
  const two = (part: number): string => `-${String(part).padStart(2, '0')}`;
  const { year, month, day } = date;
  return {
    dob: `${year}${month === undefined ? '' : two(month)}${month === undefined || day === undefined ? '' : two(day)}`,
  };
}

async function look(
  ctx: ServiceContext,
  lists: Watchlists['lists'],
  query: Omit<ScreeningQuery, 'type'>,
  relation: ListRelation,
  tyingList: string,
): Promise<readonly Match[] | 'outdated'> {
  const types: readonly SubjectType[] = relation.type === undefined ? ['person', 'entity'] : [relation.type];
  const found = types.flatMap((type) => searchLists({ lists }, { ...query, type })?.found ?? []);
  const matches: Match[] = [];
  for (const { list, asked, hit } of found.toSorted((a, b) => b.hit.score - a.hit.score).slice(0, most.entries)) {
    const entry = await entryAt(ctx, list.pack, hit.entry);
    if (entry === null) return 'outdated';
    const { matchedName } = explainHit(list.index, asked, entry);
    const { id: entryId, listId, topics } = entry;
    const own = listId === tyingList && entry.sourceId === relation.entryId;
    matches.push({ entryId, listId, matchedName, score: Math.round(hit.score), topics, own, entry });
  }
  return matches;
}
