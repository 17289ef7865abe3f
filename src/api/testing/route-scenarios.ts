/** One request per route that succeeds, with everything it needs made first: what the matrix is proved with. */
import { randomBytes } from 'node:crypto';
import type { RouteKey } from '../../contract/api/route-matrix.ts';
import { picture, type Scene } from '../../services/testing/fake-vision.ts';
import { asInput, deskCapture, password, signedBundle, turnLeft } from '../../services/testing/test-house.ts';
import type { Client, ListeningApi } from './listening-api.ts';

export interface World {
  readonly api: ListeningApi;
  /** Holds every scope. */
  readonly program: Client;
}

export interface Ready {
  readonly path: string;
  readonly body?: object;
  /** It names an object of the organisation, so that another organisation must be told there is none. */
  readonly owned?: boolean;
  /** Who can do it where no key may. */
  readonly as?: Client;
}

export type Scenario = (world: World) => Promise<Ready>;

export async function newCustomer({ program }: World, extra: object = {}): Promise<string> {
  const made = await program.send('POST', '/api/customers', { fullName: 'SITI RAHMAWATI', ...extra });
  if (made.status !== 201) throw new Error(`no customer: ${made.status} ${made.body?.code as string}`);
  return made.body.data.id as string;
}

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

async function newReview(world: World): Promise<string> {
  const { body } = await world.program.send('POST', '/api/identity/face/liveness', await selfie(world));
  return body.reviewCaseId as string;
}

const plain =
  (path: string, body?: object): Scenario =>
  () =>
    Promise.resolve(body === undefined ? { path } : { path, body });

const ofCustomer =
  (path: (id: string) => string, body?: object): Scenario =>
  async (world) => ({
    path: path(await newCustomer(world)),
    owned: true,
    ...(body === undefined ? {} : { body }),
  });

const capture =
  (path: string, make: (world: World) => Promise<object>): Scenario =>
  async (world) => ({ path, body: await make(world), owned: true });

const ofWebhook =
  (path: (id: string) => string, body?: object): Scenario =>
  async (world) => ({ path: path(await newWebhook(world)), owned: true, ...(body === undefined ? {} : { body }) });

export const scenarios: Partial<Record<RouteKey, Scenario>> = {
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
  'POST /api/identity/document/ktp/challenge': async (world) => ({
    path: '/api/identity/document/ktp/challenge',
    body: { customerId: await newCustomer(world) },
    owned: true,
  }),
  'POST /api/identity/document/ktp/capture': capture('/api/identity/document/ktp/capture', (world) =>
    signed(world, 'document/ktp/challenge', 'card'),
  ),
  'POST /api/identity/face/flash-challenge': async (world) => ({
    path: '/api/identity/face/flash-challenge',
    body: { customerId: await newCustomer(world) },
    owned: true,
  }),
  'POST /api/identity/face/liveness': capture('/api/identity/face/liveness', (world) => selfie(world)),
  'POST /api/identity/face/match': capture('/api/identity/face/match', selfieOfKnown),
  'POST /api/identity/auth/step-up': capture('/api/identity/auth/step-up', selfieOfKnown),
  'POST /api/identity/nik/dukcapil': async (world) => ({
    path: '/api/identity/nik/dukcapil',
    body: { customerId: await newCustomer(world), valid: false, reason: 'NIK not found in central registry' },
    owned: true,
  }),
  'GET /api/identity/kyc/{customerId}': ofCustomer((id) => `/api/identity/kyc/${id}`),
  'POST /api/identity/kyc/{customerId}/upgrade': async (world) => {
    // Stored `none`, worth `basic`: as a level is after data was brought in from elsewhere.
    const customerId = await newCustomer(world, { nik: '3171044507900003' });
    const { db } = world.api.house.ctx.store;
    await db.updateTable('customers').set({ kyc_level: 'none' }).where('id', '=', customerId).execute();
    return {
      path: `/api/identity/kyc/${customerId}/upgrade`,
      body: { targetTier: 'basic', reason: 'brought in from core banking' },
      owned: true,
    };
  },
  'GET /api/identity/face/enrollments': plain('/api/identity/face/enrollments'),
  'POST /api/identity/devices/register': async (world) => ({
    path: '/api/identity/devices/register',
    body: { customerId: await newCustomer(world), platform: 'android' },
    owned: true,
  }),
  'GET /api/identity/attempts': plain('/api/identity/attempts'),
  'GET /api/identity/customers/{id}/attempts': ofCustomer((id) => `/api/identity/customers/${id}/attempts`),
  'GET /api/identity/search': plain('/api/identity/search?q=siti'),
  'GET /api/identity/review-queue': plain('/api/identity/review-queue'),
  'POST /api/identity/review-queue/{id}/decision': async (world) => ({
    path: `/api/identity/review-queue/${await newReview(world)}/decision`,
    body: { decision: 'reject', reasonCode: 'not_live', reason: 'a still picture', password },
    owned: true,
    as: await world.api.person('supervisor@bank.test'),
  }),
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
  'GET /api/healthz': plain('/api/healthz'),
  'POST /api/kiosk/bundles': async (world) => {
    const customerId = await newCustomer(world);
    const desk = deskCapture(world.api.house, 'face', customerId, [picture('alive', customerId)], {
      prompts: [turnLeft],
    });
    const { kind, nonce } = desk;
    const body = { deskId: world.api.bank.deskId, kind, customerId, nonce, bundle: asInput(desk.bundle) };
    return { path: '/api/kiosk/bundles', body };
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
};

/** Rows that need an authenticator, a provider or a desk of their own: the file that proves them, by the path it names. */
export const provenElsewhere: Partial<Record<RouteKey, string>> = {
  'POST /api/auth/webauthn/register/begin': 'webauthn.test.ts',
  'POST /api/auth/webauthn/register/finish': 'webauthn.test.ts',
  'POST /api/auth/webauthn/auth/begin': 'webauthn.test.ts',
  'POST /api/auth/webauthn/auth/finish': 'webauthn.test.ts',
};
