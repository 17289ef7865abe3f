import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemActor } from '../services/context.ts';
import { changeSettings } from '../services/set-up-organisation.ts';
import { picture } from '../services/testing/fake-vision.ts';
import { addOrganisation, asInput, signedBundle } from '../services/testing/test-house.ts';
import { openSocketApi, type SocketApi } from './testing/socket-api.ts';

let api: SocketApi;
beforeAll(async () => {
  api = await openSocketApi();
});
afterAll(() => api.close());
beforeEach(() => api.nextMinute());

describe('exports', () => {
  it('give every customer once, over several batches, with formulas made harmless and cells quoted', async () => {
    const names = ['=HYPERLINK("http://evil.example")', 'SITI, "IBU"', '+62 NAMA', 'BUDI'];
    for (const fullName of names) await api.newCustomer({ fullName });
    const now = api.house.now.toISOString();
    const { store } = api.house.ctx;
    const template = await store.db.selectFrom('customers').selectAll().executeTakeFirstOrThrow();
    await store.transaction(async (trx) => {
      for (let n = 0; n < 1200; n += 1)
        await trx
          .insertInto('customers')
          .values({ ...template, id: `cus_many_${n}`, full_name: `MANY ${n}`, created_at: now })
          .execute();
    });
    const answer = await api.ask('GET', '/api/identity/export/customers.csv');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="customers.csv"');
    const lines = answer.text.split('\r\n');
    expect(lines[0]).toBe(
      'id,fullName,nik,email,phone,externalRef,status,kycLevel,kycLastVerifiedAt,kycExpiresAt,dataResidency,createdAt,updatedAt',
    );
    expect(lines.at(-1)).toBe('');
    const ids = lines.slice(1, -1).map((line) => line.split(',')[0]);
    expect([ids.length, new Set(ids).size]).toEqual([1204, 1204]);
    expect(answer.text).toContain(`,"'=HYPERLINK(""http://evil.example"")",`);
    expect(answer.text).toContain(',"SITI, ""IBU""",');
    expect(answer.text).toContain(",'+62 NAMA,");
    expect(await api.lastAudit('export.created')).toMatchObject({ detail: { kind: 'customers', filters: [] } });
  });

  it('take the filters of the lists, never another organisation, and are recorded without their values', async () => {
    const customerId = await api.newCustomer({ fullName: 'HANYA SATU', externalRef: 'core-9' });
    const one = await api.ask('GET', '/api/identity/export/customers.csv?externalRef=core-9');
    expect(one.text.split('\r\n')).toHaveLength(3);
    expect(one.text).toContain(customerId);
    expect((await api.lastAudit('export.created'))?.detail).toEqual({ kind: 'customers', filters: ['externalRef'] });
    const { flashChallenge } = (await api.ask('POST', '/api/identity/face/flash-challenge', { customerId })).body;
    const bundle = asInput(signedBundle(api.house, flashChallenge, [picture('still')]));
    await api.ask('POST', '/api/identity/face/liveness', { customerId, bundle });
    const checks = await api.ask('GET', `/api/identity/export/verifications.csv?customerId=${customerId}`);
    expect(checks.text.split('\r\n')[1]).toMatch(new RegExp(`^ver_\\w+,${customerId},face_liveness,pending,pending,`));
    const foreign = await api.ask('GET', '/api/identity/export/customers.csv', undefined, { bearer: api.rivalKey });
    expect(foreign.text.split('\r\n')).toHaveLength(2);
  });

  it('are refused by scope, role, filter and number', async () => {
    const path = '/api/identity/export/verifications.csv';
    expect((await api.ask('GET', path, undefined, { bearer: null })).status).toBe(401);
    expect((await api.ask('GET', path, undefined, { bearer: (await api.bank.key(['read'])).key })).body.error).toBe(
      'missing scope: internal',
    );
    expect((await api.ask('GET', path, undefined, { bearer: null, headers: await api.signIn('analyst') })).status).toBe(
      403,
    );
    expect((await api.ask('GET', `${path}?method=guess`)).status).toBe(400);
    expect((await api.ask('GET', `${path}?page=2`)).body.details.fieldErrors).toEqual({ page: ['unknown property'] });
    api.nextMinute();
    const statuses: number[] = [];
    for (let n = 0; n < 11; n += 1) statuses.push((await api.ask('GET', path)).status);
    expect(statuses).toEqual([...Array<number>(10).fill(200), 429]);
  });
});

