/** The list envelope, and the cursor text of a keyset position. */
import { fail, ok, type Result } from '../contract/result.ts';
import type { Cursor, ListPart, Slice } from '../store/repositories/types.ts';

const defaultLimit = 20;

export interface ListInput {
  readonly page?: number | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

function decodeCursor(text: string): Cursor | null {
  try {
    const [at, id] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[];
    return typeof at === 'string' && typeof id === 'string' && at.length <= 40 && id.length <= 64 ? { at, id } : null;
  } catch {
    return null;
  }
}

export function encodeCursor(cursor: Cursor | null): string | null {
  return cursor === null ? null : Buffer.from(JSON.stringify([cursor.at, cursor.id])).toString('base64url');
}

/** Errors: `validation_failed` for a cursor we did not make. */
export function sliceOf(query: ListInput): Result<Slice> {
  const limit = query.limit ?? defaultLimit;
  if (query.cursor === undefined) return ok({ by: 'page', page: query.page ?? 1, limit });
  if (query.cursor === '') return ok({ by: 'cursor', after: null, limit });
  const after = decodeCursor(query.cursor);
  if (after === null)
    return fail('validation_failed', 'validation failed', { fieldErrors: { cursor: ['not a cursor of this list'] } });
  return ok({ by: 'cursor', after, limit });
}

export function listBody<R>(part: ListPart<R>, slice: Slice) {
  const data = [...part.rows];
  if (slice.by === 'cursor') return { data, limit: slice.limit, meta: { nextCursor: encodeCursor(part.next) } };
  const total = part.total ?? 0;
  return {
    data,
    total,
    page: slice.page,
    limit: slice.limit,
    meta: { pages: Math.ceil(total / slice.limit), nextCursor: null },
  };
}

/**
 * What a query filters by: without its paging (a filter that names none of its own members takes the kept total instead
 * of counting), instants in stored form (UTC, milliseconds), so that text compares like time.
 */
export function filterOf<T extends ListInput & Readonly<Record<string, unknown>>>(query: T): Omit<T, keyof ListInput> {
  const { page: _page, limit: _limit, cursor: _cursor, ...filter } = query;
  const fixed: Record<string, unknown> = filter;
  for (const name of ['updatedAfter', 'from', 'to']) {
    const value = fixed[name];
    if (typeof value === 'string') fixed[name] = new Date(value).toISOString();
  }
  return filter;
}
