/** One way to cut a list, shared by all list queries: newest first by (instant, id). */
import { sql, type SelectQueryBuilder } from 'kysely';
import type { Database } from '../schema.ts';
import type { Cursor, ListPart, Slice } from './types.ts';

/**
 * `at` and `id` are the sort columns. Newest first by page; by cursor oldest first, so that a puller who keeps the last
 * cursor sees each later change once (keyset, stable under inserts). `counted` knows the total of a page without
 * counting its rows (`countsOf`).
 */
export async function listPart<TB extends keyof Database, R extends { id: string }>(
  query: SelectQueryBuilder<Database, TB, R>,
  at: string,
  slice: Slice,
  counted?: () => Promise<number>,
): Promise<ListPart<R>> {
  const time = sql.ref<string>(at);
  const id = sql.ref<string>('id');
  if (slice.by === 'page') {
    const total = counted === undefined ? await countRows(query) : await counted();
    const rows = await query
      .orderBy(time, 'desc')
      .orderBy(id, 'desc')
      .limit(slice.limit)
      .offset((slice.page - 1) * slice.limit)
      .execute();
    return { rows: rows as R[], total, next: null };
  }
  const rows = await keyset(query, at, slice.after, slice.limit + 1).execute();
  return keysetPart(rows as R[], at, slice.limit);
}

async function countRows<TB extends keyof Database, R>(query: SelectQueryBuilder<Database, TB, R>): Promise<number> {
  const counted = await query
    .clearSelect()
    .select(sql<number>`count(*)`.as('n'))
    .executeTakeFirstOrThrow();
  return Number((counted as { n: number }).n);
}

/** The slice after a position, oldest first; one row more than is shown tells whether there are more. */
export function keyset<TB extends keyof Database, R>(
  query: SelectQueryBuilder<Database, TB, R>,
  at: string,
  after: Cursor | null,
  rows: number,
): SelectQueryBuilder<Database, TB, R> {
  const time = sql.ref<string>(at);
  const id = sql.ref<string>('id');
  const positioned = after === null ? query : query.where(sql<boolean>`(${time}, ${id}) > (${after.at}, ${after.id})`);
  return positioned.orderBy(time, 'asc').orderBy(id, 'asc').limit(rows);
}

export function keysetPart<R extends { id: string }>(rows: readonly R[], at: string, limit: number): ListPart<R> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1) as Record<string, unknown> | undefined;
  const next = rows.length > limit && last !== undefined ? { at: String(last[at]), id: String(last['id']) } : null;
  return { rows: shown, total: null, next };
}