describe('metrics', () => {
  it('are open to this machine, elsewhere to an internal key, and name nobody', async () => {
    const customerId = await api.newCustomer();
    await api.ask('GET', `/api/identity/customers/${customerId}`);
    const open = await api.ask('GET', '/metrics', undefined, { bearer: null });
    expect(open.headers.get('content-type')).toContain('text/plain');
    expect(open.text).toMatch(
      /loket_http_requests_total\{method="GET",route="\/api\/identity\/customers\/:id",status="200"\} \d/,
    );
    expect(open.text).toContain('loket_vision_up{state="ready"} 1');
    expect(open.text).toContain('loket_process_cpu_user_seconds_total');
    expect(open.text).not.toContain(customerId);
    const proxied = { 'x-forwarded-for': '203.0.113.9' };
    expect((await api.ask('GET', '/metrics', undefined, { bearer: null, headers: proxied })).status).toBe(401);
    const narrow = (await api.bank.key(['read'])).key;
    expect((await api.ask('GET', '/metrics', undefined, { bearer: narrow, headers: proxied })).status).toBe(403);
    expect((await api.ask('GET', '/metrics', undefined, { headers: proxied })).status).toBe(200);
  });
});

describe('an API key', () => {
  const keys = '/api/identity/api-keys';

  it('is rotated, with a time for its holder to change over, and revoked at once', async () => {
    const made = await api.ask('POST', keys, { name: 'reader', scopes: ['customers:view'] });
    const { id, key } = made.body.data as { id: string; key: string };
    const works = async (bearer: string) =>
      (await api.ask('GET', '/api/customers', undefined, { bearer })).status === 200;
    const rotated = await api.ask('POST', `${keys}/${id}/rotate`, { graceHours: 2 });
    expect([rotated.status, rotated.body.data]).toEqual([
      201,
      expect.objectContaining({ name: 'reader', scopes: ['customers:view'], replaces: id }),
    ]);
    const next = rotated.body.data as { id: string; key: string };
    expect(next.key).not.toBe(key);
    expect([await works(key), await works(next.key)]).toEqual([true, true]);
    api.house.now = new Date(api.house.now.getTime() + 2 * 3_600_000);
    expect([await works(key), await works(next.key)]).toEqual([false, true]);
    expect((await api.ask('POST', `${keys}/${id}/rotate`, {})).body.code).toBe('key_revoked');
    const revoked = await api.ask('POST', `${keys}/${next.id}/revoke`);
    expect(revoked.body.data).toMatchObject({ id: next.id, revokedAt: api.house.now.toISOString() });
    expect(await works(next.key)).toBe(false);
    expect((await api.ask('POST', `${keys}/${next.id}/revoke`)).status).toBe(409);
    expect(await api.lastAudit('api_key.rotated')).toMatchObject({ object_id: id });
    expect(await api.lastAudit('api_key.revoked')).toMatchObject({ object_id: next.id });
  });

  it('cannot be rotated by one that holds less, nor seen by another organisation', async () => {
    const { id } = (await api.ask('POST', keys, { name: 'strong', scopes: ['write'] })).body.data as { id: string };
    const manager = (await api.bank.key(['api:manage'])).key;
    expect((await api.ask('POST', `${keys}/${id}/rotate`, {}, { bearer: manager })).body.code).toBe('forbidden');
    expect((await api.ask('POST', `${keys}/${id}/revoke`, undefined, { bearer: api.rivalKey })).status).toBe(404);
    expect((await api.ask('POST', `${keys}/${id}/rotate`, { graceHours: 1000 })).status).toBe(400);
  });
});

