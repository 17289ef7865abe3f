/**
 * The chain of bundles a desk delivers: each carries a counter and the hash of the one before, under the desk's signature.
 * Two bundles with one counter, or one that does not follow its neighbour, mean that two machines sign with one key (a cloned
 * disk, a restored backup): the second is refused and recorded, whoever it is. Bundles may arrive in any order.
 */
import type { DeskCapture } from '../../contract/bundle.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { bundlesAround, insertDeskBundle } from '../../store/repositories/desk-uploads.ts';
import type { Db } from '../../store/repositories/types.ts';
import { bundleHash } from '../../vault/bundle-signing.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';

/** Errors: `desk_forked`. A bundle without a counter is no link (other clients). */
export async function linkBundle(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  deskId: string,
  capture: DeskCapture,
): Promise<Result<true>> {
  const { counter, previousBundleHash } = capture.bundle.manifest.evidence ?? {};
  if (counter === undefined) return ok(true);
  const hash = bundleHash(capture.bundle.manifest);
  const around = await bundlesAround(trx, deskId, counter);
  const at = (place: number) => around.find((row) => Number(row.counter) === place);
  const same = at(counter);
  if (same !== undefined && same.bundle_hash === hash) return ok(true);
  const before = at(counter - 1);
  const after = at(counter + 1);
  const previous = previousBundleHash ?? null;
  const fits =
    same === undefined &&
    (before === undefined || before.bundle_hash === previous) &&
    (after === undefined || after.previous_hash === null || after.previous_hash === hash);
  if (!fits) return fail('desk_forked', 'two machines deliver under one desk key', { counter });
  await insertDeskBundle(trx, {
    desk_id: deskId,
    counter,
    org_id: actor.orgId,
    nonce: capture.nonce,
    bundle_hash: hash,
    previous_hash: previous,
    received_at: instant(ctx),
  });
  return ok(true);
}

/** Written apart from the refused delivery, which is undone. */
export async function recordFork(
  ctx: ServiceContext,
  actor: Actor,
  deskId: string,
  capture: DeskCapture,
): Promise<void> {
  const { counter } = capture.bundle.manifest.evidence ?? {};
  await ctx.store.transaction((trx) =>
    recordAudit(ctx, trx, actor, {
      event: 'desk.forked',
      objectId: deskId,
      detail: { counter, bundleHash: bundleHash(capture.bundle.manifest) },
    }),
  );
}
