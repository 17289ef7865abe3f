/** One request per documented route that succeeds, with everything it needs made first: what the matrix is proved with. */
import { randomBytes } from 'node:crypto';
import type { RouteKey } from '../../contract/api/route-matrix.ts';
import { picture, type Scene } from '../../services/testing/fake-vision.ts';
import { asInput, deskCapture, password, signedBundle, turnLeft } from '../../services/testing/test-house.ts';
import { fleetScenarios } from './route-scenarios-fleet.ts';
import { kioskDeliveryScenarios } from './route-scenarios-kiosk.ts';
import { peopleScenarios } from './route-scenarios-people.ts';
import { newCustomer, type Scenario, type World } from './scenario-world.ts';

async function signed(world: World, kind: 'document/ktp/challenge' | 'face/flash-challenge', scene: Scene) {
  const customerId = await newCustomer(world);
  const { body } = await world.program.send('POST', `/api/identity/${kind}`, { customerId });
  const note = randomBytes(4).toString('hex');
  const bundle = asInput(signedBundle(world.api.house, body.flashChallenge, [picture(scene, note)]));
  return { customerId, bundle, hmacKey: body.flashChallenge.hmacSecret as string };
}

const selfie = (world: World, scene: Scene = 'still') => signed(world, 'face/flash-challenge', scene);

/** A customer whose card was captured, so that there is a reference to match with. */
async function selfieOfKnown(world: World) {
  const card = await signed(world, 'document/ktp/challenge', 'card');
  await world.program.send('POST', '/api/identity/document/ktp/capture', card);
  const { customerId } = card;
  const { body } = await world.program.send('POST', '/api/identity/face/flash-challenge', { customerId });
  const bundle = asInput(signedBundle(world.api.house, body.flashChallenge, [picture('still', customerId)]));
  return { customerId, bundle };
}

async function newWebhook({ program }: World): Promise<string> {
  const body = { url: 'https://hooks.bank.example/loket', events: ['verification.created'] };
  return (await program.send('POST', '/api/identity/webhooks', body)).body.data.id as string;
}

async function newReview(world: World): Promise<{ id: string; customerId: string }> {
  const taken = await selfie(world);
  const { body } = await world.program.send('POST', '/api/identity/face/liveness', taken);
  return { id: body.reviewCaseId as string, customerId: taken.customerId };
}

/** The serial number of the next NIK. */
let anotherNik = 100;

const plain =
  (path: string, body?: object): Scenario =>
  () =>
    Promise.resolve(body === undefined ? { path } : { path, body });

const ofCustomer =
  (path: (id: string) => string, body?: object): Scenario =>
  async (world) => {
    const customerId = await newCustomer(world);
    return { path: path(customerId), owned: true, customerId, ...(body === undefined ? {} : { body }) };
  };

const capture =
  (path: string, make: (world: World) => Promise<{ readonly customerId: string }>): Scenario =>
  async (world) => {
    const body = await make(world);
    return { path, body, owned: true, customerId: body.customerId };
  };

const ofKey =
  (path: (id: string) => string, body?: object): Scenario =>
  async ({ program }) => {
    const made = await program.send('POST', '/api/identity/api-keys', { name: 'reader', scopes: ['customers:view'] });
    return { path: path(made.body.data.id as string), owned: true, ...(body === undefined ? {} : { body }) };
  };

const aboutCustomer =
  (path: string, more: object = {}): Scenario =>
  async (world) => {
    const customerId = await newCustomer(world);
    return { path, body: { customerId, ...more }, owned: true, customerId };
  };

const ofWebhook =
  (path: (id: string) => string, body?: object): Scenario =>
  async (world) => ({ path: path(await newWebhook(world)), owned: true, ...(body === undefined ? {} : { body }) });