describe('forced outcomes', () => {
  const outcome = (value: string) => ({ headers: { 'x-loket-outcome': value } });

  async function check(
    path: string,
    purpose: string,
    scene: 'still' | 'still-card',
    customerId: string,
    options: object,
    bearer = api.key,
  ) {
    const { flashChallenge } = (await api.ask('POST', `/api/identity/${purpose}`, { customerId }, { bearer })).body;
    const bundle = asInput(signedBundle(api.house, flashChallenge, [picture(scene, path)]));
    return api.ask('POST', `/api/identity/${path}`, { customerId, bundle }, { bearer, ...options });
  }

  it('answer what was asked for in a sandbox, and the record says so', async () => {
    const customerId = await api.newCustomer();
    const card = await check(
      'document/ktp/capture',
      'document/ktp/challenge',
      'still-card',
      customerId,
      outcome('passed'),
    );
    expect(card.body).toMatchObject({
      verification: { status: 'verified', score: 100 },
      ktpBundle: { verdict: 'passed' },
      kycLevel: 'standard',
      reasons: [{ code: 'outcome_forced' }],
    });
    for (const [value, verdict, status] of [
      ['failed', 'spoof', 'failed'],
      ['requires_review', 'unclear', 'pending'],
      ['passed', 'live', 'verified'],
    ]) {
      const face = await check('face/liveness', 'face/flash-challenge', 'still', customerId, outcome(value ?? ''));
      expect(face.body).toMatchObject({ verification: { status }, liveness: { verdict } });
    }
    const step = await check('auth/step-up', 'face/flash-challenge', 'still', customerId, outcome('passed'));
    expect(step.body.allow).toBe(true);
    const row = await api.house.ctx.store.db
      .selectFrom('verifications')
      .selectAll()
      .where('id', '=', card.body.verification.id)
      .executeTakeFirstOrThrow();
    expect(JSON.parse(row.detail)).toMatchObject({ simulated: true, forcedOutcome: 'passed' });
    expect((await check('face/liveness', 'face/flash-challenge', 'still', customerId, outcome('lucky'))).status).toBe(
      400,
    );
  });

  it('are refused in a live organisation', async () => {
    const live = await addOrganisation(api.house, 'Livebank', 'live');
    const { key } = await live.key();
    const made = await api.ask('POST', '/api/customers', { fullName: 'SITI RAHMAWATI' }, { bearer: key });
    const refused = await check(
      'face/liveness',
      'face/flash-challenge',
      'still',
      made.body.data.id,
      outcome('passed'),
      key,
    );
    expect([refused.status, refused.body.code]).toEqual([403, 'simulated_refused']);
  });
});

describe('match thresholds', () => {
  it('follow the source of the reference where the organisation says so', async () => {
    const actor = systemActor(api.bank.orgId);
    await changeSettings(api.house.ctx, actor, {
      'capabilities.dukcapilEnabled': 'true',
      'thresholds.matchBySource.dukcapil.low': '0.6',
    });
    expect(await changeSettings(api.house.ctx, actor, { 'thresholds.matchBySource.hearsay.low': '0.1' })).toMatchObject(
      { ok: false },
    );
    expect(
      await changeSettings(api.house.ctx, actor, { 'thresholds.matchBySource.dukcapil.medium': '7' }),
    ).toMatchObject({ ok: false });
    const customerId = await api.newCustomer();
    const photo = Buffer.from(picture('alive', 'official')).toString('base64');
    await api.ask('POST', '/api/identity/nik/dukcapil', { customerId, valid: true, photo });
    const { flashChallenge } = (await api.ask('POST', '/api/identity/face/flash-challenge', { customerId })).body;
    const bundle = asInput(signedBundle(api.house, flashChallenge, [picture('still')]));
    const match = await api.ask('POST', '/api/identity/face/match', { customerId, bundle });
    expect(match.body.match.threshold).toBe(0.6);
  });
});
