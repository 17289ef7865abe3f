/**
 * An index of turned templates through pgvector, on PostgreSQL where the extension is there. Derived from `enrolments`, which stays
 * the record: it may be dropped and is filled again, so it is no step of the schema. Triggers keep it true whoever
 * writes, also an older program: an active template waits here (`turned` null) until a process that holds the key turns it, a retired
 * or erased one loses its row in the same transaction.
 */
import { sql, type RawBuilder } from 'kysely';
import type { Db } from './repositories/types.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';

/** Why it cannot be used. `older`: before 0.8 a filtered search may come back with too few. */
export type NoVectors = 'sqlite' | 'not_installed' | 'older' | 'not_allowed';

export interface FaceVectors {
  readonly version: string;
  /** Organisations and models with templates that wait to be turned. */
  waiting(db: Db): Promise<readonly { readonly orgId: string; readonly modelId: string }[]>;
  /** Up to `limit` templates that wait to be turned. */
  due(db: Db, orgId: string, modelId: string, limit: number): Promise<readonly DueTemplate[]>;
  fill(db: Db, rows: readonly { readonly id: string; readonly turned: Float32Array }[]): Promise<void>;
  /** Ids of about the nearest, nearest first: approximate (HNSW). `db` is a transaction: the search's settings end with it. */
  nearest(db: Db, orgId: string, modelId: string, probe: Float32Array, limit: number): Promise<readonly string[]>;
  /** The graph, where it was dropped to fill the table quickly. */
  makeGraph(db: Db): Promise<void>;
  /** Takes what deleted rows left out of the table and out of the index. Never inside a transaction. */
  vacuum(db: Db): Promise<void>;
}

export interface DueTemplate {
  readonly id: string;
  readonly template: Uint8Array;
}

const dimensions = 512;
/** Candidates that one descent through the graph keeps: recall against time. */
const efSearch = 200;

/** Makes table, triggers and graph where they are not there yet; nothing else of the database changes. Throws `StoreError`. */
export async function openFaceVectors(store: Store): Promise<FaceVectors | NoVectors> {
  if (store.engine !== 'postgres') return 'sqlite';
  const offered = await sql<{ default_version: string; installed_version: string | null }>`
    select default_version, installed_version from pg_available_extensions where name = 'vector'`.execute(store.db);
  const version = offered.rows[0]?.installed_version ?? offered.rows[0]?.default_version;
  if (version === undefined) return 'not_installed';
  if (!reaches(version, 0, 8)) return 'older';
  try {
    return await store.transaction(async (trx) => vectorsIn(version, await prepared(trx)));
  } catch (error) {
    // The role may neither make an extension nor a table: a person with the right does it once.
    if (error instanceof StoreError && error.driverCode === '42501') return 'not_allowed';
    throw error;
  }
}

function reaches(version: string, major: number, minor: number): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a > major || (a === major && b >= minor);
}

/** Name of the schema that holds the extension: not always one of the search path. */
async function prepared(trx: Db): Promise<string> {
  const there = () =>
    sql<{ name: string }>`select n.nspname as name from pg_extension e join pg_namespace n on n.oid = e.extnamespace
      where e.extname = 'vector'`.execute(trx);
  if ((await there()).rows.length === 0) await sql`create extension vector with schema public`.execute(trx);
  const schema = (await there()).rows[0]?.name ?? 'public';
  const had = await sql<{ name: string | null }>`select to_regclass('face_vectors')::text as name`.execute(trx);
  if (typeof had.rows[0]?.name !== 'string') await makeTable(trx);
  // Dropping the extension takes its columns along.
  await sql`alter table face_vectors add column if not exists turned ${sql.id(schema)}.halfvec(${sql.lit(dimensions)})`.execute(
    trx,
  );
  await makeGraph(trx, schema);
  await sql`create index if not exists face_vectors_due on face_vectors (org_id, model_id) where turned is null`.execute(
    trx,
  );
  return schema;
}

async function makeGraph(db: Db, schema: string): Promise<void> {
  await sql`create index if not exists face_vectors_near on face_vectors
    using hnsw (turned ${sql.id(schema)}.halfvec_ip_ops)`.execute(db);
}

async function makeTable(trx: Db): Promise<void> {
  await sql`create table face_vectors (
    enrolment_id text collate "C" primary key references enrolments (id) on delete cascade,
    org_id text collate "C" not null,
    model_id text collate "C" not null)`.execute(trx);
  // Names are bound where the function is made: it must not depend on the search path of whoever writes.
  await sql
    .raw(
      `create or replace function face_vectors_follow() returns trigger language plpgsql set search_path from current as $$ begin
    if new.active = 1 and new.template is not null and new.model_id is not null and length(new.template) = ${dimensions * 4} then
      insert into face_vectors (enrolment_id, org_id, model_id) values (new.id, new.org_id, new.model_id)
        on conflict (enrolment_id) do update set turned = null, model_id = excluded.model_id;
    else
      delete from face_vectors where enrolment_id = new.id;
    end if;
    return null; end $$`,
    )
    .execute(trx);
  await sql`create or replace trigger face_vectors_follow after insert or update of active, template, model_id on enrolments
    for each row execute function face_vectors_follow()`.execute(trx);
  await sql`insert into face_vectors (enrolment_id, org_id, model_id) select id, org_id, model_id from enrolments
    where active = 1 and template is not null and model_id is not null and length(template) = ${sql.lit(dimensions * 4)}`.execute(
    trx,
  );
}

function vectorsIn(version: string, schema: string): FaceVectors {
  const type = sql`${sql.id(schema)}.halfvec`;
  const inner = sql`operator(${sql.id(schema)}.<#>)`;
  const bound = (vector: Float32Array): RawBuilder<unknown> => sql`${`[${vector.join(',')}]`}::${type}`;
  return {
    version,
    async waiting(db) {
      const rows = await sql<{ orgId: string; modelId: string }>`
        select distinct org_id as "orgId", model_id as "modelId" from face_vectors where turned is null`.execute(db);
      return rows.rows;
    },
    async due(db, orgId, modelId, limit) {
      const rows =
        await sql<DueTemplate>`select e.id, e.template from face_vectors v join enrolments e on e.id = v.enrolment_id
        where v.turned is null and v.org_id = ${orgId} and v.model_id = ${modelId} limit ${limit}`.execute(db);
      return rows.rows;
    },
    async fill(db, rows) {
      if (rows.length === 0) return;
      const values = rows.map(({ id, turned }) => sql`(${id}, ${bound(turned)})`);
      await sql`update face_vectors set turned = t.turned from (values ${sql.join(values)}) as t (id, turned)
        where enrolment_id = t.id`.execute(db);
    },
    async nearest(db, orgId, modelId, probe, limit) {
      await sql`select set_config('hnsw.ef_search', ${String(efSearch)}, true),
        set_config('hnsw.iterative_scan', 'strict_order', true)`.execute(db);
      const rows = await sql<{ id: string }>`select enrolment_id as id from face_vectors
        where org_id = ${orgId} and model_id = ${modelId} order by turned ${inner} ${bound(probe)} limit ${limit}`.execute(
        db,
      );
      return rows.rows.map((row) => row.id);
    },
    makeGraph: (db) => makeGraph(db, schema),
    async vacuum(db) {
      await sql`vacuum face_vectors`.execute(db);
    },
  };
}
