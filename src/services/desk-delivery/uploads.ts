/**
 * Resumable upload of a sealed envelope (after the tus protocol: announce, ask how far, go on from there). The hash of the
 * whole is announced first and checked last; nothing is looked at before all bytes are there.
 */
import type { DeskDelivery } from '../../contract/desk/delivery.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import {
  addUploadPart,
  deleteStaleUploads,
  deleteUpload,
  findSameUpload,
  findUpload,
  insertUpload,
  uploadedBytes,
  type DeskUploadRow,
} from '../../store/repositories/desk-uploads.ts';
import { findDesk } from '../../store/repositories/desks.ts';
import { sha256 } from '../../vault/random.ts';
import { dayMs, instant, plusMs, type ServiceContext } from '../context.ts';
import { receiveEnvelope } from './receive-envelope.ts';

/** An upload nobody goes on with is forgotten after this. */
const keptMs = 14 * dayMs;

export interface UploadView {
  readonly id: string;
  readonly size: number;
  /** Bytes held: the next part begins here. */
  readonly received: number;
}

function view(row: DeskUploadRow): UploadView {
  return { id: row.id, size: Number(row.size), received: Number(row.received) };
}

export interface UploadRequest {
  readonly orgId: string;
  readonly deskId: string;
  readonly nonce: string;
  readonly size: number;
  /** Hex, of the whole. */
  readonly sha256: string;
}

/** Begins an upload, or finds the one begun before. Errors: `forbidden` (no active desk). */
export async function beginUpload(ctx: ServiceContext, request: UploadRequest): Promise<Result<UploadView>> {
  const { orgId, deskId, nonce, size } = request;
  const desk = await findDesk(ctx.store.db, orgId, deskId);
  if (desk === null || desk.status !== 'active') return fail('forbidden', 'this desk is not enrolled');
  return ctx.store.transaction(async (trx): Promise<Result<UploadView>> => {
    const known = await findSameUpload(trx, deskId, nonce, request.sha256);
    if (known !== null && Number(known.size) === size && known.org_id === orgId) return ok(view(known));
    const now = instant(ctx);
    await deleteStaleUploads(trx, plusMs(now, -keptMs));
    const row: DeskUploadRow = {
      id: ctx.ids.next('upl'),
      org_id: orgId,
      desk_id: deskId,
      nonce,
      size,
      sha256: request.sha256,
      received: 0,
      created_at: now,
      updated_at: now,
    };
    await insertUpload(trx, row);
    return ok(view(row));
  });
}

/** Errors: `not_found`. `deskId`: whose uploads may be seen; null for a key of the organisation. */
export async function uploadState(
  ctx: ServiceContext,
  orgId: string,
  deskId: string | null,
  id: string,
): Promise<Result<UploadView>> {
  const row = await findUpload(ctx.store.db, orgId, id);
  return row === null || (deskId !== null && row.desk_id !== deskId)
    ? fail('not_found', 'upload not found')
    : ok(view(row));
}

/**
 * Errors: `not_found`; `upload_offset` when the part does not begin where the last one ended (`details.received`). A part
 * that came before, as after an answer that was lost, is passed over.
 */
export async function addPart(
  ctx: ServiceContext,
  orgId: string,
  deskId: string | null,
  id: string,
  part: { readonly start: number; readonly bytes: Uint8Array },
): Promise<Result<UploadView>> {
  return ctx.store.transaction(async (trx): Promise<Result<UploadView>> => {
    const row = await findUpload(trx, orgId, id);
    if (row === null || (deskId !== null && row.desk_id !== deskId)) return fail('not_found', 'upload not found');
    const received = Number(row.received);
    if (part.start + part.bytes.length <= received) return ok(view(row));
    if (part.start !== received || part.start + part.bytes.length > Number(row.size))
      return fail('upload_offset', `the next part begins at ${received}`, { received });
    return ok(view(await addUploadPart(trx, row, part.bytes, instant(ctx))));
  });
}

/**
 * Errors: `not_found`, `upload_incomplete`, `upload_hash_differs` (begin again), and those of `receiveEnvelope`. The bytes
 * are let go of once there is an answer, whichever.
 */
export async function completeUpload(
  ctx: ServiceContext,
  orgId: string,
  deskId: string | null,
  id: string,
): Promise<Result<DeskDelivery>> {
  const row = await findUpload(ctx.store.db, orgId, id);
  if (row === null || (deskId !== null && row.desk_id !== deskId)) return fail('not_found', 'upload not found');
  if (Number(row.received) !== Number(row.size))
    return fail('upload_incomplete', `${Number(row.received)} of ${Number(row.size)} bytes are here`, {
      received: Number(row.received),
    });
  const bytes = await uploadedBytes(ctx.store.db, id);
  if (sha256(bytes) !== row.sha256) {
    await ctx.store.transaction((trx) => deleteUpload(trx, id));
    return fail('upload_hash_differs', 'what arrived is not what was announced: begin again');
  }
  const delivered = await receiveEnvelope(ctx, { orgId, deskId: row.desk_id, nonce: row.nonce, bytes });
  await ctx.store.transaction((trx) => deleteUpload(trx, id));
  return delivered;
}
