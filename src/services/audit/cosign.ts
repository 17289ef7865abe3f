/**
 * The hub as witness of its desks' logs (after C2SP tlog-witness): it countersigns a desk's checkpoint only when the log
 * grew out of the last one it saw. A log that was rewritten, or two desks that write under one key, show as a fork: refused,
 * and recorded here where the desk cannot reach.
 */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { readCheckpoint, type Checkpoint, type SignedNote } from '../../core/audit/checkpoint.ts';
import { verifyConsistency } from '../../core/audit/merkle.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { keepDeskCheckpoint, lastDeskCheckpoint } from '../../store/repositories/checkpoints.ts';
import { findDesk } from '../../store/repositories/desks.ts';
import type { Db } from '../../store/repositories/types.ts';
import { cosignNote, logKey, verifyNote } from '../../vault/signed-note.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { logName } from './checkpoints.ts';

export interface CosignRequest {
  readonly deskId: string;
  /** The desk's signed checkpoint. */
  readonly note: string;
  /** Size of the last checkpoint cosigned here, 0 for none. */
  readonly oldSize: number;
  /** Consistency proof from it, hex. */
  readonly proof: readonly string[];
}

export interface Cosigned {
  readonly note: string;
  readonly size: number;
}

/**
 * Errors: `forbidden` (no active desk), `signature_invalid`, `checkpoint_stale` (another last size: `details.size`),
 * `checkpoint_forked` (this log is not the one seen before).
 */
export async function cosignCheckpoint(
  ctx: ServiceContext,
  orgId: string,
  request: CosignRequest,
): Promise<Result<Cosigned>> {
  const desk = await findDesk(ctx.store.db, orgId, request.deskId);
  if (desk === null || desk.status !== 'active') return fail('forbidden', 'this desk is not enrolled');
  const origin = logName(desk.id);
  const checked = verifyNote(request.note, [logKey(origin, desk.public_key)]);
  const checkpoint = checked === null ? null : readCheckpoint(checked.note.text);
  if (checked === null || checkpoint === null || checkpoint.origin !== origin)
    return fail('signature_invalid', "the checkpoint is not signed by this desk's key");
  const actor: Actor = { kind: 'desk', id: desk.id, orgId };
  return ctx.store.transaction((trx) => witness(ctx, trx, actor, request, checked.note, checkpoint));
}

async function witness(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  request: CosignRequest,
  note: SignedNote,
  checkpoint: Checkpoint,
): Promise<Result<Cosigned>> {
  const last = await lastDeskCheckpoint(trx, request.deskId);
  const seen = Number(last?.size ?? 0);
  const { size, root } = checkpoint;
  if (request.oldSize !== seen)
    return fail('checkpoint_stale', 'prove the growth from the size cosigned last', { size: seen });
  const grown =
    last === null ||
    verifyConsistency({
      oldSize: seen,
      size,
      path: request.proof.map((hash) => hexToBytes(hash)),
      oldRoot: hexToBytes(last.root),
      root,
    });
  const detail = { size, root: bytesToHex(root), seen };
  if (!grown) {
    await recordAudit(ctx, trx, actor, { event: 'checkpoint.refused', objectId: request.deskId, detail });
    return fail('checkpoint_forked', 'this log did not grow out of the one seen before', { size: seen });
  }
  const now = instant(ctx);
  const cosigned = cosignNote(note, logName(ctx.vault.desk.id), ctx.vault.desk, Math.floor(Date.parse(now) / 1000));
  await keepDeskCheckpoint(trx, {
    desk_id: request.deskId,
    size,
    org_id: actor.orgId,
    root: bytesToHex(root),
    note: cosigned,
    seen_at: now,
  });
  if (size !== seen)
    await recordAudit(ctx, trx, actor, { event: 'checkpoint.cosigned', objectId: request.deskId, detail });
  return ok({ note: cosigned, size });
}
