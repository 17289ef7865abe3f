/** What every repository function takes first: the database or a transaction on it. */
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../schema.ts';

export type Db = Kysely<Database>;
export type Row<T extends keyof Database> = Selectable<Database[T]>;

/** Which slice of a list: by page with a total, or by cursor at a cost that does not grow with the table. */
export type Slice =
  | { readonly by: 'page'; readonly page: number; readonly limit: number }
  | { readonly by: 'cursor'; readonly after: Cursor | null; readonly limit: number };

/** Keyset position: the sort instant and the id that breaks ties. */
export interface Cursor {
  readonly at: string;
  readonly id: string;
}

export interface ListPart<R> {
  readonly rows: readonly R[];
  /** null when sliced by cursor. */
  readonly total: number | null;
  readonly next: Cursor | null;
}
