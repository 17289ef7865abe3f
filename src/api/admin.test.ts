import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultOrgSettings } from '../contract/settings.ts';
import { deskEnrolmentBytes } from '../services/admin/desks.ts';
import { deskCapture, password } from '../services/testing/test-house.ts';
import { picture } from '../services/testing/fake-vision.ts';
import { ingestDeskCapture } from '../services/ingest-desk-capture.ts';
import { newEd25519Pair, privateKeyOf, signEd25519 } from '../vault/ed25519.ts';
import { listeningApi, type Client, type ListeningApi } from './testing/listening-api.ts';

let api: ListeningApi;
let admin: Client;
beforeAll(async () => {
  api = await listeningApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  admin = await api.person('admin@bank.test');
});

/** Refused to: nobody, a key with every scope but none that fits, the wrong role. */
async function expectClosed(
  method: string,
  path: string,
  body: object | undefined,
  wrongRole: string,
  key: 'none' | 'internal',
) {
  expect((await api.visitor().send(method, path, body)).body.code).toBe('unauthenticated');
  const held = await api.bank.key(['customers:view', 'verifications:write', 'webhooks:manage']);
  const byKey = await api.program(held.key).send(method, path, body);
  expect([byKey.status, byKey.body.code]).toEqual([403, key === 'none' ? 'person_required' : 'missing_scope']);
  const wrong = await api.person(`${wrongRole}@bank.test`);
  expect((await wrong.send(method, path, body)).body.code).toBe('forbidden');
}

const newUser = async (role = 'staff') => {
  const email = `${crypto.randomUUID()}@bank.test`;
  const made = await admin.send('POST', '/api/admin/users', { email, fullName: 'RINA KUSUMA', role });
  return { email, made, id: made.body.data.id as string, password: made.body.data.password as string };
};

