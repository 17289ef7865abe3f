/** Scenarios of what people do beside the documented routes: passkeys, administration, desks, requests of data subjects. */
import type { RouteKey } from '../../contract/api/route-matrix.ts';
import type { Role } from '../../contract/vocabulary.ts';
import { picture } from '../../services/testing/fake-vision.ts';
import { softwareAuthenticator } from '../../services/testing/software-authenticator.ts';
import { asInput, password, signedBundle } from '../../services/testing/test-house.ts';
import { deskCode, newDesk } from './desk-to-enrol.ts';
import type { Client } from './listening-api.ts';
import { clientId, clientSecret, signInAtReference } from './oidc-providers.ts';
import type { FleetKey } from './route-scenarios-fleet.ts';
import type { KioskDeliveryKey } from './route-scenarios-kiosk.ts';
import { newCustomer, type Scenario, type World } from './scenario-world.ts';

type SignInKey = Exclude<
  Extract<RouteKey, `${string} /api/auth/${string}`>,
  'POST /api/auth/login' | 'POST /api/auth/logout' | 'GET /api/auth/me'
>;
type AdminKey = Exclude<Extract<RouteKey, `${string} /api/admin/${string}`>, KioskDeliveryKey | FleetKey>;
type KioskKey = Exclude<
  Extract<RouteKey, `${string} /api/kiosk/${string}`>,
  'POST /api/kiosk/bundles' | KioskDeliveryKey | FleetKey
>;

const person = (world: World, role: Role): Promise<Client> => world.api.person(`${role}@bank.test`);

/** Something a role asks for that names nothing of the organisation. */
const by =
  (role: Role, path: string, body?: object): Scenario =>
  async (world) => ({ path, role, as: await person(world, role), ...(body === undefined ? {} : { body }) });

/** Something a role does to an object made first. */
const to =
  (
    role: Role,
    make: (world: World, as: Client) => Promise<string>,
    path: (id: string) => string,
    body?: object,
  ): Scenario =>
  async (world) => {
    const as = await person(world, role);
    const id = await make(world, as);
    return { path: path(id), owned: true, role, as, ...(body === undefined ? {} : { body }) };
  };

export async function newUser(as: Client, role: Role = 'staff'): Promise<{ id: string; email: string }> {
  const email = `${crypto.randomUUID()}@bank.test`;
  const made = await as.send('POST', '/api/admin/users', { email, fullName: 'DEWI LESTARI', role, password });
  if (made.status !== 201) throw new Error(`no user: ${made.status}`);
  return { id: made.body.data.id as string, email };
}

export async function beginPasskey(world: World, client: Client) {
  const authenticator = softwareAuthenticator(-7, world.api.origin);
  const begun = (await client.send('POST', '/api/auth/webauthn/register/begin')).body.data;
  const credential = authenticator.create(begun.options);
  return { authenticator, finish: { challengeId: begun.challengeId as string, credential, name: 'Laptop' } };
}

/** A new person with a passkey, still signed in. */
async function withPasskey(world: World) {
  const { id, email } = await newUser(await person(world, 'admin'));
  const as = await world.api.person(email);
  const { authenticator, finish } = await beginPasskey(world, as);
  const done = await as.send('POST', '/api/auth/webauthn/register/finish', finish);
  return { id, as, authenticator, passkeyId: done.body.data.id as string };
}

async function withProvider(world: World): Promise<Client> {
  const admin = await person(world, 'admin');
  const { issuer } = world.provider;
  await admin.send('PATCH', '/api/admin/oidc', { issuer, clientId, clientSecret });
  return admin;
}

async function enrolledDesk(world: World, admin: Client): Promise<string> {
  const body = newDesk().body(await deskCode(admin));
  await world.api.visitor().send('POST', '/api/kiosk/desks/enrol', body);
  return body.deskId;
}

const requests = '/api/admin/data-subject-requests';

