/** Scenarios of desk delivery in pieces, desks' checkpoints, and proofs of the audit log. */
import type { kioskDeliveryRows } from '../../contract/api/route-rows-kiosk.ts';
import { makeCheckpoint, proveConsistency } from '../../services/audit/checkpoints.ts';
import { hubIdentity } from '../../services/desk-delivery/hub-identity.ts';
import { encodeTransit, transitAbout } from '../../services/desk-delivery/transit-payload.ts';
import { picture } from '../../services/testing/fake-vision.ts';
import { deskCapture, turnLeft } from '../../services/testing/test-house.ts';
import { lastDeskCheckpoint } from '../../store/repositories/checkpoints.ts';
import { randomInt, sha256 } from '../../vault/random.ts';
import { newTransitKey, sealForTransit } from '../../vault/transit.ts';
import { newCustomer, type Scenario, type World } from './scenario-world.ts';

type KeyOf<R> = R extends { readonly method: infer M extends string; readonly path: infer P extends string }
  ? `${M} ${P}`
  : never;
export type KioskDeliveryKey = KeyOf<(typeof kioskDeliveryRows)[number]>;

async function envelope(
  world: World,
  counter?: number,
): Promise<{ deskId: string; nonce: string; bytes: Uint8Array; customerId: string }> {
  const { house, bank } = world.api;
  const customerId = await newCustomer(world);
  const capture = deskCapture(house, 'face', customerId, [picture('alive', customerId)], {
    prompts: [turnLeft],
    ...(counter === undefined ? {} : { counter }),
  });
  const { transportKey } = await hubIdentity(house.ctx);
  const about = transitAbout(bank.deskId, capture.nonce);
  const bytes = sealForTransit(await newTransitKey(transportKey, about), encodeTransit(capture), about);
  return { deskId: bank.deskId, nonce: capture.nonce, bytes, customerId };
}

async function begun(world: World, counter?: number): Promise<{ id: string; bytes: Uint8Array; customerId: string }> {
  const { bytes, customerId, ...rest } = await envelope(world, counter);
  const body = { ...rest, size: bytes.length, sha256: sha256(bytes) };
  const made = await world.program.send('POST', '/api/kiosk/uploads', body);
  return { id: made.body.data.id as string, bytes, customerId };
}

const wholePart = (bytes: Uint8Array): object => ({ start: 0, bytes: Buffer.from(bytes).toString('base64') });
const admin = (world: World) => world.api.person('admin@bank.test');

export const kioskDeliveryScenarios: Record<KioskDeliveryKey, Scenario> = {
  'POST /api/kiosk/envelopes': async (world) => {
    const { bytes, customerId, ...rest } = await envelope(world);
    return {
      path: '/api/kiosk/envelopes',
      body: { ...rest, envelope: Buffer.from(bytes).toString('base64') },
      customerId,
    };
  },
  'POST /api/kiosk/uploads': async (world) => {
    const { deskId, nonce, bytes } = await envelope(world);
    return { path: '/api/kiosk/uploads', body: { deskId, nonce, size: bytes.length, sha256: sha256(bytes) } };
  },
  'GET /api/kiosk/uploads/{id}': async (world) => ({
    path: `/api/kiosk/uploads/${(await begun(world)).id}`,
    owned: true,
  }),
  'POST /api/kiosk/uploads/{id}/parts': async (world) => {
    const { id, bytes } = await begun(world);
    return { path: `/api/kiosk/uploads/${id}/parts`, body: wholePart(bytes), owned: true };
  },
  'POST /api/kiosk/uploads/{id}/complete': async (world) => {
    const { id, bytes, customerId } = await begun(world);
    await world.program.send('POST', `/api/kiosk/uploads/${id}/parts`, wholePart(bytes));
    return { path: `/api/kiosk/uploads/${id}/complete`, owned: true, customerId };
  },
  'POST /api/kiosk/checkpoints': async (world) => {
    await newCustomer(world);
    const { ctx } = world.api.house;
    const { deskId } = world.api.bank;
    const made = await makeCheckpoint(ctx);
    if (!made.ok) throw new Error(made.error.code);
    const oldSize = Number((await lastDeskCheckpoint(ctx.store.db, deskId))?.size ?? 0);
    const grown = oldSize === 0 ? null : await proveConsistency(ctx, oldSize, made.value.size);
    const proof = grown?.ok === true ? grown.value.path : [];
    return { path: '/api/kiosk/checkpoints', body: { deskId, note: made.value.note, oldSize, proof } };
  },
  'GET /api/admin/audit/checkpoint': async (world) => ({
    path: '/api/admin/audit/checkpoint',
    as: await admin(world),
    role: 'admin',
  }),
  'GET /api/admin/audit/proofs/inclusion': async (world) => {
    await makeCheckpoint(world.api.house.ctx);
    return { path: '/api/admin/audit/proofs/inclusion?seq=1', as: await admin(world), role: 'admin' };
  },
  'GET /api/admin/audit/proofs/consistency': async (world) => {
    await makeCheckpoint(world.api.house.ctx);
    return { path: '/api/admin/audit/proofs/consistency?from=1', as: await admin(world), role: 'admin' };
  },
};

async function deliver(world: World, counter: number) {
  const { bytes, customerId: _customerId, ...rest } = await envelope(world, counter);
  return { path: '/api/kiosk/envelopes', body: { ...rest, envelope: Buffer.from(bytes).toString('base64') } };
}

/** A capture of this desk is there already; the next one under the same counter comes from another machine. */
async function counterInUse(world: World): Promise<number> {
  const counter = randomInt(1_000_000);
  const first = await deliver(world, counter);
  const done = await world.program.send('POST', first.path, first.body);
  if (done.status !== 200) throw new Error(`not delivered: ${done.status}`);
  return counter;
}

async function checkpointAfterAnother(world: World) {
  const first = await kioskDeliveryScenarios['POST /api/kiosk/checkpoints'](world);
  await world.program.send('POST', first.path, first.body);
  return kioskDeliveryScenarios['POST /api/kiosk/checkpoints'](world);
}

/** How each conflict of these routes comes about. */
export const kioskConflicts = {
  'desk_forked POST /api/kiosk/envelopes': async (world: World) => deliver(world, await counterInUse(world)),
  'desk_forked POST /api/kiosk/uploads/{id}/complete': async (world: World) => {
    const { id, bytes } = await begun(world, await counterInUse(world));
    await world.program.send('POST', `/api/kiosk/uploads/${id}/parts`, wholePart(bytes));
    return { path: `/api/kiosk/uploads/${id}/complete` };
  },
  'upload_offset POST /api/kiosk/uploads/{id}/parts': async (world: World) => {
    const { id, bytes } = await begun(world);
    return { path: `/api/kiosk/uploads/${id}/parts`, body: { ...wholePart(bytes.subarray(4)), start: 4 } };
  },
  'upload_incomplete POST /api/kiosk/uploads/{id}/complete': async (world: World) => ({
    path: `/api/kiosk/uploads/${(await begun(world)).id}/complete`,
  }),
  'checkpoint_stale POST /api/kiosk/checkpoints': async (world: World) => {
    const ready = await checkpointAfterAnother(world);
    return { ...ready, body: { ...ready.body, oldSize: 1 } };
  },
  'checkpoint_forked POST /api/kiosk/checkpoints': async (world: World) => {
    const ready = await checkpointAfterAnother(world);
    return { ...ready, body: { ...ready.body, proof: [] } };
  },
} satisfies Record<string, Scenario>;
