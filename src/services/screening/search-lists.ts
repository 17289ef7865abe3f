/** One question put to every list in force, before anything is read from the store. */
import type { ScreeningQuery } from '../../contract/screening.ts';
import { askIndex, searchIndex, type AskedName, type IndexHit } from '../../core/screening/search-index.ts';
import type { LoadedList, Watchlists } from './watchlists.ts';

interface FoundEntry {
  readonly list: LoadedList;
  readonly asked: AskedName;
  readonly hit: IndexHit;
}

/** Best first, with the threshold used (0–100); null: nothing of the name is a letter. */
export function searchLists(
  watchlists: Pick<Watchlists, 'lists'>,
  query: ScreeningQuery,
): { readonly found: readonly FoundEntry[]; readonly threshold: number } | null {
  const found: FoundEntry[] = [];
  let threshold = 0;
  for (const list of watchlists.lists) {
    const asked = askIndex(list.index, query);
    if (asked === null) return null;
    threshold = asked.threshold;
    for (const hit of searchIndex(list.index, asked)) found.push({ list, asked, hit });
  }
  found.sort((a, b) => b.hit.score - a.hit.score || b.hit.nameScore - a.hit.nameScore);
  return { found, threshold };
}
