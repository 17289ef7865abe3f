/**
 * A way past Kysely's connection machinery for the reads every request begins with: on SQLite a query is a synchronous call,
 * and a dozen promises around it cost more than the answer. Only while nobody is inside a transaction.
 */

/** Rows of a compiled query; null while the connection is in use: then the caller takes its turn like everybody. */
export type DirectRead = (text: string, parameters: readonly unknown[]) => readonly unknown[] | null;

/** By the engine's adapter, which a store and its transactions share. PostgreSQL has none. */
export const directReads = new WeakMap<object, DirectRead>();
