/**
 * The queries every request asks are built and compiled once per engine and then run with other values: building and
 * compiling cost several times what SQLite takes to answer.
 */
import type { CompiledQuery } from 'kysely';
import { directReads } from '../direct-reads.ts';
import type { Db } from './types.ts';

type Value = string | number | null;

interface Template {
  readonly query: CompiledQuery;
  /** Per parameter: the value's index, or the constant the query was built with. */
  readonly slots: readonly ({ readonly at: number } | { readonly constant: unknown })[];
}

/** By engine (a store and its transactions share the adapter), then by name. */
const templates = new WeakMap<object, Map<string, Template>>();

const marks = (values: readonly Value[]): Value[] =>
  values.map((value, at) => (typeof value === 'number' ? -9_007_000_000_000 - at : `\u0001compiled-once ${at}\u0001`));

/**
 * Runs the query `build` makes. `name` stands for its text: the same name must always build the same text, whatever the
 * values are. `build` sees marks instead of the values and must put each into the query as a parameter. A value that may
 * be null is marked as a text.
 */
export async function compiledOnce<R>(
  db: Db,
  name: string,
  values: readonly Value[],
  build: (values: readonly Value[]) => { compile(): CompiledQuery<R> },
): Promise<readonly R[]> {
  const engine = db.getExecutor().adapter;
  let known = templates.get(engine);
  if (known === undefined) templates.set(engine, (known = new Map<string, Template>()));
  let template = known.get(name);
  if (template === undefined) known.set(name, (template = templateOf(values, build)));
  const parameters = template.slots.map((slot) => ('at' in slot ? values[slot.at] : slot.constant));
  const direct = db.isTransaction ? undefined : directReads.get(engine);
  const read = direct?.(template.query.sql, parameters) ?? null;
  if (read !== null) return read as readonly R[];
  const { rows } = await db.executeQuery<R>({ ...template.query, parameters } as CompiledQuery<R>);
  return rows;
}

function templateOf<R>(
  values: readonly Value[],
  build: (values: readonly Value[]) => { compile(): CompiledQuery<R> },
): Template {
  const marked = marks(values);
  const query = build(marked).compile();
  const slots = query.parameters.map((parameter) => {
    const at = marked.indexOf(parameter as Value);
    return at === -1 ? { constant: parameter } : { at };
  });
  const used = new Set(slots.flatMap((slot) => ('at' in slot ? [slot.at] : [])));
  if (used.size !== values.length) throw new Error('compiledOnce: every value must become a parameter');
  return { query, slots };
}
