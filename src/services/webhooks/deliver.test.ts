import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dayMs } from '../context.ts';
import { replayDelivery, testWebhook } from './deliveries.ts';
import { createWebhook, deleteWebhook, rotateSecret, updateWebhook } from './manage-webhooks.ts';
import { recordEvent } from './record-event.ts';
import { fewestAttempts, retryForMs } from './retry-schedule.ts';
import type { Mood, Received } from './testing/receiver.ts';
import {
  actor,
  allow,
  bank,
  ctx,
  deliveries,
  happen,
  house,
  later,
  only,
  receiver,
  startBench,
  stopBench,
  verification,
  webhook,
  worker,
} from './testing/webhook-bench.ts';

beforeEach(startBench);
afterEach(stopBench);

const signature = (secret: string, request: Received): string =>
  `sha256=${createHmac('sha256', secret).update(request.body).digest('hex')}`;

describe('a delivery', () => {
  it('carries the documented envelope, both header families and a signature over the raw body', async () => {
    const there = await receiver();
    const { id, secret } = await webhook(`${there.origin}/in?from=loket`);
    await happen();
    expect(await worker().drain()).toBe(1);
    const [request] = there.received as [Received];
    const body = JSON.parse(request.body) as Record<string, unknown>;
    expect(body).toEqual({
      id: expect.stringMatching(/^evt_/),
      event: 'verification.created',
      occurredAt: house.now.toISOString(),
      orgId: bank.orgId,
      data: verification,
    });
    const log = await only(id);
    expect([request.method, request.path]).toEqual(['POST', '/in?from=loket']);
    expect(request.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'quantum-elixir/webhook',
      'x-quantum-event': 'verification.created',
      'x-identity-event': 'verification.created',
      'x-quantum-delivery': log.id,
      'x-identity-delivery': log.id,
      'x-quantum-attempt': '1',
      'x-quantum-timestamp': String(house.now.getTime() / 1000),
      'x-quantum-signature': signature(secret, request),
      'x-identity-signature': signature(secret, request),
    });
    expect(log).toMatchObject({
      state: 'delivered',
      attempts: 1,
      lastStatus: 200,
      lastError: null,
      eventId: body['id'],
    });
    expect(await worker().drain()).toBe(0);
  });

  it('goes to every webhook that subscribes, under one event id, and to no other', async () => {
    const there = await receiver();
    await webhook(`${there.origin}/a`);
    await webhook(`${there.origin}/b`);
    const other = await createWebhook(ctx, actor, { url: `${there.origin}/c`, events: ['review.overridden'] });
    const off = await webhook(`${there.origin}/d`);
    await updateWebhook(ctx, actor, off.id, { status: 'disabled' });
    await happen();
    await worker().drain();
    expect(there.received.map(({ path }) => path).sort()).toEqual(['/a', '/b']);
    expect(new Set(there.received.map(({ body }) => (JSON.parse(body) as { id: string }).id)).size).toBe(1);
    expect(other.ok && (await deliveries(other.value.id))).toEqual([]);
  });

  it('is undone with the record it tells of', async () => {
    const { id } = await webhook((await receiver()).origin);
    const undone = ctx.store.transaction(async (trx) => {
      await recordEvent(ctx, trx, bank.orgId, 'verification.created', verification);
      throw new Error('the record failed');
    });
    await expect(undone).rejects.toThrow('the record failed');
    expect(await deliveries(id)).toEqual([]);
  });
});