describe('people', () => {
  it('are added with a password said once, listed, read and changed', async () => {
    const one = await newUser();
    expect(one.made.status).toBe(201);
    expect(one.password).toMatch(/^[\w-]{24}$/);
    const visitor = api.visitor();
    expect((await visitor.signIn(one.email, one.password)).status).toBe(200);
    const listed = await admin.send('GET', '/api/admin/users?limit=1&role=staff');
    expect(listed.body).toMatchObject({
      limit: 1,
      data: [{ id: one.id, role: 'staff', disabled: false, passkeys: 0 }],
    });
    expect(JSON.stringify(listed.body)).not.toContain('password');
    const changed = await admin.send('PATCH', `/api/admin/users/${one.id}`, { role: 'supervisor', fullName: 'RINA K' });
    expect(changed.body.data).toMatchObject({ role: 'supervisor', fullName: 'RINA K' });
    expect((await visitor.send('GET', '/api/auth/me')).body.data.user.role).toBe('supervisor');
    expect((await admin.send('PATCH', `/api/admin/users/${one.id}`, { disabled: true })).body.data.disabled).toBe(true);
    expect((await visitor.send('GET', '/api/auth/me')).body.code).toBe('session_expired');
    expect((await visitor.signIn(one.email, one.password)).body.code).toBe('invalid_credentials');
    expect((await api.events(api.bank.orgId)).slice(-3)).toContain('user.updated');
    const key = (await api.bank.key(['internal'])).key;
    expect((await api.program(key).send('GET', `/api/admin/users/${one.id}`)).status).toBe(200);
  });

  it('are unlocked by an admin', async () => {
    const one = await newUser();
    const visitor = api.visitor();
    for (let n = 0; n < 5; n += 1) {
      api.nextMinute();
      await visitor.signIn(one.email, 'not the pass phrase');
    }
    expect((await visitor.send('POST', '/api/auth/login', { email: one.email, password: one.password })).status).toBe(
      429,
    );
    expect((await admin.send('GET', `/api/admin/users/${one.id}`)).body.data.lockedUntil).not.toBeNull();
    const unlocked = await admin.send('POST', `/api/admin/users/${one.id}/unlock`);
    expect(unlocked.body.data.lockedUntil).toBeNull();
    api.nextMinute();
    expect((await visitor.signIn(one.email, one.password)).status).toBe(200);
  });

  it('refuse bad bodies, taken addresses, strangers, and locking everybody out', async () => {
    const bad = await admin.send('POST', '/api/admin/users', { email: 'x', fullName: 'A', role: 'boss', extra: 1 });
    expect(bad).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    const taken = await admin.send('POST', '/api/admin/users', {
      email: 'staff@rival.test',
      fullName: 'TWICE',
      role: 'staff',
    });
    expect(taken).toMatchObject({ status: 409, body: { code: 'user_exists' } });
    const foreign = api.rival.people.staff.id;
    for (const [method, path, body] of [
      ['GET', `/api/admin/users/${foreign}`, undefined],
      ['PATCH', `/api/admin/users/${foreign}`, { disabled: true }],
      ['POST', `/api/admin/users/${foreign}/unlock`, undefined],
    ] as const)
      expect((await admin.send(method, path, body)).body.code).toBe('not_found');
    const own = `/api/admin/users/${api.bank.people.admin.id}`;
    expect((await admin.send('PATCH', own, { role: 'staff' })).body.code).toBe('own_account');
    expect((await admin.send('PATCH', own, { disabled: true })).body.code).toBe('own_account');
    await expectClosed(
      'POST',
      '/api/admin/users',
      { email: 'a@b.c', fullName: 'AB', role: 'staff' },
      'compliance',
      'none',
    );
    await expectClosed('GET', '/api/admin/users', undefined, 'staff', 'internal');
    const crossSite = await admin.send('PATCH', own, { fullName: 'EVIL' }, { origin: 'https://evil.example' });
    expect(crossSite.body.code).toBe('csrf_failed');
  });

  it('keep one active admin, also when two admins disable each other', async () => {
    const second = await newUser('admin');
    const other = api.visitor();
    await other.signIn(second.email, second.password);
    const outcomes = await Promise.all([
      other.send('PATCH', `/api/admin/users/${api.bank.people.admin.id}`, { role: 'staff' }),
      admin.send('PATCH', `/api/admin/users/${second.id}`, { role: 'staff' }),
    ]);
    const codes = outcomes.map((one) => one.body.code ?? 'done').sort();
    expect([
      ['done', 'last_admin'],
      ['done', 'forbidden'],
    ]).toContainEqual(codes);
    const { db } = api.house.ctx.store;
    const left = await db
      .selectFrom('users')
      .select('id')
      .where('org_id', '=', api.bank.orgId)
      .where('role', '=', 'admin')
      .execute();
    expect(left).toHaveLength(1);
    await db.updateTable('users').set({ role: 'admin' }).where('id', '=', api.bank.people.admin.id).execute();
  });

  it('see which role may do what', async () => {
    const { roles } = (await admin.send('GET', '/api/admin/roles')).body.data;
    const routes = (role: string): string[] => roles.find((one: { role: string }) => one.role === role).routes;
    expect(routes('compliance')).toContain('POST /api/identity/review-queue/{id}/decision');
    expect(routes('staff')).not.toContain('GET /api/kiosk/evidence/{id}');
    await expectClosed('GET', '/api/admin/roles', undefined, 'supervisor', 'none');
  });
});

describe('organisations', () => {
  it('are added by the installation’s own admins, with an admin of their own who sees himself only', async () => {
    const body = {
      name: 'Bank Baru',
      branch: 'Bandung',
      admin: { email: 'admin@baru.test', fullName: 'ADI BARU', password },
    };
    const made = await admin.send('POST', '/api/admin/organisations', body);
    expect(made).toMatchObject({ status: 201, body: { data: { name: 'Bank Baru', environment: 'sandbox' } } });
    expect(made.body.data.admin.password).toBeUndefined();
    expect((await admin.send('POST', '/api/admin/organisations', body)).body.code).toBe('organisation_exists');
    expect((await admin.send('POST', '/api/admin/organisations', { name: 'X' })).status).toBe(400);
    const theirs = await api.person('admin@baru.test');
    expect((await theirs.send('GET', '/api/admin/organisations')).body.data).toHaveLength(1);
    expect((await admin.send('GET', '/api/admin/organisations')).body.data.length).toBeGreaterThanOrEqual(3);
    const forbidden = await theirs.send('POST', '/api/admin/organisations', { ...body, name: 'Another' });
    expect(forbidden).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    await expectClosed('POST', '/api/admin/organisations', body, 'compliance', 'none');
  });
});

