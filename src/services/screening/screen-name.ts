/** One name against every list in force. Without a list there is no answer: never "no hits". */
import { fail, ok, type Result } from '../../contract/result.ts';
import type { ScreeningAnswer, ScreeningHit, ScreeningQuery } from '../../contract/screening.ts';
import { explainHit } from '../../core/screening/explain-hit.ts';
import { readDate } from '../../core/screening/judge-facts.ts';
import type { ServiceContext } from '../context.ts';
import { screenRelated } from './screen-related.ts';
import { searchLists } from './search-lists.ts';
import { entryAt, openWatchlists, type Watchlists } from './watchlists.ts';

export interface ScreenNameInput extends ScreeningQuery {
  readonly orgId: string;
}

const defaultLimit = 20;

/** Errors: `lists_unavailable` (no list loaded, or a required one is missing), `validation_failed` (no name to speak of). */
export async function screenName(ctx: ServiceContext, input: ScreenNameInput): Promise<Result<ScreeningAnswer>> {
  if (input.dob !== undefined && readDate(input.dob) === 0)
    return fail('validation_failed', 'a date is YYYY, YYYY-MM or YYYY-MM-DD');
  const opened = await openWatchlists(ctx, input.orgId);
  if (!opened.ok) return opened;
  const answer = await ask(ctx, opened.value, input);
  if (answer !== 'outdated') return answer;
  // The issue gave way to the next between search and reading: ask that one.
  const fresh = await openWatchlists(ctx, input.orgId, { fresh: true });
  if (!fresh.ok) return fresh;
  const again = await ask(ctx, fresh.value, input);
  return again === 'outdated' ? fail('lists_unavailable', 'the lists are being changed, ask again') : again;
}

async function ask(
  ctx: ServiceContext,
  watchlists: Watchlists,
  query: ScreeningQuery,
): Promise<Result<ScreeningAnswer> | 'outdated'> {
  const began = performance.now();
  const searched = searchLists(watchlists, query);
  if (searched === null) return fail('validation_failed', 'the name holds no letter');
  const { found, threshold } = searched;
  const hits: ScreeningHit[] = [];
  for (const { list, asked, hit } of found.slice(0, query.limit ?? defaultLimit)) {
    const entry = await entryAt(ctx, list.pack, hit.entry);
    if (entry === null) return 'outdated';
    const why = explainHit(list.index, asked, entry);
    hits.push({ entry, score: Math.round(hit.score), nameScore: Math.round(hit.nameScore), ...why });
  }
  const answered = query.type === 'entity' ? await screenRelated(ctx, watchlists, hits, threshold) : hits;
  if (answered === 'outdated') return answered;
  return ok({ hits: answered, threshold, lists: watchlists.references, tookMs: performance.now() - began });
}
