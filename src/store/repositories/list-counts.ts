/** Totals that cost nothing to ask: kept by the database beside the rows (`list_counts`). */
import { compiledOnce } from './compiled-once.ts';
import type { Db } from './types.ts';

type Counted = 'verifications' | 'customers' | 'audit_log' | 'tier_events' | 'enrolments' | 'review_cases';

/** The two members a list is counted by; a filter by anything else has to count. */
export interface CountedBy {
  readonly a?: string | undefined;
  readonly b?: string | undefined;
}

/** How many rows of the organisation's list there are, all or with these members. */
export async function listCount(db: Db, orgId: string, list: Counted, by: CountedBy = {}): Promise<number> {
  const given = (['a', 'b'] as const).filter((name) => by[name] !== undefined);
  const values = [orgId, list, ...given.map((name) => by[name] ?? '')];
  const [row] = await compiledOnce(db, `list-count:${given.join('')}`, values, ([org, name, ...rest]) => {
    let query = db
      .selectFrom('list_counts')
      .select((e) => e.fn.sum<number | string | null>('n').as('n'))
      .where('org_id', '=', String(org))
      .where('list', '=', String(name));
    given.forEach((column, at) => (query = query.where(column, '=', String(rest[at]))));
    return query;
  });
  return Number(row?.n ?? 0);
}

/** For `listPart`: undefined where one of `others` filters too, so that the rows themselves must be counted. */
export function countsOf(
  db: Db,
  orgId: string,
  list: Counted,
  by: CountedBy,
  others: readonly unknown[],
): (() => Promise<number>) | undefined {
  return others.some((filter) => filter !== undefined) ? undefined : () => listCount(db, orgId, list, by);
}
