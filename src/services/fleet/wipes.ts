/** Orders to wipe a desk's keys: given by a proven admin, carried by the desk's own question, ended by its signed receipt. */
import {
  WipeReceiptSchema,
  type SignedText,
  type WipeMode,
  type WipeOrder,
  type WipeReceipt,
} from '../../contract/fleet.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { findAnyDesk, findDesk, revokeCertificates, revokeDesk, type DeskRow } from '../../store/repositories/desks.ts';
import {
  changeFleetWipe,
  findFleetWipe,
  fleetWipes,
  insertFleetWipe,
  type FleetWipeRow,
} from '../../store/repositories/fleet.ts';
import type { Db } from '../../store/repositories/types.ts';
import { openSignedText, readText } from '../../vault/signed-text.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { undoable } from '../undoable.ts';

export interface WipeView {
  readonly id: string;
  readonly deskId: string;
  readonly mode: WipeMode;
  readonly graceMinutes: number;
  readonly reason: string;
  readonly state: FleetWipeRow['state'];
  readonly requestedAt: string;
  readonly requestedBy: string | null;
  readonly sentAt: string | null;
  readonly endedAt: string | null;
  /** What the desk said when it was done. */
  readonly receipt: Omit<WipeReceipt, 'kind' | 'layout'> | null;
}

export function wipeView(row: FleetWipeRow): WipeView {
  const signed = row.receipt === null ? null : (JSON.parse(row.receipt) as SignedText);
  const told = signed === null ? null : readText(signed, WipeReceiptSchema);
  const { kind: _kind, layout: _layout, ...receipt } = told ?? { kind: null, layout: null };
  return {
    id: row.id,
    deskId: row.desk_id,
    mode: row.mode,
    graceMinutes: Number(row.grace_minutes),
    reason: row.reason,
    state: row.state,
    requestedAt: row.requested_at,
    requestedBy: row.requested_by,
    sentAt: row.sent_at,
    endedAt: row.ended_at,
    receipt: told === null ? null : (receipt as NonNullable<WipeView['receipt']>),
  };
}

export interface WipeRequest {
  readonly mode: WipeMode;
  /** How long the desk may go on delivering first; of `deliver_first`. */
  readonly graceMinutes?: number | undefined;
  readonly reason: string;
}

const defaultGraceMinutes = 60;

/** Errors: `not_found`, `wipe_pending`, `already_wiped`, `own_account` (the installation that is asked). */
export async function orderWipe(
  ctx: ServiceContext,
  actor: Actor,
  deskId: string,
  request: WipeRequest,
): Promise<Result<WipeView>> {
  if (deskId === ctx.vault.desk.id) return fail('own_account', 'this is the installation that gives the order');
  return undoable(ctx, async (trx) => {
    if ((await findDesk(trx, actor.orgId, deskId)) === null) return fail('not_found', 'desk not found');
    const earlier = await fleetWipes(trx, [deskId]);
    if (earlier.some(({ state }) => state === 'ordered'))
      return fail('wipe_pending', 'this desk is to be wiped already');
    if (earlier.some(({ state }) => state === 'acknowledged')) return fail('already_wiped', 'this desk was wiped');
    const row: FleetWipeRow = {
      id: ctx.ids.next('wip'),
      org_id: actor.orgId,
      desk_id: deskId,
      mode: request.mode,
      grace_minutes: request.mode === 'immediately' ? 0 : (request.graceMinutes ?? defaultGraceMinutes),
      reason: request.reason,
      state: 'ordered',
      requested_at: instant(ctx),
      requested_by: actor.id,
      sent_at: null,
      ended_at: null,
      receipt: null,
    };
    await insertFleetWipe(trx, row);
    const { mode } = request;
    await recordAudit(ctx, trx, actor, {
      event: 'desk.wipe_ordered',
      objectId: deskId,
      detail: { order: row.id, mode },
    });
    return ok(wipeView(row));
  });
}

