/** Removes sealed frames outside the database that are not needed: right after an erasure, and every minute. */
import { sweepBlobObjects, type BlobSweep } from '../../store/blob-sweep.ts';
import { instant, type ServiceContext } from '../context.ts';

/** Never fails for the place's sake: what cannot be removed now is tried again, and its key is shredded meanwhile. */
export async function sweepFrames(ctx: ServiceContext): Promise<BlobSweep> {
  if (ctx.blobs === undefined) return { removed: 0, failed: 0 };
  const swept = await sweepBlobObjects(ctx.store.db, ctx.blobs, instant(ctx));
  if (swept.failed > 0) ctx.logger.warn(swept, 'sealed frames could not be removed yet');
  return swept;
}
