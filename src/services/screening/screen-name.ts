/** One name against every list in force. Without a list there is no answer: never "no hits". */
import { fail, type Result } from '../../contract/result.ts';
import type { ListEntry, ScreeningAnswer, ScreeningQuery } from '../../contract/screening.ts';
import type { ServiceContext } from '../context.ts';

export interface ScreenNameInput extends ScreeningQuery {
  readonly orgId: string;
}

/** Errors: `lists_unavailable` (no list loaded, or a required one is missing), `validation_failed` (no name to speak of). */
export async function screenName(_ctx: ServiceContext, _input: ScreenNameInput): Promise<Result<ScreeningAnswer>> {
  return Promise.resolve(fail('lists_unavailable', 'no list is loaded: import one with loket lists import'));
}

/** The entry a hit pointed to, by its id. Errors: `not_found`, `lists_unavailable`. */
export async function findListing(
  _ctx: ServiceContext,
  _input: { readonly orgId: string; readonly entryId: string },
): Promise<Result<ListEntry>> {
  return Promise.resolve(fail('lists_unavailable', 'no list is loaded: import one with loket lists import'));
}