describe('settings', () => {
  const patch = (body: object) => admin.send('PATCH', '/api/admin/settings', body);

  it('change member by member, are recorded with what they became, and hold at once', async () => {
    const before = await admin.send('GET', '/api/admin/settings');
    expect(before.body.data).toEqual(expect.objectContaining({ thresholds: defaultOrgSettings.thresholds }));
    const done = await patch({
      thresholds: { matchHigh: 0.6 },
      liveness: { votersRequired: 5 },
      capabilities: { dukcapilEnabled: true },
      legalHold: { years: 7 },
      webhookAllowList: ['hooks.bank.internal'],
      rateLimits: { 'roles.list': 2 },
    });
    expect(done.body.data).toMatchObject({
      thresholds: { ...defaultOrgSettings.thresholds, matchHigh: 0.6 },
      legalHold: { enabled: true, years: 7 },
    });
    const rows = await api.house.ctx.store.db
      .selectFrom('audit_log')
      .select('detail')
      .where('event', '=', 'settings.changed')
      .where('org_id', '=', api.bank.orgId)
      .orderBy('seq', 'desc')
      .limit(1)
      .execute();
    expect(JSON.parse(rows[0]?.detail ?? '{}')).toMatchObject({
      to: { 'thresholds.matchHigh': 0.6, 'legalHold.years': 7, 'rateLimits.roles.list': 2 },
    });
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await admin.send('GET', '/api/admin/roles')).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await patch({ rateLimits: { 'roles.list': null } })).body.data.rateLimits).toEqual({});
    const foreign = await api.person('admin@rival.test');
    expect((await foreign.send('GET', '/api/admin/settings')).body.data.thresholds.matchHigh).toBe(0.55);
  });

  it.each([
    [{}, 'body'],
    [{ unknown: 1 }, 'unknown'],
    [{ thresholds: { matchHigh: 2 } }, 'thresholds.matchHigh'],
    [{ thresholds: { unheard: 0.5 } }, 'thresholds.unheard'],
    [{ thresholds: { matchReview: 0.9 } }, 'thresholds.matchReview'],
    [{ retention: { recordsDays: 0 } }, 'retention.recordsDays'],
    [{ environment: 'moon' }, 'environment'],
    [{ dataResidency: null }, 'dataResidency'],
  ])('refuse %j', async (body, field) => {
    const refused = await patch(body);
    expect([refused.status, refused.body.code]).toEqual([400, 'validation_failed']);
    expect(Object.keys(refused.body.details.fieldErrors).join()).toContain(field);
  });

  it('are read by compliance and a key with internal scope, changed by admins only', async () => {
    const compliance = await api.person('compliance@bank.test');
    const read = await compliance.send('GET', '/api/admin/settings');
    const again = await compliance.send('GET', '/api/admin/settings', undefined, {
      'if-none-match': read.headers.get('etag') ?? '',
    });
    expect([read.status, again.status]).toEqual([200, 304]);
    await expectClosed('PATCH', '/api/admin/settings', { liveness: { votersRequired: 4 } }, 'compliance', 'none');
    await expectClosed('GET', '/api/admin/settings', undefined, 'staff', 'internal');
  });
});