/** Somebody of the bank asks for something about a customer. */
export async function newRequest(as: Client, kind: string, customerId: string): Promise<string> {
  const made = await as.send('POST', requests, { customerId, kind });
  if (made.status !== 201) throw new Error(`no request: ${made.status} ${made.body?.code as string}`);
  return made.body.data.id as string;
}

const ofRequest =
  (kind: string, path: (id: string) => string, body?: object): Scenario =>
  async (world) => {
    const as = await person(world, 'compliance');
    const customerId = await newCustomer(world);
    const id = await newRequest(as, kind, customerId);
    const sent = body === undefined ? {} : { body };
    return { path: path(id), owned: true, role: 'compliance', as, customerId, ...sent };
  };

/** A selfie that was taken in: its frames are what a reviewer looks at. */
async function seenSelfie(world: World): Promise<string> {
  const customerId = await newCustomer(world);
  const { body } = await world.program.send('POST', '/api/identity/face/flash-challenge', { customerId });
  const bundle = asInput(signedBundle(world.api.house, body.flashChallenge, [picture('still', customerId)]));
  const seen = await world.program.send('POST', '/api/identity/face/liveness', { customerId, bundle });
  return seen.body.verification.id as string;
}

const signIn: Record<SignInKey, Scenario> = {
  'POST /api/auth/webauthn/register/begin': async (world) => {
    const { email } = await newUser(await person(world, 'admin'));
    return { path: '/api/auth/webauthn/register/begin', as: await world.api.person(email) };
  },
  'POST /api/auth/webauthn/register/finish': async (world) => {
    const { email } = await newUser(await person(world, 'admin'));
    const as = await world.api.person(email);
    const { finish } = await beginPasskey(world, as);
    return { path: '/api/auth/webauthn/register/finish', body: finish, as };
  },
  'POST /api/auth/webauthn/auth/begin': ({ api }) =>
    Promise.resolve({ path: '/api/auth/webauthn/auth/begin', body: {}, as: api.visitor() }),
  'POST /api/auth/webauthn/auth/finish': async (world) => {
    const { authenticator } = await withPasskey(world);
    const as = world.api.visitor();
    const begun = (await as.send('POST', '/api/auth/webauthn/auth/begin', {})).body.data;
    const body = { challengeId: begun.challengeId as string, credential: authenticator.get(begun.options) };
    return { path: '/api/auth/webauthn/auth/finish', body, as };
  },
  'POST /api/auth/reauthenticate': by('analyst', '/api/auth/reauthenticate', { password }),
  'GET /api/auth/passkeys': by('analyst', '/api/auth/passkeys'),
  'DELETE /api/auth/passkeys/{id}': async (world) => {
    const { as, passkeyId } = await withPasskey(world);
    return { path: `/api/auth/passkeys/${passkeyId}`, owned: true, role: 'staff', as };
  },
  'POST /api/auth/oidc/begin': async (world) => {
    await withProvider(world);
    const body = { organisation: world.api.bank.orgId };
    return { path: '/api/auth/oidc/begin', body, as: world.api.visitor() };
  },
  'GET /api/auth/oidc/callback': async (world) => {
    const { email } = await newUser(await withProvider(world));
    const as = world.api.visitor();
    const begun = await as.send('POST', '/api/auth/oidc/begin', { organisation: world.api.bank.orgId });
    const back = await signInAtReference(begun.body.data.authorizationUrl as string, email);
    return { path: back.pathname + back.search, as };
  },
};

const userId = async (_world: World, as: Client): Promise<string> => (await newUser(as)).id;