export const scenarios: Record<RouteKey, Scenario> = {
  'POST /api/auth/login': ({ api }) =>
    Promise.resolve({
      path: '/api/auth/login',
      body: { email: 'analyst@bank.test', password },
      as: api.visitor(),
    }),
  'POST /api/auth/logout': async ({ api }) => ({ path: '/api/auth/logout', as: await api.person('analyst@bank.test') }),
  'GET /api/auth/me': plain('/api/auth/me'),
  'GET /api/customers': plain('/api/customers'),
  'POST /api/customers': plain('/api/customers', { fullName: 'BUDI SANTOSO' }),
  'GET /api/identity/customers/{id}': ofCustomer((id) => `/api/identity/customers/${id}`),
  'POST /api/identity/customers/{id}/erase': ofCustomer((id) => `/api/identity/customers/${id}/erase`, {
    reason: 'asked for it',
    requestedBy: 'data protection officer',
    confirm: true,
  }),
  'POST /api/identity/document/ktp/challenge': aboutCustomer('/api/identity/document/ktp/challenge'),
  'POST /api/identity/document/ktp/capture': capture('/api/identity/document/ktp/capture', (world) =>
    signed(world, 'document/ktp/challenge', 'card'),
  ),
  'POST /api/identity/face/flash-challenge': aboutCustomer('/api/identity/face/flash-challenge'),
  'POST /api/identity/face/liveness': capture('/api/identity/face/liveness', (world) => selfie(world)),
  'POST /api/identity/face/match': capture('/api/identity/face/match', selfieOfKnown),
  'POST /api/identity/auth/step-up': capture('/api/identity/auth/step-up', selfieOfKnown),
  'POST /api/identity/nik/dukcapil': aboutCustomer('/api/identity/nik/dukcapil', {
    valid: false,
    reason: 'NIK not found in central registry',
  }),
  'GET /api/identity/kyc/{customerId}': ofCustomer((id) => `/api/identity/kyc/${id}`),
  'POST /api/identity/kyc/{customerId}/upgrade': async (world) => {
    // Stored `none`, worth `basic`: as a level is after data was brought in from elsewhere.
    const customerId = await newCustomer(world, { nik: `317104450790${String((anotherNik += 1)).padStart(4, '0')}` });
    const { db } = world.api.house.ctx.store;
    await db.updateTable('customers').set({ kyc_level: 'none' }).where('id', '=', customerId).execute();
    return {
      path: `/api/identity/kyc/${customerId}/upgrade`,
      body: { targetTier: 'basic', reason: 'brought in from core banking' },
      owned: true,
      customerId,
    };
  },
  'GET /api/identity/face/enrollments': plain('/api/identity/face/enrollments'),
  'POST /api/identity/devices/register': aboutCustomer('/api/identity/devices/register', { platform: 'android' }),
  'GET /api/identity/attempts': plain('/api/identity/attempts'),
  'GET /api/identity/customers/{id}/attempts': ofCustomer((id) => `/api/identity/customers/${id}/attempts`),
  'GET /api/identity/search': plain('/api/identity/search?q=siti'),
  'GET /api/identity/review-queue': plain('/api/identity/review-queue'),
  'POST /api/identity/review-queue/{id}/decision': async (world) => {
    const { id, customerId } = await newReview(world);
    return {
      path: `/api/identity/review-queue/${id}/decision`,
      body: { decision: 'reject', reasonCode: 'not_live', reason: 'a still picture', password },
      owned: true,
      role: 'supervisor',
      as: await world.api.person('supervisor@bank.test'),
      customerId,
    };
  },
  'GET /api/identity/tier-events': plain('/api/identity/tier-events'),
  'GET /api/identity/export/customers.csv': plain('/api/identity/export/customers.csv'),
  'GET /api/identity/export/verifications.csv': plain('/api/identity/export/verifications.csv'),
  'GET /api/identity/audit-log': plain('/api/identity/audit-log'),
  'GET /api/identity/webhooks': plain('/api/identity/webhooks'),
  'POST /api/identity/webhooks': plain('/api/identity/webhooks', {
    url: 'https://hooks.bank.example/loket',
    events: ['customer.erased'],
  }),
  'POST /api/identity/webhooks/{id}/test': ofWebhook((id) => `/api/identity/webhooks/${id}/test`),
  'GET /api/identity/api-keys': plain('/api/identity/api-keys'),
  'POST /api/identity/api-keys': plain('/api/identity/api-keys', { name: 'reader', scopes: ['customers:view'] }),
  'POST /api/identity/api-keys/{id}/rotate': ofKey((id) => `/api/identity/api-keys/${id}/rotate`, {}),
  'POST /api/identity/api-keys/{id}/revoke': ofKey((id) => `/api/identity/api-keys/${id}/revoke`),
  'GET /api/healthz': plain('/api/healthz'),
  'POST /api/kiosk/bundles': async (world) => {
    const customerId = await newCustomer(world);
    const desk = deskCapture(world.api.house, 'face', customerId, [picture('alive', customerId)], {
      prompts: [turnLeft],
    });
    const { kind, nonce } = desk;
    const body = { deskId: world.api.bank.deskId, kind, customerId, nonce, bundle: asInput(desk.bundle) };
    return { path: '/api/kiosk/bundles', body, customerId };
  },
  'PATCH /api/identity/webhooks/{id}': ofWebhook((id) => `/api/identity/webhooks/${id}`, {
    description: 'second line',
  }),
  'DELETE /api/identity/webhooks/{id}': ofWebhook((id) => `/api/identity/webhooks/${id}`),
  'POST /api/identity/webhooks/{id}/rotate': ofWebhook((id) => `/api/identity/webhooks/${id}/rotate`, {}),
  'GET /api/identity/webhooks/{id}/deliveries': ofWebhook((id) => `/api/identity/webhooks/${id}/deliveries`),
  'POST /api/identity/webhooks/{id}/deliveries/{deliveryId}/replay': async (world) => {
    const id = await newWebhook(world);
    const sent = await world.program.send('POST', `/api/identity/webhooks/${id}/test`);
    const listed = await world.program.send('GET', `/api/identity/webhooks/${id}/deliveries`);
    const delivery = (listed.body.data[0]?.id ?? sent.body.data.id) as string;
    return { path: `/api/identity/webhooks/${id}/deliveries/${delivery}/replay`, owned: true };
  },
  ...peopleScenarios,
  ...kioskDeliveryScenarios,
  ...fleetScenarios,
};
