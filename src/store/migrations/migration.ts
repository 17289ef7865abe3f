import type { Kysely } from 'kysely';
import type { SchemaDialect } from '../schema-dialect.ts';

/** One step forward; there is no way back. `id` is its number, for ever. */
export interface Migration {
  readonly id: number;
  readonly name: string;
  up(db: Kysely<unknown>, dialect: SchemaDialect): Promise<void>;
}
