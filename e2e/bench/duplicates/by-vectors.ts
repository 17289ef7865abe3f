/** The search of a bank, through pgvector: the product's own table, graph and query; templates turned as the hub turns them. */
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { sql } from 'kysely';
import pg from 'pg';
import { openFaceVectors } from '../../../src/store/face-vectors.ts';
import { openPostgresStore } from '../../../src/store/open-postgres-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { drawRotation, turn } from '../../../src/vault/template-rotation.ts';
import { dimensions, dot, drawnFace, type Probe } from './drawn-faces.ts';
import { percentile, type Times } from './figures.ts';

export interface VectorReport {
  readonly where: string;
  readonly times: Times;
  /** Probes whose true nearest face is the first after the float re-rank. */
  readonly first: number;
  readonly nearestFound: number;
  readonly nearestWanted: number;
  readonly tableBytes: number;
  readonly graphBytes: number;
  readonly fillSeconds: number;
  readonly graphSeconds: number;
}

const org = 'org_bench';
const model = 'model-bench';
const asked = 64;

/** `server`: a connection string; without it PostgreSQL inside this process. A string: why it could not be measured. */
export async function measureVectors(
  seed: number,
  faces: number,
  probes: readonly Probe[],
  nearest: readonly (readonly number[])[],
  server?: string,
): Promise<VectorReport | string> {
  const embedded = server === undefined ? await PGlite.create({ extensions: { vector } }) : null;
  const schema = `bench_faces_${process.pid}`;
  const place = embedded === null ? { connectionString: server ?? '' } : { pglite: embedded };
  try {
    if (embedded !== null) await embedded.query(`create schema ${schema}`);
    else await onServer(server ?? '', `create schema ${schema}`);
    const opened = await openPostgresStore({ ...place, schema, clock: () => new Date() });
    if (!opened.ok) return opened.error.message;
    try {
      return await measure(opened.value, embedded === null ? 'a server' : 'in this process (WASM)');
    } finally {
      await opened.value.close();
    }
  } finally {
    if (embedded !== null) await embedded.close();
    else await onServer(server ?? '', `drop schema if exists ${schema} cascade`);
  }

  async function measure(store: Store, kind: string): Promise<VectorReport | string> {
    const vectors = await openFaceVectors(store);
    if (typeof vectors === 'string') return `no pgvector: ${vectors}`;
    const rotation = drawRotation('42'.repeat(32), dimensions);
    const { db } = store;
    // Rows without a record behind them; the graph is made once they are all there, as after an import.
    await sql`alter table face_vectors drop constraint face_vectors_enrolment_id_fkey`.execute(db);
    await sql`drop index face_vectors_near`.execute(db);
    await sql`insert into face_vectors (enrolment_id, org_id, model_id)
      select n::text, ${org}, ${model} from generate_series(0, ${sql.lit(faces - 1)}) as n`.execute(db);
    let at = performance.now();
    for (let first = 0; first < faces; first += 250) {
      const rows = Array.from({ length: Math.min(250, faces - first) }, (_, row) => ({
        id: String(first + row),
        turned: turn(rotation, drawnFace(seed, first + row)),
      }));
      await vectors.fill(db, rows);
    }
    const fillSeconds = (performance.now() - at) / 1000;
    at = performance.now();
    await vectors.makeGraph(db);
    const graphSeconds = (performance.now() - at) / 1000;
    await sql`analyze face_vectors`.execute(db);
    const took: number[] = [];
    let firstFound = 0;
    let nearestFound = 0;
    for (const [number, { template }] of probes.entries()) {
      at = performance.now();
      const ids = await store.transaction(async (trx) => {
        // Few rows are read and sorted faster than a graph is walked; what is asked here is the graph.
        await sql`set local enable_sort = off`.execute(trx);
        return vectors.nearest(trx, org, model, turn(rotation, template), asked);
      });
      const searched = performance.now() - at;
      const found = ids.map((id) => ({ face: Number(id), vector: drawnFace(seed, Number(id)) }));
      at = performance.now();
      const ranked = found
        .map(({ face, vector: known }) => ({ face, cosine: dot(template, known) }))
        .sort((a, b) => b.cosine - a.cosine);
      took.push(searched + performance.now() - at);
      const truly = nearest[number] ?? [];
      if (ranked[0]?.face === truly[0]) firstFound += 1;
      const ten = new Set(ranked.slice(0, 10).map(({ face }) => face));
      nearestFound += truly.filter((face) => ten.has(face)).length;
    }
    const sizes = await sql<{ heap: number; graph: number }>`select pg_table_size('face_vectors') as heap,
      pg_relation_size('face_vectors_near') as graph`.execute(db);
    return {
      where: `pgvector ${vectors.version} ${kind}`,
      times: percentile(took),
      first: firstFound,
      nearestFound,
      nearestWanted: nearest.reduce((sum, ten) => sum + ten.length, 0),
      tableBytes: Number(sizes.rows[0]?.heap ?? 0),
      graphBytes: Number(sizes.rows[0]?.graph ?? 0),
      fillSeconds,
      graphSeconds,
    };
  }
}

async function onServer(connectionString: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
