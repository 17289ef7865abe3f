/**
 * Where the 1:N search of an installation looks: pgvector on a bank's PostgreSQL, else the exact search in this process. It only
 * finds candidates: whoever is a hit is decided by the float templates of the record.
 */
import { unpackVector } from '../../core/match/template-bytes.ts';
import { openFaceVectors, type FaceVectors, type NoVectors } from '../../store/face-vectors.ts';
import type { Db } from '../../store/repositories/types.ts';
import { StoreError } from '../../store/store-error.ts';
import type { ServiceContext } from '../context.ts';

type Found = FaceVectors | NoVectors;
const opened = new WeakMap<object, Found>();

/** Once, when a hub starts. Says what the search will be; a database that does not answer now leaves it exact. */
export async function openFaceSearch(ctx: ServiceContext): Promise<string> {
  const found = await openFaceVectors(ctx.store).catch((error: unknown): Found => {
    if (error instanceof StoreError) return 'not_installed';
    throw error;
  });
  opened.set(ctx.store, found);
  const said = faceSearchOf(ctx);
  if (ctx.store.engine === 'postgres' && typeof found === 'string')
    ctx.logger.warn({ search: said }, 'duplicate faces are searched in this process');
  return said;
}

/** `pgvector <version>`, `exact`, or `exact (<why pgvector is not used>)`. */
export function faceSearchOf(ctx: Pick<ServiceContext, 'store'>): string {
  const found = opened.get(ctx.store) ?? 'sqlite';
  if (typeof found !== 'string') return `pgvector ${found.version}`;
  return found === 'sqlite' ? 'exact' : `exact (pgvector: ${found})`;
}

/** Some tenths of a second: a batch is a transaction, and nobody else writes meanwhile. */
const batch = 100;
/** More that wait than this are turned by the job, not by a customer's capture. */
const mostAtCapture = 2 * batch;

/** About the nearest enrolled templates; null: look exactly, there is no such index or it is not filled yet. */
export async function nearestByVector(
  ctx: ServiceContext,
  db: Db,
  where: { readonly orgId: string; readonly modelId: string },
  probe: Float32Array,
  limit: number,
): Promise<readonly string[] | null> {
  const vectors = opened.get(ctx.store);
  if (vectors === undefined || typeof vectors === 'string') return null;
  const { orgId, modelId } = where;
  for (let turned = 0; ; turned += batch) {
    const done = await turnSome(ctx, db, vectors, orgId, modelId);
    if (done < batch) break;
    if (turned + batch >= mostAtCapture) return null;
  }
  const unit = unitOf(probe);
  return unit === null ? [] : vectors.nearest(db, orgId, modelId, ctx.vault.turnTemplate(orgId, unit), limit);
}

async function turnSome(
  ctx: ServiceContext,
  db: Db,
  vectors: FaceVectors,
  orgId: string,
  modelId: string,
): Promise<number> {
  const rows = await vectors.due(db, orgId, modelId, batch);
  const turned = rows.flatMap(({ id, template }) => {
    const unit = unitOf(unpackVector(template));
    return unit === null ? [] : [{ id, turned: ctx.vault.turnTemplate(orgId, unit) }];
  });
  await vectors.fill(db, turned);
  return turned.length;
}

function unitOf(vector: Float32Array): Float32Array | null {
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (!Number.isFinite(squares) || squares < 1e-12) return null;
  const length = Math.sqrt(squares);
  return vector.map((value) => value / length);
}

/** Turns what waits, batch by batch, each in its own transaction, so that captures go on in between; then sweeps. */
export async function tendFaceSearch(ctx: ServiceContext, stop: AbortSignal): Promise<number> {
  const vectors = opened.get(ctx.store);
  if (vectors === undefined || typeof vectors === 'string') return 0;
  let turned = 0;
  for (const { orgId, modelId } of await vectors.waiting(ctx.store.db)) {
    for (let last = batch; last === batch && !stop.aborted;) {
      last = await ctx.store.transaction((trx) => turnSome(ctx, trx, vectors, orgId, modelId));
      turned += last;
    }
  }
  if (!stop.aborted) await vectors.vacuum(ctx.store.db);
  return turned;
}
