import { pageSize, type PageOf } from '../../../contract/desk/admin-calls.ts';
import type { ListPart, Slice } from '../../../store/repositories/types.ts';

export function pageSlice(page: number | undefined): Slice & { readonly by: 'page' } {
  return { by: 'page', page: page ?? 1, limit: pageSize };
}

export function pageOf<A, B>(part: ListPart<A>, page: number | undefined, map: (row: A) => B): PageOf<B> {
  return { rows: part.rows.map(map), total: part.total ?? part.rows.length, page: page ?? 1 };
}
