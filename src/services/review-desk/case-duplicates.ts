/** The same face or the same NIK under another customer: who it is, how near, and his face beside the case's own. */
import type { DuplicateView } from '../../contract/desk/review-desk.ts';
import type { Reason } from '../../contract/reasons.ts';
import type { KycTier } from '../../contract/vocabulary.ts';
import { findCustomer, findCustomerKey } from '../../store/repositories/customers.ts';
import type { QueueRow } from '../../store/repositories/review-queue.ts';
import type { EffectiveVerification } from '../../store/repositories/verifications.ts';
import type { Actor, ServiceContext } from '../context.ts';
import { findByNik } from '../nik.ts';
import { recordAudit } from '../record-audit.ts';
import type { StoredCheck } from './batch-facts.ts';
import { faceOfCustomer } from './case-pictures.ts';

/** Pictures are opened for the nearest only: each is another person's. */
const shownFaces = 3;

interface Found {
  readonly customerId: string;
  readonly by: DuplicateView['by'];
  readonly similarity: number | null;
  readonly threshold: number | null;
}

export async function duplicatesOfCase(
  ctx: ServiceContext,
  actor: Actor,
  row: QueueRow,
  about: { readonly checks: readonly EffectiveVerification[]; readonly nik: string | undefined },
): Promise<readonly DuplicateView[]> {
  const found = [...sameFace(about.checks), ...(await sameNik(ctx, actor, row, about.nik))];
  const views: DuplicateView[] = [];
  for (const [index, one] of found.entries()) {
    const view = await viewOf(ctx, actor, one, index < shownFaces);
    if (view !== null) views.push(view);
  }
  return views;
}

function sameFace(checks: readonly EffectiveVerification[]): readonly Found[] {
  const nearest = new Map<string, Found>();
  for (const check of checks) {
    const reasons = JSON.parse(check.reasons) as Reason[];
    const threshold = reasons.find(({ code }) => code === 'duplicate_face')?.threshold ?? null;
    for (const { customerId, similarity } of (JSON.parse(check.detail) as StoredCheck).duplicates ?? []) {
      const known = nearest.get(customerId)?.similarity ?? -1;
      if (similarity > known) nearest.set(customerId, { customerId, by: 'face', similarity, threshold });
    }
  }
  return [...nearest.values()].sort((a, b) => (b.similarity ?? 0) - (a.similarity ?? 0));
}

async function sameNik(ctx: ServiceContext, actor: Actor, row: QueueRow, nik?: string): Promise<readonly Found[]> {
  const holder = nik === undefined ? null : await findByNik(ctx, ctx.store.db, actor.orgId, nik);
  if (holder === null || holder.id === row.customer_id) return [];
  return [{ customerId: holder.id, by: 'nik', similarity: null, threshold: null }];
}

async function viewOf(
  ctx: ServiceContext,
  actor: Actor,
  found: Found,
  withFace: boolean,
): Promise<DuplicateView | null> {
  const { db } = ctx.store;
  const customer = await findCustomer(db, actor.orgId, found.customerId);
  // Erased meanwhile: nothing of him is left to compare with.
  if (customer === null || customer.status === 'archived') return null;
  const wrappedKey = withFace ? await findCustomerKey(db, actor.orgId, customer.id) : null;
  const crop = wrappedKey === null ? null : await faceOfCustomer(ctx, actor, customer.id, wrappedKey);
  // Another person's record and face were shown: that is on the record of that person too.
  await ctx.store.transaction((trx) =>
    recordAudit(ctx, trx, actor, {
      event: crop === null ? 'customer.viewed' : 'evidence.viewed',
      customerId: customer.id,
      detail: { as: 'duplicate' },
    }),
  );
  return {
    customerId: customer.id,
    fullName: customer.full_name,
    nikTail: customer.nik === null ? null : customer.nik.slice(-4),
    kycLevel: customer.kyc_level as KycTier,
    by: found.by,
    similarity: found.similarity,
    threshold: found.threshold,
    crop,
  };
}
