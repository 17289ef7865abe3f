/** Scenarios of head office and its desks: heartbeat, inventory, settings, packs, revocation, wiping. */
import { sign, type KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { fleetRows } from '../../contract/api/route-rows-fleet.ts';
import type { ModelManifest } from '../../contract/models.ts';
import { offerPack } from '../../services/fleet/offer-pack.ts';
import { publishSettings } from '../../services/fleet/publish-settings.ts';
import { writeInstallationValue } from '../../store/installation-values.ts';
import { randomToken, sha256 } from '../../vault/random.ts';
import { signText } from '../../vault/signed-text.ts';
import type { Client } from './listening-api.ts';
import { deskCode, newDesk } from './desk-to-enrol.ts';
import type { Ready, Scenario, World } from './scenario-world.ts';

type KeyOf<R> = R extends { readonly method: infer M extends string; readonly path: infer P extends string }
  ? `${M} ${P}`
  : never;
export type FleetKey = KeyOf<(typeof fleetRows)[number]>;

const admin = (world: World): Promise<Client> => world.api.person('admin@bank.test');
const about = (world: World, deskId: string) => ({
  layout: 1,
  deskId,
  nonce: randomToken(24),
  at: world.api.house.now.toISOString(),
});

/** What a desk in order says. */
function report(world: World): object {
  const { bank, house } = world.api;
  const said = {
    kind: 'loket-fleet-report',
    ...about(world, bank.deskId),
    version: '0.1.0',
    platform: 'linux x64',
    keystore: 'file',
    models: [],
    lists: [],
    disk: null,
    outbox: { pending: 0, oldestAt: null, refused: 0 },
    cameras: [],
    settings: null,
    packs: [],
    problems: [],
    wipe: null,
  };
  return { deskId: bank.deskId, report: signText(house.ctx.vault.desk, said) };
}

interface OtherDesk {
  readonly id: string;
  readonly key: KeyObject;
  readonly publicKey: string;
}

async function otherDesk(world: World, as: Client): Promise<OtherDesk> {
  const made = newDesk();
  const body = made.body(await deskCode(as));
  await world.api.visitor().send('POST', '/api/kiosk/desks/enrol', body);
  return { id: body.deskId, key: made.privateKey, publicKey: body.publicKey };
}

const signedBy = (key: KeyObject, value: object) =>
  signText({ sign: (bytes) => sign(null, bytes, key).toString('base64url') }, value);

const wipe = { mode: 'immediately', reason: 'stolen in a burglary' } as const;

async function orderedDesk(world: World): Promise<OtherDesk & { readonly order: string; readonly as: Client }> {
  const as = await admin(world);
  const desk = await otherDesk(world, as);
  const done = await as.send('POST', `/api/admin/fleet/desks/${desk.id}/wipe`, wipe);
  if (done.status !== 202) throw new Error(`no order: ${done.status} ${done.body?.code as string}`);
  return { ...desk, as, order: done.body.data.id as string };
}

async function receipt(world: World): Promise<Ready & { readonly id: string; readonly by: Client }> {
  const desk = await orderedDesk(world);
  const { house, bank } = world.api;
  const { layout, deskId, at } = about(world, desk.id);
  const said = {
    ...{ kind: 'loket-wipe-receipt', layout, orderId: desk.order, orgId: bank.orgId, deskId, at },
    ...{ installationId: house.ctx.vault.installationId, mode: wipe.mode, undelivered: 0, rescued: 0 },
    ...{ files: [], keys: ['database/1'], auditRows: 7 },
  };
  const body = { receipt: signedBy(desk.key, said) };
  return { path: '/api/kiosk/fleet/receipts', body, as: world.api.visitor(), id: desk.id, by: desk.as };
}

/** Something an admin does to a desk. */
const toDesk =
  (path: (id: string) => string, body?: object): Scenario =>
  async (world) => {
    const as = await admin(world);
    const { id } = await otherDesk(world, as);
    return { path: path(id), owned: true, role: 'admin', as, ...(body === undefined ? {} : { body }) };
  };

/** Weights of a manifest that names these very bytes. */
async function offered(world: World): Promise<string> {
  const { house, bank } = world.api;
  const bytes = randomToken(300);
  const path = join(house.directory, `${randomToken(6)}.onnx`);
  await writeFile(path, bytes);
  const models = [{ id: 'a-model', file: 'a-model.onnx', sha256: sha256(bytes) }];
  const manifest = { version: 1, models } as unknown as ModelManifest;
  const done = await offerPack(house.ctx, bank.actor('admin'), { path, manifest });
  if (!done.ok) throw new Error(done.error.code);
  return done.value.id;
}

const settingsFile = (world: World) => ({
  branch: 'Jakarta',
  expiresAt: new Date(world.api.house.now.getTime() + 86_400_000).toISOString(),
  rules: { idleSeconds: 120 },
});

const seen =
  (path: string): Scenario =>
  async (world) => {
    const { bank, house } = world.api;
    await publishSettings(house.ctx, bank.actor('admin'), settingsFile(world));
    return { path, as: await admin(world), role: 'admin' };
  };

const desks = '/api/admin/fleet/desks';

export const fleetScenarios: Record<FleetKey, Scenario> = {
  'POST /api/kiosk/fleet/heartbeat': (world) =>
    Promise.resolve({ path: '/api/kiosk/fleet/heartbeat', body: report(world) }),
  'GET /api/kiosk/fleet/packs/{id}': async (world) => ({
    path: `/api/kiosk/fleet/packs/${await offered(world)}?part=0`,
    owned: true,
  }),
  'POST /api/kiosk/fleet/wipe-question': async (world) => {
    const desk = await orderedDesk(world);
    const question = signedBy(desk.key, { kind: 'loket-fleet-wipe-question', ...about(world, desk.id) });
    const body = { deskId: desk.id, question };
    return { path: '/api/kiosk/fleet/wipe-question', body, as: world.api.visitor() };
  },
  'POST /api/kiosk/fleet/receipts': async (world) => {
    const { path, body, as } = await receipt(world);
    return { path, ...(body === undefined ? {} : { body }), ...(as === undefined ? {} : { as }) };
  },
  'GET /api/admin/fleet/desks': async (world) => {
    await world.program.send('POST', '/api/kiosk/fleet/heartbeat', report(world));
    return { path: desks, as: await admin(world), role: 'admin' };
  },
  'GET /api/admin/fleet/desks/{id}': toDesk((id) => `${desks}/${id}`),
  'POST /api/admin/fleet/desks/{id}/place': toDesk((id) => `${desks}/${id}/place`, { branch: 'Medan' }),
  'POST /api/admin/fleet/desks/{id}/revoke': toDesk((id) => `${desks}/${id}/revoke`, { reason: 'stolen' }),
  'POST /api/admin/fleet/desks/{id}/wipe': toDesk((id) => `${desks}/${id}/wipe`, wipe),
  'POST /api/admin/fleet/desks/{id}/cancel-wipe': async (world) => {
    const { id, as } = await orderedDesk(world);
    return { path: `${desks}/${id}/cancel-wipe`, owned: true, role: 'admin', as };
  },
  'GET /api/admin/fleet/settings': seen('/api/admin/fleet/settings'),
  'POST /api/admin/fleet/settings': async (world) => ({
    path: '/api/admin/fleet/settings',
    body: settingsFile(world),
    as: await admin(world),
    role: 'admin',
  }),
  'GET /api/admin/fleet/packs': async (world) => {
    await offered(world);
    return { path: '/api/admin/fleet/packs', as: await admin(world), role: 'admin' };
  },
  'POST /api/admin/fleet/packs/{id}/withdraw': async (world) => ({
    path: `/api/admin/fleet/packs/${await offered(world)}/withdraw`,
    owned: true,
    role: 'admin',
    as: await admin(world),
  }),
};

/** How each conflict of these routes comes about. */
export const fleetConflicts = {
  'own_account POST /api/admin/fleet/desks/{id}/wipe': async (world: World) => ({
    path: `${desks}/${world.api.bank.deskId}/wipe`,
    body: wipe,
    as: await admin(world),
  }),
  'already_wiped POST /api/admin/fleet/desks/{id}/wipe': async (world: World) => {
    const { path, body, id, by } = await receipt(world);
    await world.api.visitor().send('POST', path, body);
    return { path: `${desks}/${id}/wipe`, body: wipe, as: by };
  },
  'settings_managed PATCH /api/admin/settings': async (world: World) => {
    const text = JSON.stringify({ rules: { policy: { review: { slaMinutes: 45 } } } });
    const held = { version: 1, appliedAt: '', expiresAt: '', signed: { text, signature: '' } };
    await world.api.house.ctx.store.transaction((trx) => writeInstallationValue(trx, 'fleet.settings', held));
    return { path: '/api/admin/settings', body: { review: { slaMinutes: 50 } }, as: await admin(world) };
  },
} satisfies Record<string, Scenario>;