describe('desks', () => {
  function newDesk() {
    const { publicKey, seed } = newEd25519Pair();
    const deskId = `dsk_${crypto.randomUUID()}`;
    const sign = (code: string) => signEd25519(privateKeyOf(seed), deskEnrolmentBytes(code, deskId, publicKey));
    return { deskId, publicKey, body: (code: string) => ({ code, deskId, publicKey, signature: sign(code) }) };
  }
  const issue = async () =>
    (await admin.send('POST', '/api/kiosk/desks', { name: 'Loket 3' })).body.data.code as string;
  const enrol = (body: object) => api.visitor().send('POST', '/api/kiosk/desks/enrol', body);

  it('enrol with a code, once, within the hour, whatever way it is typed; and are revoked for good', async () => {
    const code = await issue();
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    const desk = newDesk();
    const enrolled = await enrol({ ...desk.body(code), code: code.toLowerCase().replaceAll('-', ' ') });
    expect(enrolled).toMatchObject({
      status: 201,
      body: {
        data: { desk: { id: desk.deskId, name: 'Loket 3', status: 'active' }, organisation: { id: api.bank.orgId } },
      },
    });
    expect((await enrol(newDesk().body(code))).body.code).toBe('enrolment_code_invalid');
    const listed = (await admin.send('GET', '/api/kiosk/desks?limit=100')).body.data;
    expect(listed.map((one: { id: string }) => one.id)).toContain(desk.deskId);
    const twice = await issue();
    expect((await enrol(desk.body(twice))).body.code).toBe('desk_exists');
    expect((await enrol(newDesk().body(twice))).status).toBe(201);
    expect((await admin.send('POST', `/api/kiosk/desks/${desk.deskId}/revoke`)).body.data.status).toBe('revoked');
    expect((await admin.send('POST', `/api/kiosk/desks/${desk.deskId}/revoke`)).body.code).toBe('already_revoked');
    const foreign = await api.person('admin@rival.test');
    expect((await foreign.send('POST', `/api/kiosk/desks/${desk.deskId}/revoke`)).status).toBe(404);
    const events = await api.events(api.bank.orgId);
    for (const event of ['desk.code_issued', 'desk.enrolled', 'desk.revoked']) expect(events).toContain(event);
    expect(
      await api.house.ctx.store.db
        .selectFrom('desk_enrolments')
        .select('code_hash')
        .where('code_hash', '=', code)
        .execute(),
    ).toEqual([]);
  });

  it('need the key they name, a fresh code, and are tried five times a minute', async () => {
    const code = await issue();
    const desk = newDesk();
    const stolen = { ...desk.body(code), publicKey: newDesk().publicKey };
    expect((await enrol(stolen)).body.code).toBe('signature_invalid');
    expect((await enrol({ ...desk.body(code), deskId: 'cus_1' })).status).toBe(400);
    api.house.now = new Date(api.house.now.getTime() + 61 * 60_000);
    expect((await enrol(desk.body(code))).body.code).toBe('enrolment_code_invalid');
    const statuses = [];
    for (let n = 0; n < 5; n += 1) statuses.push((await enrol(desk.body(code))).status);
    expect(statuses).toEqual([422, 422, 422, 422, 429]);
    await expectClosed('POST', '/api/kiosk/desks', { name: 'Mine' }, 'supervisor', 'none');
    await expectClosed('GET', '/api/kiosk/desks', undefined, 'staff', 'internal');
  });

  it('deliver nothing any more once revoked', async () => {
    const program = api.program((await api.bank.key()).key);
    const customer = (await program.send('POST', '/api/customers', { fullName: 'ANI WIJAYA' })).body.data.id as string;
    const own = api.house.ctx.vault.desk.id;
    const deliver = (note: string) =>
      ingestDeskCapture(api.house.ctx, {
        orgId: api.bank.orgId,
        deskId: own,
        capture: deskCapture(api.house, 'face', customer, [picture('still', note)]),
      });
    expect(await deliver('a')).toMatchObject({ ok: true });
    expect((await admin.send('POST', `/api/kiosk/desks/${own}/revoke`)).status).toBe(200);
    expect(await deliver('b')).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  });
});
