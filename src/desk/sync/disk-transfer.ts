/** The desk's side of the disk: writes what waits, and takes the hub's acknowledgement. */
import { fail, ok, type Result } from '../../contract/result.ts';
import { encodeTransit, transitAbout } from '../../services/desk-delivery/transit-payload.ts';
import { readAcknowledgement, writeExport } from '../../services/desk-delivery/disk-exchange.ts';
import type { ServiceContext } from '../../services/context.ts';
import { appendAudit } from '../../store/audit-log.ts';
import { sealForTransit } from '../../vault/transit.ts';
import { openSealedCapture } from '../evidence/open-sealed-capture.ts';
import { hubLink } from './hub-link.ts';
import { markAnswered } from './outbox-queue.ts';
import { noteReversal } from './reversals.ts';
import { forgetTransitKey, transitKeyFor } from './transit-keys.ts';

export type DiskParts = Pick<ServiceContext, 'store' | 'vault' | 'clock'>;

export interface DiskExport {
  readonly file: Uint8Array;
  readonly captures: number;
  /** Nonces that could not be opened: they stay in the queue, a person looks. */
  readonly unreadable: readonly string[];
}

/**
 * Everything that waits, oldest first, at most `limit`, without the first `skip`. They stay in the queue until they are
 * acknowledged, by whichever way; sent twice is taken in once. Errors: `hub_not_enrolled` (no key to seal to), `not_found` (nothing waits).
 */
export async function exportOutbox(
  ctx: DiskParts,
  orgId: string,
  limit = 1_000,
  skip = 0,
): Promise<Result<DiskExport>> {
  const link = await hubLink(ctx);
  if (link === null) return fail('hub_not_enrolled', 'a disk is sealed to the hub: run `loket hub enrol` first');
  const rows = await ctx.store.db
    .selectFrom('outbox')
    .select('id')
    .where('org_id', '=', orgId)
    .where('state', 'in', ['pending', 'sending'])
    .orderBy('sequence')
    .limit(limit)
    .offset(skip)
    .execute();
  const items: { nonce: string; envelope: Uint8Array }[] = [];
  const unreadable: string[] = [];
  for (const { id: nonce } of rows) {
    const capture = await openSealedCapture(ctx, orgId, nonce);
    if (!capture.ok) {
      unreadable.push(nonce);
      continue;
    }
    const about = transitAbout(link.deskId, nonce);
    const key = await transitKeyFor(ctx, nonce, link.transportKey, about);
    items.push({ nonce, envelope: sealForTransit(key, encodeTransit(capture.value), about) });
  }
  if (items.length === 0) return fail('not_found', 'nothing waits to be sent');
  const now = ctx.clock().toISOString();
  await ctx.store.transaction(async (trx) => {
    for (const { nonce } of items)
      await trx.updateTable('outbox').set({ exported_at: now }).where('id', '=', nonce).execute();
    await appendAudit(trx, {
      orgId,
      event: 'bundle.exported',
      actor: { kind: 'desk', id: ctx.vault.desk.id },
      detail: { captures: items.length },
      occurredAt: now,
    });
  });
  return ok({ file: writeExport(ctx.vault.desk, now, items), captures: items.length, unreadable });
}

/** Errors: `hub_not_enrolled`, and those of `readAcknowledgement`. The same file again changes nothing. */
export async function acknowledgeFromDisk(
  ctx: DiskParts,
  file: Uint8Array,
): Promise<Result<{ readonly delivered: number; readonly refused: number }>> {
  const link = await hubLink(ctx);
  if (link === null) return fail('hub_not_enrolled', 'this desk is not enrolled with a hub');
  const answers = readAcknowledgement(file, link.deskId, link.hubKey);
  if (!answers.ok) return answers;
  const counts = { delivered: 0, refused: 0 };
  for (const { nonce, delivery, refusal } of answers.value) {
    const row = await ctx.store.db.selectFrom('outbox').selectAll().where('id', '=', nonce).executeTakeFirst();
    if (row === undefined) continue;
    const subject = ctx.vault.subjectId(row.org_id, row.customer_id);
    const outcome = { now: ctx.clock(), deskId: ctx.vault.desk.id, subject };
    await ctx.store.transaction(async (trx) => {
      const changed = await markAnswered(trx, row, delivery, refusal, outcome);
      if (changed === 'delivered' && delivery !== null) await noteReversal(trx, row, delivery, outcome);
      if (changed !== null) counts[changed] += 1;
    });
    if (delivery !== null) await forgetTransitKey(ctx, nonce);
  }
  return ok(counts);
}
