/** Fetches what head office offers, proves it, and puts it in force; a pack that broke off is gone on with. */
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { packPartBytes, type FleetProblem, type FleetProblemCode, type PackOffer } from '../../contract/fleet.ts';
import { ok, fail, type Result } from '../../contract/result.ts';
import { packVerdict } from '../../core/fleet/acceptance.ts';
import { instant, type Actor, type ServiceContext } from '../../services/context.ts';
import { readHeld, writeHeld, type HeldPack } from '../../services/fleet/held-settings.ts';
import { recordAudit } from '../../services/record-audit.ts';
import { importPack } from '../../services/screening/list-packs.ts';
import { hashFile } from '../../vault/file-hash.ts';

export interface PackSource {
  /** A part of a pack, from 0. */
  part(id: string, number: number): Promise<Result<Uint8Array>>;
}

export interface PackPlace {
  readonly ctx: ServiceContext;
  readonly orgId: string;
  readonly source: PackSource;
  /** Copies proven weights into the installation; absent where the shell cannot. */
  readonly installModels?: (
    folder: string,
  ) => Promise<Result<{ readonly models: readonly { readonly file: string; readonly outcome: string }[] }>>;
}

/** The problems that remain; a pack in trouble keeps none of the others from being taken. */
export async function takePacks(place: PackPlace, offers: readonly PackOffer[]): Promise<readonly FleetProblem[]> {
  const problems: FleetProblem[] = [];
  for (const offer of offers) {
    const problem = await takePack(place, offer);
    if (problem !== null) problems.push({ code: problem, about: offer.name, since: instant(place.ctx) });
  }
  return problems;
}

async function takePack(place: PackPlace, offer: PackOffer): Promise<FleetProblemCode | null> {
  const { ctx } = place;
  const held = await heldPacks(ctx);
  const known = held.find(({ kind, name }) => kind === offer.kind && name === offer.name);
  const verdict = packVerdict(offer, known?.sequence ?? 0);
  if (!verdict.take) return verdict.problem;
  if (ctx.dataDirectory === undefined) return 'pack_unavailable';
  const folder = join(ctx.dataDirectory, 'fleet', offer.id);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // The name of an offer is checked data of head office, yet never a path.
  const path = join(folder, offer.kind === 'list' ? 'pack' : offer.name.replace(/[^A-Za-z0-9._-]/gu, '_'));
  const fetched = await fetchPack(place.source, offer, path);
  if (!fetched.ok) return 'pack_unavailable';
  if ((await hashFile(path)) !== offer.sha256) {
    await rm(folder, { recursive: true, force: true });
    return 'pack_differs';
  }
  const taken = await putInForce(place, offer, folder, path);
  await rm(folder, { recursive: true, force: true });
  if (!taken.ok) return 'pack_refused';
  await note(place, offer);
  return null;
}

const heldPacks = async (ctx: ServiceContext): Promise<readonly HeldPack[]> =>
  (await readHeld(ctx.store.db, 'fleet.packs')) ?? [];

/** Goes on behind the last whole part that is there. */
async function fetchPack(source: PackSource, offer: PackOffer, path: string): Promise<Result<true>> {
  const there = (await stat(path).catch(() => null))?.size ?? 0;
  const file = await open(path, there === 0 ? 'w' : 'r+', 0o600);
  try {
    let number = Math.min(Math.floor(there / packPartBytes), Math.ceil(offer.size / packPartBytes));
    for (; number * packPartBytes < offer.size; number += 1) {
      const part = await source.part(offer.id, number);
      if (!part.ok) return part;
      const wanted = Math.min(packPartBytes, offer.size - number * packPartBytes);
      if (part.value.length !== wanted) return fail('unavailable', 'a part has another size');
      await file.write(part.value, 0, part.value.length, number * packPartBytes);
    }
    await file.truncate(offer.size);
    await file.sync();
    return ok(true);
  } finally {
    await file.close();
  }
}

async function putInForce(place: PackPlace, offer: PackOffer, folder: string, path: string): Promise<Result<unknown>> {
  const { ctx, orgId } = place;
  const actor: Actor = { kind: 'system', id: null, orgId };
  if (offer.kind === 'list') {
    if (offer.signer === null) return fail('list_signature_invalid', 'the offer names no signer');
    return importPack(ctx, actor, { path, key: offer.signer });
  }
  const done = (await place.installModels?.(folder)) ?? fail('unavailable', 'no weights can be installed here');
  if (!done.ok) return done;
  // Only bytes this program's own manifest names are ever installed: older weights than the program's cannot come this way.
  const here = done.value.models.some(
    ({ file, outcome }) => file === offer.name && (outcome === 'installed' || outcome === 'present'),
  );
  return here ? ok(true) : fail('validation_failed', 'the weights are none of this program’s');
}

async function note({ ctx, orgId }: PackPlace, offer: PackOffer): Promise<void> {
  const { kind, name, sequence, sha256 } = offer;
  await ctx.store.transaction(async (trx) => {
    const others = ((await readHeld(trx, 'fleet.packs')) ?? []).filter((one) => one.kind !== kind || one.name !== name);
    await writeHeld(trx, 'fleet.packs', [...others, { kind, name, sequence, sha256, takenAt: instant(ctx) }]);
    const actor: Actor = { kind: 'system', id: null, orgId };
    await recordAudit(ctx, trx, actor, {
      event: 'fleet.pack_taken',
      objectId: offer.id,
      detail: { kind, name, sequence, sha256 },
    });
  });
}