const administration: Record<AdminKey, Scenario> = {
  'GET /api/admin/roles': by('compliance', '/api/admin/roles'),
  'GET /api/admin/users': by('compliance', '/api/admin/users'),
  'POST /api/admin/users': async (world) => ({
    path: '/api/admin/users',
    body: { email: `${crypto.randomUUID()}@bank.test`, fullName: 'BUDI SANTOSO', role: 'staff' },
    as: await person(world, 'admin'),
  }),
  'GET /api/admin/users/{id}': to('admin', userId, (id) => `/api/admin/users/${id}`),
  'PATCH /api/admin/users/{id}': to('admin', userId, (id) => `/api/admin/users/${id}`, { role: 'supervisor' }),
  'POST /api/admin/users/{id}/unlock': to('admin', userId, (id) => `/api/admin/users/${id}/unlock`),
  'DELETE /api/admin/users/{id}/passkeys': async (world) => {
    const { id } = await withPasskey(world);
    const as = await person(world, 'admin');
    return { path: `/api/admin/users/${id}/passkeys`, owned: true, role: 'admin', as };
  },
  'GET /api/admin/organisations': by('admin', '/api/admin/organisations'),
  'POST /api/admin/organisations': async (world) => {
    const name = `Bank ${crypto.randomUUID()}`;
    const admin = { email: `${crypto.randomUUID()}@new.test`, fullName: 'RINA WIJAYA' };
    const as = await person(world, 'admin');
    return { path: '/api/admin/organisations', body: { name, branch: 'Medan', admin }, as };
  },
  'GET /api/admin/settings': by('compliance', '/api/admin/settings'),
  'PATCH /api/admin/settings': async (world) => {
    // Another number each time: what does not change is not recorded.
    const as = await person(world, 'admin');
    const { slaMinutes } = (await as.send('GET', '/api/admin/settings')).body.data.review as { slaMinutes: number };
    return { path: '/api/admin/settings', body: { review: { slaMinutes: slaMinutes === 45 ? 40 : 45 } }, as };
  },
  'GET /api/admin/oidc': async (world) => {
    await withProvider(world);
    return { path: '/api/admin/oidc', owned: true, role: 'compliance', as: await person(world, 'compliance') };
  },
  'PATCH /api/admin/oidc': async (world) => ({
    path: '/api/admin/oidc',
    body: { issuer: world.provider.issuer, clientId, clientSecret },
    as: await person(world, 'admin'),
  }),
  'DELETE /api/admin/oidc': async (world) => ({
    path: '/api/admin/oidc',
    owned: true,
    role: 'admin',
    as: await withProvider(world),
  }),
  'GET /api/admin/data-subject-requests': by('compliance', requests),
  'POST /api/admin/data-subject-requests': async (world) => {
    const customerId = await newCustomer(world);
    return { path: requests, body: { customerId, kind: 'access' }, owned: true, customerId };
  },
  'GET /api/admin/data-subject-requests/due': by('compliance', `${requests}/due`),
  'GET /api/admin/data-subject-requests/{id}': ofRequest('access', (id) => `${requests}/${id}`),
  'GET /api/admin/data-subject-requests/{id}/export': ofRequest('access', (id) => `${requests}/${id}/export`),
  'POST /api/admin/data-subject-requests/{id}/answer': ofRequest('restriction', (id) => `${requests}/${id}/answer`, {
    outcome: 'fulfilled',
    reason: 'done as asked',
  }),
  'POST /api/admin/data-subject-requests/{id}/lift': async (world) => {
    const asked = await ofRequest('restriction', (id) => `${requests}/${id}`)(world);
    await asked.as?.send('POST', `${asked.path}/answer`, { outcome: 'fulfilled', reason: 'done as asked' });
    return { ...asked, path: `${asked.path}/lift` };
  },
};

export const peopleScenarios: Record<SignInKey | AdminKey | KioskKey, Scenario> = {
  ...signIn,
  ...administration,
  'GET /api/kiosk/desks': by('supervisor', '/api/kiosk/desks'),
  'POST /api/kiosk/desks': by('admin', '/api/kiosk/desks', { name: 'Loket 3' }),
  'POST /api/kiosk/desks/enrol': async (world) => {
    const body = newDesk().body(await deskCode(await person(world, 'admin')));
    return { path: '/api/kiosk/desks/enrol', body, as: world.api.visitor() };
  },
  'POST /api/kiosk/desks/{id}/revoke': to('admin', enrolledDesk, (id) => `/api/kiosk/desks/${id}/revoke`),
  'GET /api/kiosk/evidence/{id}': to('supervisor', seenSelfie, (id) => `/api/kiosk/evidence/${id}`),
};
