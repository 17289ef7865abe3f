import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { webhookEvents } from '../contract/api/webhooks.ts';
import { findOrganisation, updateOrganisationSettings } from '../store/repositories/organisations.ts';
import { createWebhookWorker } from '../services/webhooks/deliver.ts';
import { startReceiver, type Mood, type Receiver } from '../services/webhooks/testing/receiver.ts';
import { app, bank, house, key, nextMinute, rivalKey, startApi, stopApi } from './testing/test-api.ts';

let address: string;
const receivers: Receiver[] = [];

beforeAll(async () => {
  await startApi();
  await app.listen({ port: 0, host: '127.0.0.1' });
  address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const organisation = await findOrganisation(house.ctx.store.db, bank.orgId);
  if (organisation === null) throw new Error('no organisation');
  const settings = { ...organisation.settings, webhookAllowList: ['127.0.0.1'] };
  await updateOrganisationSettings(house.ctx.store.db, bank.orgId, settings, house.now.toISOString());
});
afterAll(stopApi);
beforeEach(nextMinute);
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close();
});

async function receiver(...moods: Mood[]): Promise<Receiver> {
  const started = await startReceiver(...moods);
  receivers.push(started);
  return started;
}

/** Over a real socket. */
async function call(method: string, path: string, body?: object, bearer = key, headers: Record<string, string> = {}) {
  const response = await fetch(`${address}/api/identity/webhooks${path}`, {
    method,
    headers: {
      authorization: `Bearer ${bearer}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are what the tests look into
  return { status: response.status, body: (await response.json()) as any, headers: response.headers };
}

const events = ['verification.created'];
async function made(url: string): Promise<{ id: string; secret: string }> {
  const { status, body } = await call('POST', '', { url, events, description: 'core banking' });
  expect([status, body.code]).toEqual([201, undefined]);
  return body.data as { id: string; secret: string };
}
const deliver = () => createWebhookWorker(house.ctx, { timeoutMs: 2_000 }).drain();
const audit = async (objectId: string) =>
  house.ctx.store.db
    .selectFrom('audit_log')
    .select(['event', 'detail'])
    .where('object_id', '=', objectId)
    .orderBy('seq')
    .execute();

it('are described in the OpenAPI document, event by event', async () => {
  const document = (await (await fetch(`${address}/api/openapi.json`)).json()) as {
    webhooks: Record<
      string,
      { post: { requestBody: { content: Record<string, { schema: { properties: object } }> } } }
    >;
  };
  expect(Object.keys(document.webhooks).sort()).toEqual([...webhookEvents].sort());
  for (const { post } of Object.values(document.webhooks)) {
    const { properties } = post.requestBody.content['application/json']?.schema ?? { properties: {} };
    expect(Object.keys(properties)).toEqual(['id', 'event', 'occurredAt', 'orgId', 'data']);
  }
});

describe('webhooks over the wire', () => {
  it('are created with a secret shown once, listed without it, changed and deleted', async () => {
    const there = await receiver();
    const url = `${there.origin}/in?token=only-ours`;
    const { id, secret } = await made(url);
    expect(id).toMatch(/^whk_/);
    expect(secret).toMatch(/^qe_whsec_[\w-]{43}$/);
    const list = await call('GET', '');
    const row = list.body.data.find((one: { id: string }) => one.id === id);
    expect(row).toMatchObject({
      url,
      events,
      description: 'core banking',
      status: 'active',
      secrets: [{ expiresAt: null }],
    });
    expect(JSON.stringify(list.body)).not.toContain('qe_whsec_');
    const changed = await call('PATCH', `/${id}`, {
      events: ['customer.kyc_updated', 'customer.erased'],
      description: null,
      status: 'disabled',
    });
    expect(changed.body.data).toMatchObject({
      id,
      url,
      events: ['customer.kyc_updated', 'customer.erased'],
      description: null,
      status: 'disabled',
    });
    expect((await call('POST', `/${id}/test`)).body.code).toBe('webhook_disabled');
    expect((await call('DELETE', `/${id}`)).body.data).toEqual({ id, deletedAt: house.now.toISOString() });
    for (const [method, path, body] of [
      ['PATCH', '', { status: 'active' }],
      ['DELETE', ''],
      ['POST', '/test'],
      ['POST', '/rotate', {}],
      ['GET', '/deliveries'],
    ] as const) {
      expect([path, (await call(method, `/${id}${path}`, body)).status]).toEqual([path, 404]);
    }
    const rows = await audit(id);
    expect(rows.map(({ event }) => event)).toEqual(['webhook.created', 'webhook.updated', 'webhook.deleted']);
    expect(JSON.stringify(rows)).not.toContain('only-ours');
  });

  it('send a test, keep its log, and send it again', async () => {
    const there = await receiver({ kind: 'answer', status: 500 }, { kind: 'answer', status: 200 });
    const { id, secret } = await made(there.origin);
    const sent = await call('POST', `/${id}/test`);
    expect([sent.status, sent.body.data]).toMatchObject([
      202,
      { event: 'webhook.test', state: 'pending', attempts: 0, log: [] },
    ]);
    expect(await deliver()).toBe(1);
    const failed = (await call('GET', `/${id}/deliveries?state=pending`)).body.data;
    expect(failed).toMatchObject([
      { id: sent.body.data.id, lastStatus: 500, log: [{ attempt: 1, status: 500, error: 'not_2xx' }] },
    ]);
    const again = await call('POST', `/${id}/deliveries/${failed[0].id as string}/replay`);
    expect([again.status, again.body.data.replayOf]).toEqual([202, failed[0].id]);
    expect(await deliver()).toBe(1);
    const [, replayed] = there.received;
    expect(replayed?.headers['x-quantum-signature']).toBe(
      `sha256=${createHmac('sha256', secret)
        .update(replayed?.body ?? '')
        .digest('hex')}`,
    );
    expect((await call('GET', `/${id}/deliveries?state=delivered&event=webhook.test&cursor=`)).body).toMatchObject({
      data: [{ id: again.body.data.id, lastStatus: 200 }],
      meta: { nextCursor: null },
    });
    expect((await call('GET', `/${id}/deliveries`)).body.total).toBe(2);
    expect((await call('POST', `/${id}/deliveries/whd_nothing/replay`)).status).toBe(404);
    expect((await audit(id)).map(({ event }) => event)).toEqual([
      'webhook.created',
      'webhook.tested',
      'webhook.replayed',
    ]);
  });

  it('rotate, once for each Idempotency-Key', async () => {
    const { id, secret } = await made((await receiver()).origin);
    const header = { 'idempotency-key': 'rotate-1' };
    const first = await call('POST', `/${id}/rotate`, { overlapHours: 1 }, key, header);
    const repeat = await call('POST', `/${id}/rotate`, { overlapHours: 1 }, key, header);
    expect(repeat.headers.get('idempotent-replayed')).toBe('true');
    expect(repeat.body).toEqual(first.body);
    expect(first.body.data.secret).not.toBe(secret);
    expect(first.body.data.secrets.map((one: { expiresAt: string | null }) => one.expiresAt)).toEqual([
      null,
      new Date(house.now.getTime() + 3_600_000).toISOString(),
    ]);
    expect((await call('POST', `/${id}/rotate`, { overlapHours: 169 })).body.code).toBe('validation_failed');
    expect((await audit(id)).map(({ event }) => event)).toEqual(['webhook.created', 'webhook.secret_rotated']);
  });

  it('refuse forbidden targets and malformed requests', async () => {
    const post = async (body: object) => {
      const { status, body: answer } = await call('POST', '', body);
      return [status, answer.code];
    };
    for (const url of [
      'http://1.1.1.1/',
      'https://10.0.0.1/',
      'https://[::1]/',
      'https://169.254.169.254/latest',
      'https://u:p@1.1.1.1/',
      'gopher://1.1.1.1/',
    ]) {
      expect([url, ...(await post({ url, events }))]).toEqual([url, 422, 'webhook_target_refused']);
    }
    const own = await call('POST', '', { url: 'https://localhost/', events }, rivalKey);
    expect([own.status, own.body.code]).toEqual([422, 'webhook_target_refused']);
    const url = 'https://1.1.1.1/';
    for (const body of [
      {},
      { url },
      { url, events: [] },
      { url, events: ['webhook.test'] },
      { url, events: ['x'] },
      { url, events: [...events, ...events] },
      { url, events, secret: 'mine' },
      { url: `https://1.1.1.1/${'x'.repeat(2048)}`, events },
    ]) {
      expect(await post(body)).toEqual([400, 'validation_failed']);
    }
    const { id } = await made((await receiver()).origin);
    expect((await call('PATCH', `/${id}`, {})).body.code).toBe('validation_failed');
    expect((await call('PATCH', `/${id}`, { url: 'https://192.168.0.1/' })).body.code).toBe('webhook_target_refused');
  });

  it('belong to their organisation and to keys that may manage them', async () => {
    const { id } = await made((await receiver()).origin);
    await call('POST', `/${id}/test`);
    const delivery = (await call('GET', `/${id}/deliveries`)).body.data[0].id as string;
    const routes = [
      ['PATCH', `/${id}`, { status: 'disabled' }],
      ['POST', `/${id}/test`],
      ['POST', `/${id}/rotate`, {}],
      ['GET', `/${id}/deliveries`],
      ['POST', `/${id}/deliveries/${delivery}/replay`],
      ['DELETE', `/${id}`],
    ] as const;
    const narrow = (await bank.key(['customers:view', 'write', 'internal'])).key;
    for (const [method, path, body] of routes) {
      expect([path, (await call(method, path, body, rivalKey)).status]).toEqual([path, 404]);
      expect([path, (await call(method, path, body, narrow)).body.error]).toEqual([
        path,
        'missing scope: webhooks:manage',
      ]);
    }
    expect((await call('GET', '', undefined, narrow)).status).toBe(403);
    expect((await call('GET', '', undefined, rivalKey)).body.data).toEqual([]);
    expect((await call('GET', `/${id}/deliveries`)).body.total).toBe(1);
  });
});