describe('a receiver', () => {
  const cases: readonly (readonly [string, Mood, { status: number | null; error: string | RegExp }])[] = [
    ['fails', { kind: 'answer', status: 500 }, { status: 500, error: 'not_2xx' }],
    ['refuses', { kind: 'answer', status: 410 }, { status: 410, error: 'not_2xx' }],
    ['hangs', { kind: 'hang' }, { status: null, error: 'timeout' }],
    ['babbles', { kind: 'babble' }, { status: null, error: /^HTTPParserError|^HPE_/ }],
    ['cuts the line', { kind: 'cut' }, { status: null, error: 'UND_ERR_SOCKET' }],
  ];
  it.each(cases)('that %s is tried again, and heard when it recovers', async (_name, mood, expected) => {
    const there = await receiver(mood, { kind: 'answer', status: 204 });
    const { id } = await webhook(there.origin);
    await happen();
    await worker({ timeoutMs: 300 }).drain();
    const first = await only(id);
    expect(first).toMatchObject({ state: 'pending', attempts: 1, lastStatus: expected.status });
    expect(first.lastError).toMatch(expected.error);
    expect(Date.parse(first.nextAttemptAt ?? '') - house.now.getTime()).toBe(30_000);
    later(29_999);
    expect(await worker().drain()).toBe(0);
    later(1);
    expect(await worker().drain()).toBe(1);
    expect(await only(id)).toMatchObject({ state: 'delivered', attempts: 2, lastStatus: 204 });
    expect((await only(id)).log.map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, expected.status],
      [2, 204],
    ]);
    const [one, two] = there.received as [Received, Received];
    expect([one.headers['x-quantum-attempt'], two.headers['x-quantum-attempt']]).toEqual(['1', '2']);
    expect(two.body).toBe(one.body);
    expect(two.headers['x-quantum-delivery']).toBe(one.headers['x-quantum-delivery']);
  });

  it('that redirects is not followed', async () => {
    const elsewhere = await receiver();
    for (const status of [301, 302, 307, 308]) {
      const there = await receiver({ kind: 'answer', status, headers: { location: `${elsewhere.origin}/` } });
      const { id } = await webhook(there.origin);
      await happen();
      await worker().drain();
      expect(await only(id)).toMatchObject({ state: 'pending', lastStatus: status, lastError: 'redirect_refused' });
      await deleteWebhook(ctx, actor, id);
    }
    expect(elsewhere.received).toEqual([]);
  });

  it('that took it is believed, whatever its body does', async () => {
    for (const mood of [{ kind: 'flood' }, { kind: 'hang', afterHead: true }] as const) {
      const { id } = await webhook((await receiver(mood)).origin);
      await happen();
      await worker({ timeoutMs: 300 }).drain();
      expect(await only(id)).toMatchObject({ state: 'delivered', lastStatus: 200 });
      await deleteWebhook(ctx, actor, id);
    }
  });

  it('is given the time it asks for', async () => {
    const there = await receiver({ kind: 'answer', status: 429, headers: { 'retry-after': '600' } });
    const { id } = await webhook(there.origin);
    await happen();
    await worker().drain();
    expect(Date.parse((await only(id)).nextAttemptAt ?? '') - house.now.getTime()).toBe(600_000);
  });

  it('that stays away is given up after three days and many attempts', async () => {
    const there = await receiver({ kind: 'answer', status: 503 });
    const { id } = await webhook(there.origin);
    await happen();
    const began = house.now.getTime();
    for (let state = 'pending'; state === 'pending';) {
      await worker().drain();
      const now = await only(id);
      state = now.state;
      if (now.nextAttemptAt !== null) house.now = new Date(now.nextAttemptAt);
    }
    const end = await only(id);
    expect(end).toMatchObject({ state: 'failed', attempts: there.received.length });
    expect(end.attempts).toBeGreaterThanOrEqual(fewestAttempts);
    expect(Date.parse(end.finishedAt ?? '') - began).toBe(retryForMs);
    expect(there.received.map(({ headers }) => Number(headers['x-quantum-attempt']))).toEqual(
      Array.from({ length: end.attempts }, (_, index) => index + 1),
    );
  });

  it('that hangs holds up no other', async () => {
    const slow = await receiver({ kind: 'hang' });
    const quick = await receiver();
    await webhook(slow.origin);
    await webhook(quick.origin);
    for (let n = 0; n < 6; n += 1) await happen();
    const busy = worker({ timeoutMs: 60_000, concurrency: 4, perWebhook: 2, graceMs: 0 });
    busy.start();
    await quick.arrival(6);
    expect(slow.received).toHaveLength(2);
    await busy.stop();
  });
});

