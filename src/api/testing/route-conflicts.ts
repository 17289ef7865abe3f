/** For each documented conflict (409) of a route: a request that runs into it, with everything it needs made first. */
import { randomBytes, randomInt } from 'node:crypto';
import type { RouteKey } from '../../contract/api/route-matrix.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import { picture } from '../../services/testing/fake-vision.ts';
import { asInput, deskCapture, signedBundle, turnLeft } from '../../services/testing/test-house.ts';
import { deskCode, newDesk } from './desk-to-enrol.ts';
import type { Client } from './listening-api.ts';
import { fleetConflicts } from './route-scenarios-fleet.ts';
import { kioskConflicts } from './route-scenarios-kiosk.ts';
import { beginPasskey, newRequest, newUser } from './route-scenarios-people.ts';
import { scenarios } from './route-scenarios.ts';
import { newCustomer, type Ready, type Scenario, type World } from './scenario-world.ts';

type Conflict = (world: World, key: RouteKey) => Promise<Ready>;

const admin = (world: World): Promise<Client> => world.api.person('admin@bank.test');

/** Who a scenario is carried out by. */
export const doer = (world: World, ready: Ready): Client => ready.as ?? world.program;

/** The route's own scenario, carried out already. */
const again: Conflict = async (world, key) => {
  const ready = await scenarios[key](world);
  const [method = 'POST'] = key.split(' ');
  const done = await doer(world, ready).send(method, ready.path, ready.body);
  if (done.status >= 300) throw new Error(`${key} did not succeed the first time: ${done.status}`);
  return ready;
};

async function erase({ program }: World, customerId: string): Promise<void> {
  const body = { reason: 'asked for it', requestedBy: 'data protection officer', confirm: true };
  const done = await program.send('POST', `/api/identity/customers/${customerId}/erase`, body);
  if (done.status !== 200) throw new Error(`not erased: ${done.status}`);
}

/** Erased between the moment the client prepared its request and the moment it came. */
const erasedMeanwhile: Conflict = async (world, key) => {
  const ready = await scenarios[key](world);
  await erase(world, ready.customerId ?? '');
  return ready;
};

async function disabledWebhook({ program }: World): Promise<string> {
  const body = { url: 'https://hooks.bank.example/loket', events: ['verification.created'] };
  const id = (await program.send('POST', '/api/identity/webhooks', body)).body.data.id as string;
  await program.send('POST', `/api/identity/webhooks/${id}/test`);
  await program.send('PATCH', `/api/identity/webhooks/${id}`, { status: 'disabled' });
  return id;
}

async function changedBundle(world: World, key: RouteKey): Promise<Ready> {
  const card = key.includes('document');
  const customerId = await newCustomer(world);
  const route = card ? 'document/ktp/challenge' : 'face/flash-challenge';
  const { flashChallenge } = (await world.program.send('POST', `/api/identity/${route}`, { customerId })).body;
  const bundle = (note: string) =>
    asInput(signedBundle(world.api.house, flashChallenge, [picture(card ? 'card' : 'still', note)]));
  // A selfie consumes the challenge of all three face routes, and needs no reference.
  const first = card ? '/api/identity/document/ktp/capture' : '/api/identity/face/liveness';
  await world.program.send('POST', first, { customerId, bundle: bundle('first') });
  return { path: key.split(' ')[1] ?? '', body: { customerId, bundle: bundle('second') } };
}

async function changedDelivery(world: World): Promise<Ready> {
  const customerId = await newCustomer(world);
  const { house, bank } = world.api;
  const deliver = (note: string) =>
    deskCapture(house, 'face', customerId, [picture('alive', note)], { prompts: [turnLeft] });
  const [one, two] = [deliver('one'), deliver('two')];
  const at = { path: '/api/kiosk/bundles' };
  const body = { deskId: bank.deskId, kind: 'face', customerId, nonce: one.nonce, bundle: asInput(one.bundle) };
  await world.program.send('POST', at.path, body);
  const { evidence } = one.bundle.manifest;
  const changed = deskCapture(
    house,
    'face',
    customerId,
    two.bundle.frames,
    {},
    {
      flashChallengeNonce: one.nonce,
      ...(evidence === undefined ? {} : { evidence }),
    },
  );
  return { ...at, body: { ...body, bundle: asInput(changed.bundle) } };
}

/** Two captures under one counter: a second machine signs with this desk's key. */
async function forkedDelivery(world: World): Promise<Ready> {
  const customerId = await newCustomer(world);
  const { house, bank } = world.api;
  const counter = randomInt(1_000_000_000);
  const body = (note: string) => {
    const capture = deskCapture(house, 'face', customerId, [picture('alive', note)], { prompts: [turnLeft], counter });
    return { deskId: bank.deskId, kind: 'face', customerId, nonce: capture.nonce, bundle: asInput(capture.bundle) };
  };
  await world.program.send('POST', '/api/kiosk/bundles', body('one'));
  return { path: '/api/kiosk/bundles', body: body('two') };
}

const some = (): string => randomBytes(6).toString('hex');

const organisation = (name: string, email: string) => ({
  name,
  branch: 'Medan',
  admin: { email, fullName: 'RINA WIJAYA' },
});

