/** Gathers what the customer's receipt shows: the visit, its outcome, and where its evidence sits in the audit chain. */
import type { ReceiptAnswer } from '../../contract/desk/answers.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { makeCheckpoint } from '../../services/audit/checkpoints.ts';
import type { ServiceContext } from '../../services/context.ts';
import { auditHead } from '../../store/audit-log.ts';
import { findDesk } from '../../store/repositories/desks.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import { findUser } from '../../store/repositories/users.ts';
import { renderReceipt } from '../receipt/render-receipt.ts';
import { bundleStates } from '../sync/outbox-views.ts';
import type { Draft } from './draft.ts';

export async function printReceipt(ctx: ServiceContext, draft: Draft): Promise<Result<ReceiptAnswer>> {
  const { result } = draft;
  if (result === null) return fail('bad_request', 'There is no result to print yet.');
  const { db } = ctx.store;
  const organisation = await findOrganisation(db, draft.orgId);
  const desk = await findDesk(db, draft.orgId, ctx.vault.desk.id);
  const operator = await findUser(db, draft.operatorId);
  const states = await bundleStates(
    ctx.store,
    draft.orgId,
    draft.sealed.map((bundle) => bundle.nonce),
  );
  const checkpoint = await makeCheckpoint(ctx);
  const head = await auditHead(db);
  const pdf = await renderReceipt({
    organisation: organisation?.name ?? '',
    branch: organisation?.branch ?? '',
    desk: desk?.name ?? '',
    operator: operator?.full_name ?? '',
    customerName: draft.confirmed?.fields.fullName ?? draft.existing?.fullName ?? null,
    nik: draft.confirmed?.fields.nik ?? null,
    outcome: result.outcome,
    tier: result.tier,
    provisional: result.provisional,
    simulated: draft.deskReasons.some((reason) => reason.code === 'simulated_capture'),
    capturedAt: draft.card?.capturedAt ?? draft.createdAt,
    verifications: states
      .flatMap((state) => state.delivery?.verifications ?? [])
      .map(({ id, method, status }) => ({ id, method, status })),
    bundles: draft.sealed.map(({ nonce, hash }) => ({ nonce, hash })),
    audit: head.seq === 0 ? null : head,
    checkpoint: checkpoint.ok ? checkpoint.value.note : null,
  });
  // The session's id, not the customer's name: file names end up in print queues and download lists.
  return ok({ fileName: `loket-${draft.id}.pdf`, pdf });
}