describe('a target', () => {
  it('that moves into the own network is refused at the connection', async () => {
    const there = await receiver();
    await allow();
    const url = `https://hooks.bank.test:${new URL(there.origin).port}/in`;
    const made = await createWebhook(ctx, actor, { url, events: ['verification.created'] }, () =>
      Promise.resolve(['1.1.1.1']),
    );
    if (!made.ok) throw new Error(made.error.code);
    await happen();
    await worker({ resolve: () => Promise.resolve(['127.0.0.1']) }).drain();
    expect(await only(made.value.id)).toMatchObject({
      state: 'pending',
      lastStatus: null,
      lastError: 'target_refused',
    });
    expect(there.received).toEqual([]);
  });

  it('taken off the allow-list is refused from then on', async () => {
    const there = await receiver();
    const { id } = await webhook(there.origin);
    await allow();
    await happen();
    await worker().drain();
    expect(await only(id)).toMatchObject({ lastError: 'target_refused' });
    expect(there.received).toEqual([]);
  });
});

describe('a rotated secret', () => {
  it('signs beside the earlier one until the overlap ends', async () => {
    const there = await receiver();
    const made = await webhook(there.origin);
    const rotated = await rotateSecret(ctx, actor, made.id, 24);
    if (!rotated.ok) throw new Error(rotated.error.code);
    expect(rotated.value.secret).toMatch(/^qe_whsec_[\w-]{43}$/);
    const signaturesOfNext = async () => {
      await happen();
      await worker().drain();
      const request = there.received.at(-1) as Received;
      return { request, sent: String(request.headers['x-quantum-signature']).split(',') };
    };
    const during = await signaturesOfNext();
    expect(during.sent).toEqual([
      signature(rotated.value.secret, during.request),
      signature(made.secret, during.request),
    ]);
    expect(during.request.headers['x-identity-signature']).toBe(during.sent.join(','));
    later(dayMs);
    const after = await signaturesOfNext();
    expect(after.sent).toEqual([signature(rotated.value.secret, after.request)]);
  });

  it('takes over at once without an overlap, and never more than three sign', async () => {
    const { id } = await webhook((await receiver()).origin);
    const counts: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      const rotated = await rotateSecret(ctx, actor, id, 24);
      counts.push(rotated.ok ? rotated.value.secrets.length : -1);
    }
    expect(counts).toEqual([2, 3, 3, 3]);
    const last = await rotateSecret(ctx, actor, id, 0);
    expect(last.ok && last.value.secrets).toMatchObject([{ expiresAt: null }]);
  });
});

describe('replay and test', () => {
  it('send the same event under a new delivery, whatever became of the first', async () => {
    const there = await receiver();
    const { id } = await webhook(there.origin);
    await happen();
    await worker().drain();
    const first = await only(id);
    const again = await replayDelivery(ctx, actor, id, first.id);
    expect(again.ok && again.value).toMatchObject({ state: 'pending', eventId: first.eventId, replayOf: first.id });
    await worker().drain();
    const [one, two] = there.received as [Received, Received];
    expect(two.body).toBe(one.body);
    expect(two.headers['x-quantum-delivery']).not.toBe(one.headers['x-quantum-delivery']);
    expect(two.headers['x-quantum-attempt']).toBe('1');
  });

  it('reach a webhook that subscribed to something else, and not a disabled one', async () => {
    const there = await receiver();
    const { id } = await webhook(there.origin);
    expect((await testWebhook(ctx, actor, id)).ok).toBe(true);
    await worker().drain();
    expect(JSON.parse(there.received[0]?.body ?? '')).toMatchObject({
      event: 'webhook.test',
      data: { source: 'test' },
    });
    await updateWebhook(ctx, actor, id, { status: 'disabled' });
    const refused = await testWebhook(ctx, actor, id);
    expect(!refused.ok && refused.error.code).toBe('webhook_disabled');
  });
});