/** A desk that was told may have begun: what it has destroyed stays destroyed. Errors: `not_found`, `already_decided`. */
export async function cancelWipe(ctx: ServiceContext, actor: Actor, deskId: string): Promise<Result<WipeView>> {
  return undoable(ctx, async (trx) => {
    if ((await findDesk(trx, actor.orgId, deskId)) === null) return fail('not_found', 'desk not found');
    const open = (await fleetWipes(trx, [deskId])).find(({ state }) => state === 'ordered');
    const endedAt = instant(ctx);
    if (open === undefined || !(await changeFleetWipe(trx, open.id, { state: 'cancelled', ended_at: endedAt })))
      return fail('already_decided', 'no order to wipe this desk waits');
    await recordAudit(ctx, trx, actor, {
      event: 'desk.wipe_cancelled',
      objectId: deskId,
      detail: { order: open.id, told: open.sent_at !== null },
    });
    return ok(wipeView({ ...open, state: 'cancelled', ended_at: endedAt }));
  });
}

/** What the directive carries; the first time, the audit log keeps that the desk was told. */
export async function wipeToSend(ctx: ServiceContext, trx: Db, desk: DeskRow): Promise<WipeOrder | null> {
  const open = (await fleetWipes(trx, [desk.id])).find(({ state }) => state === 'ordered');
  if (open === undefined) return null;
  if (open.sent_at === null) {
    await changeFleetWipe(trx, open.id, { sent_at: instant(ctx) });
    const actor: Actor = { kind: 'desk', id: desk.id, orgId: desk.org_id };
    await recordAudit(ctx, trx, actor, { event: 'desk.wipe_sent', objectId: desk.id, detail: { order: open.id } });
  }
  return {
    id: open.id,
    deskKey: desk.public_key,
    mode: open.mode,
    graceMinutes: Number(open.grace_minutes),
    requestedAt: open.requested_at,
  };
}

/**
 * The desk's last word. Its certificates end; the desk itself ends too, unless it left captures sealed on its disk that are still to
 * be taken in. The same receipt again answers the same. Errors: `signature_invalid`, `not_found`.
 */
export async function acknowledgeWipe(ctx: ServiceContext, signed: SignedText): Promise<Result<WipeView>> {
  const told = readText(signed, WipeReceiptSchema);
  const desk = told === null ? null : await findAnyDesk(ctx.store.db, told.deskId);
  const receipt = desk === null ? null : openSignedText(signed, desk.public_key, WipeReceiptSchema);
  if (desk === null || receipt === null)
    return fail('signature_invalid', 'this is no receipt, or its desk did not sign it');
  return undoable(ctx, async (trx) => {
    const row = await findFleetWipe(trx, receipt.orderId);
    if (row === null || row.desk_id !== desk.id || row.org_id !== receipt.orgId)
      return fail('not_found', 'there is no such order');
    if (row.state === 'acknowledged') return ok(wipeView(row));
    const endedAt = instant(ctx);
    const change = { state: 'acknowledged' as const, ended_at: endedAt, receipt: JSON.stringify(signed) };
    // Cancelled too late: the desk had heard of it, and what happened is on record.
    await changeFleetWipe(trx, row.id, change, ['ordered', 'cancelled']);
    await revokeCertificates(trx, desk.id, endedAt);
    if (receipt.rescued === 0) await revokeDesk(trx, desk.org_id, desk.id, endedAt, 'wiped');
    const { mode, undelivered, rescued, auditRows } = receipt;
    await recordAudit(
      ctx,
      trx,
      { kind: 'desk', id: desk.id, orgId: desk.org_id },
      {
        event: 'desk.wipe_acknowledged',
        objectId: desk.id,
        detail: { order: row.id, mode, undelivered, rescued, auditRows, keys: receipt.keys.length },
      },
    );
    return ok(wipeView({ ...row, ...change }));
  });
}
