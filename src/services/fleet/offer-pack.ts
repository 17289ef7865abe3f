/** Packs head office offers: a signed list pack, or one file of weights. Kept in sealed pieces, so that every server hands them out. */
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { packPartBytes, type PackKind, type PackOffer } from '../../contract/fleet.ts';
import type { ModelManifest } from '../../contract/models.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import {
  findFleetPack,
  findFleetPackPart,
  insertFleetPack,
  insertFleetPackPart,
  lastPackSequence,
  listFleetPacks,
  offerFleetPack,
  withdrawFleetPack,
  type FleetPackRow,
} from '../../store/repositories/fleet-packs.ts';
import type { Db } from '../../store/repositories/types.ts';
import { hashFile } from '../../vault/file-hash.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { readPackHead } from '../screening/list-packs.ts';
import { undoable } from '../undoable.ts';

const mostPackBytes = 1024 * 1024 * 1024;

export interface OfferedPack extends PackOffer {
  readonly state: FleetPackRow['state'];
  readonly createdAt: string;
}

interface About {
  readonly kind: PackKind;
  readonly name: string;
  readonly version: string;
  readonly signer: string | null;
}

const partContext = (id: string, number: number): string => `fleet-pack:${id}:${number}`;

/**
 * `manifest`: this program's; weights it does not name are offered to nobody. `key`: of a list pack another installation signed,
 * as its people told you. Errors: `validation_failed` (also of a pack
 * that continues another), `list_wrong_format`, `list_signature_invalid`, `body_too_large`.
 */
export async function offerPack(
  ctx: ServiceContext,
  actor: Actor,
  input: { readonly path: string; readonly manifest: ModelManifest | null; readonly key?: string | undefined },
): Promise<Result<OfferedPack>> {
  const file = await stat(input.path).catch(() => null);
  if (file?.isFile() !== true) return fail('validation_failed', 'there is no such file');
  if (file.size > mostPackBytes || file.size === 0) return fail('body_too_large', 'a pack has 1 byte to 1 GiB');
  const sha256 = await hashFile(input.path);
  const about = await aboutFile(ctx, input, sha256);
  if (!about.ok) return about;
  const id = ctx.ids.next('pck');
  await ctx.store.transaction(async (trx) => {
    const { kind, name, version, signer } = about.value;
    await insertFleetPack(trx, {
      id,
      org_id: actor.orgId,
      kind,
      name,
      sequence: (await lastPackSequence(trx, actor.orgId, kind, name)) + 1,
      version,
      sha256,
      size: file.size,
      signer,
      state: 'loading',
      created_at: instant(ctx),
      created_by: actor.id,
    });
  });
  await writeParts(ctx, id, input.path);
  return putOnOffer(ctx, actor, id);
}

async function aboutFile(
  ctx: ServiceContext,
  {
    path,
    manifest,
    key,
  }: { readonly path: string; readonly manifest: ModelManifest | null; readonly key?: string | undefined },
  sha256: string,
): Promise<Result<About>> {
  const weights = manifest?.models.find((entry) => entry.sha256 === sha256);
  if (weights !== undefined) return ok({ kind: 'models', name: weights.file, version: weights.id, signer: null });
  const head = await readPackHead(ctx, path, key);
  if (!head.ok)
    return head.error.code === 'list_wrong_format'
      ? fail('list_wrong_format', `${basename(path)} is neither a list pack nor weights of this program’s manifest`)
      : head;
  const { listId, version, signedBy, base } = head.value;
  // A desk that missed one issue could never take the next.
  if (base !== undefined)
    return fail('validation_failed', 'this pack continues another one: desks are offered whole packs only');
  return ok({ kind: 'list', name: listId, version, signer: signedBy });
}

/** Piece by piece, each a small transaction: a large pack must not hold up the desks. */
async function writeParts(ctx: ServiceContext, id: string, path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    for (let number = 0; ; number += 1) {
      const { bytesRead, buffer } = await file.read(
        Buffer.alloc(packPartBytes),
        0,
        packPartBytes,
        number * packPartBytes,
      );
      if (bytesRead === 0) return;
      const sealed = ctx.vault.sealSecret(new Uint8Array(buffer.subarray(0, bytesRead)), partContext(id, number));
      await ctx.store.transaction((trx) => insertFleetPackPart(trx, { pack_id: id, number, sealed }));
    }
  } finally {
    await file.close();
  }
}

async function putOnOffer(ctx: ServiceContext, actor: Actor, id: string): Promise<Result<OfferedPack>> {
  return undoable(ctx, async (trx) => {
    await offerFleetPack(trx, id);
    const row = await findFleetPack(trx, actor.orgId, id);
    if (row === null) return fail('not_found', 'the pack is gone');
    const { kind, name, sequence, sha256 } = row;
    await recordAudit(ctx, trx, actor, {
      event: 'fleet.pack_offered',
      objectId: id,
      detail: { kind, name, sequence: Number(sequence), sha256 },
    });
    return ok(view(row));
  });
}

function view(row: FleetPackRow): OfferedPack {
  return { ...offerOf(row), state: row.state, createdAt: row.created_at };
}

function offerOf(row: FleetPackRow): PackOffer {
  const { id, kind, name, version, sha256, signer } = row;
  return { id, kind, name, sequence: Number(row.sequence), version, sha256, size: Number(row.size), signer };
}

export async function listPacks(ctx: ServiceContext, actor: Actor): Promise<readonly OfferedPack[]> {
  return (await listFleetPacks(ctx.store.db, actor.orgId)).map(view);
}

/** The newest offer under each name. */
export async function packsOnOffer(db: Db, orgId: string): Promise<readonly PackOffer[]> {
  const newest = new Map<string, PackOffer>();
  for (const row of await listFleetPacks(db, orgId)) {
    const offer = offerOf(row);
    const known = newest.get(`${offer.kind} ${offer.name}`);
    if (row.state === 'offered' && (known === undefined || known.sequence < offer.sequence))
      newest.set(`${offer.kind} ${offer.name}`, offer);
  }
  return [...newest.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** No desk is offered it any more; those that took it keep it. Errors: `not_found`, `already_decided`. */
export async function withdrawPack(ctx: ServiceContext, actor: Actor, id: string): Promise<Result<OfferedPack>> {
  return undoable(ctx, async (trx) => {
    const row = await findFleetPack(trx, actor.orgId, id);
    if (row === null) return fail('not_found', 'there is no such pack');
    if (!(await withdrawFleetPack(trx, id, 'offered'))) return fail('already_decided', 'it is withdrawn already');
    const { kind, name, sequence } = row;
    await recordAudit(ctx, trx, actor, {
      event: 'fleet.pack_withdrawn',
      objectId: id,
      detail: { kind, name, sequence: Number(sequence) },
    });
    return ok(view({ ...row, state: 'withdrawn' }));
  });
}

export interface PackPart {
  readonly bytes: Uint8Array;
  readonly number: number;
  readonly of: number;
}

/** Errors: `not_found`. */
export async function packPart(
  ctx: ServiceContext,
  orgId: string,
  id: string,
  number: number,
): Promise<Result<PackPart>> {
  const { db } = ctx.store;
  const row = await findFleetPack(db, orgId, id);
  const sealed = row?.state === 'offered' ? await findFleetPackPart(db, id, number) : null;
  if (row === null || sealed === null) return fail('not_found', 'there is no such pack, or no such part of it');
  const bytes = ctx.vault.openSecret(sealed, partContext(id, number));
  return ok({ bytes, number, of: Math.ceil(Number(row.size) / packPartBytes) });
}
