import type { Kysely } from 'kysely';
import type { SchemaDialect } from '../schema-dialect.ts';

/** One step forward; there is no way back. `id` is its number, for ever. */
export interface Migration {
  readonly id: number;
  readonly name: string;
  /**
   * What programs that do not know this step may do beside it, in a rolling upgrade (resources/docs/hub.md). `expand`: go
   * on as before, because it only adds. `{ contract: id }`: go on if they know step `id`, the one whose program stopped
   * using what is taken away here. Absent: stop.
   */
  readonly beside?: 'expand' | { readonly contract: number };
  up(db: Kysely<unknown>, dialect: SchemaDialect): Promise<void>;
}