async function takenName(world: World): Promise<Ready> {
  const as = await admin(world);
  const name = `Bank ${some()}`;
  await as.send('POST', '/api/admin/organisations', organisation(name, `${some()}@new.test`));
  return { path: '/api/admin/organisations', body: organisation(name, `${some()}@new.test`), as };
}

async function tenPasskeys(world: World): Promise<Client> {
  const { email } = await newUser(await admin(world));
  const as = await world.api.person(email);
  for (let n = 0; n < 10; n += 1) {
    const { finish } = await beginPasskey(world, as);
    await as.send('POST', '/api/auth/webauthn/register/finish', finish);
  }
  return as;
}

/** The same key under another name, as a copied authenticator would register it. */
async function copiedPasskey(world: World): Promise<Ready> {
  const { email } = await newUser(await admin(world));
  const as = await world.api.person(email);
  const { authenticator, finish } = await beginPasskey(world, as);
  await as.send('POST', '/api/auth/webauthn/register/finish', finish);
  const begun = (await as.send('POST', '/api/auth/webauthn/register/begin')).body.data;
  const credential = authenticator.create(begun.options);
  const body = { challengeId: begun.challengeId as string, credential };
  return { path: '/api/auth/webauthn/register/finish', body, as };
}

async function twoRequests(world: World): Promise<Ready> {
  const customerId = await newCustomer(world);
  await newRequest(world.program, 'access', customerId);
  return { path: '/api/admin/data-subject-requests', body: { customerId, kind: 'access' } };
}

async function manyWebhooks(world: World): Promise<Ready> {
  const rival = world.api.program((await world.api.rival.key()).key);
  const body = { url: 'https://hooks.bank.example/loket', events: ['customer.erased'] };
  for (let n = 0; n < 50; n += 1) await rival.send('POST', '/api/identity/webhooks', body);
  return { path: '/api/identity/webhooks', body, as: rival };
}

const byCode: Partial<Record<ErrorCode, Conflict>> = {
  customer_archived: erasedMeanwhile,
  challenge_consumed: changedBundle,
  nonce_reused: (world) => changedDelivery(world),
  already_decided: again,
  already_at_tier: again,
  already_revoked: again,
  wipe_pending: again,
  already_answered: again,
  key_revoked: async (world, key) => {
    const ready = await scenarios[key](world);
    await world.program.send('POST', ready.path.replace(/\/\w+$/, '/revoke'));
    return ready;
  },
  request_open: twoRequests,
  request_not_liftable: again,
  desk_exists: async (world) => {
    const as = await admin(world);
    const desk = newDesk();
    await world.api.visitor().send('POST', '/api/kiosk/desks/enrol', desk.body(await deskCode(as)));
    return { path: '/api/kiosk/desks/enrol', body: desk.body(await deskCode(as)), as: world.api.visitor() };
  },
  organisation_exists: takenName,
  webhook_limit: manyWebhooks,
  webhook_disabled: async (world, key) => {
    const id = await disabledWebhook(world);
    const listed = await world.program.send('GET', `/api/identity/webhooks/${id}/deliveries`);
    const delivery = listed.body.data[0].id as string;
    return { path: (key.split(' ')[1] ?? '').replace('{id}', id).replace('{deliveryId}', delivery) };
  },
  own_account: async (world) => {
    const as = await admin(world);
    return { path: `/api/admin/users/${world.api.bank.people.admin.id}`, body: { role: 'staff' }, as };
  },
  customer_exists: async (world) => {
    await newCustomer(world, { nik: '3171044507900011' });
    return { path: '/api/customers', body: { fullName: 'SITI RAHMAWATI', nik: '3171044507900011' } };
  },
  external_ref_exists: async (world) => {
    const externalRef = some();
    await newCustomer(world, { externalRef });
    return { path: '/api/customers', body: { fullName: 'SITI RAHMAWATI', externalRef } };
  },
};

const byRoute: Partial<Record<`${ErrorCode} ${RouteKey}`, Scenario>> = {
  'user_exists POST /api/admin/users': async (world) => {
    const as = await admin(world);
    const { email } = await newUser(as);
    return { path: '/api/admin/users', body: { email, fullName: 'BUDI SANTOSO', role: 'staff' }, as };
  },
  'user_exists POST /api/admin/organisations': async (world) => {
    const as = await admin(world);
    const { email } = await newUser(as);
    return { path: '/api/admin/organisations', body: organisation(`Bank ${some()}`, email), as };
  },
  'passkey_exists POST /api/auth/webauthn/register/begin': async (world) => ({
    path: '/api/auth/webauthn/register/begin',
    as: await tenPasskeys(world),
  }),
  'passkey_exists POST /api/auth/webauthn/register/finish': copiedPasskey,
  ...kioskConflicts,
  ...fleetConflicts,
  'desk_forked POST /api/kiosk/bundles': forkedDelivery,
};

/** Undefined: nobody has written how this conflict comes about. */
export function conflictOf(code: ErrorCode, key: RouteKey): Scenario | undefined {
  const general = byCode[code];
  return byRoute[`${code} ${key}`] ?? (general === undefined ? undefined : (world) => general(world, key));
}
