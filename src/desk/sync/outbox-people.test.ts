import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fail, ok } from '../../contract/result.ts';
import { temporaryInstallation, type TemporaryInstallation } from '../../store/testing/temporary-installation.ts';
import { sealCapture } from '../evidence/seal-capture.ts';
import { sampleDelivery, sampleDraft } from '../evidence/testing/sample-capture.ts';
import { refusalOf, retryAfterMs } from './hub-answers.ts';
import { setCaptureAside, takeCaptureBack } from './outbox-person.ts';
import { pauseOutbox } from './outbox-pause.ts';
import { createOutboxPump, type OutboxPump } from './outbox-pump.ts';
import type { BundleSink } from './bundle-sink.ts';

let place: TemporaryInstallation;
let now: Date;
let answer: BundleSink['deliver'];
let sent: string[];
const clock = (): Date => now;
beforeEach(async () => {
  now = new Date('2026-11-20T03:00:00.000Z');
  sent = [];
  answer = (_org, _desk, capture) => Promise.resolve(ok(sampleDelivery(capture.nonce, capture.customerId)));
  place = await temporaryInstallation(clock);
});
afterEach(() => place.remove());

let ids = 0;
async function seal(name: string, customerId = `cus_${name}`): Promise<string> {
  const context = {
    store: place.store,
    vault: place.vault,
    clock,
    ids: { next: (prefix: string) => `${prefix}_${(ids += 1)}` },
  };
  const sealed = await sealCapture(context, sampleDraft(name, { customerId }));
  return sealed.ok ? sealed.value.nonce : expect.fail(sealed.error.code);
}

function pump(): OutboxPump {
  const sink: BundleSink = {
    deliver: (org, desk, capture) => {
      sent.push(capture.nonce);
      return answer(org, desk, capture);
    },
    reachable: () => Promise.resolve(true),
  };
  return createOutboxPump({ store: place.store, vault: place.vault, sink, clock, random: () => 0 });
}

const row = async (nonce: string) =>
  place.store.db.selectFrom('outbox').selectAll().where('id', '=', nonce).executeTakeFirstOrThrow();
const events = async () =>
  (await place.store.db.selectFrom('audit_log').select('event').orderBy('seq').execute()).map(({ event }) => event);

describe('a paused outbox', () => {
  it('sends nothing, in any process and after a restart, until a person resumes it', async () => {
    const nonce = await seal('one');
    expect(await pauseOutbox(place.store, 'org_sample', 'usr_1', now, true)).toBe(true);
    expect(await pauseOutbox(place.store, 'org_sample', 'usr_1', now, true)).toBe(false);
    place = await place.reopen();
    expect(await pump().drain()).toBe(0);
    expect(sent).toEqual([]);
    await pauseOutbox(place.store, 'org_sample', 'usr_1', now, false);
    expect(await pump().drain()).toBe(1);
    expect(sent).toEqual([nonce]);
    expect(await events()).toEqual(['bundle.sealed', 'outbox.paused', 'outbox.resumed', 'bundle.delivered']);
  });
});

describe('a capture set aside', () => {
  it('is never sent by itself, does not hold up the customer’s next one, and comes back by a person', async () => {
    const first = await seal('one', 'cus_same');
    const second = await seal('two', 'cus_same');
    answer = () => Promise.resolve(fail('unavailable', 'away'));
    const decision = { orgId: 'org_sample', nonce: first, by: 'usr_1', reason: 'customer withdrew' };
    expect(await setCaptureAside(place.store, clock, { ...decision, reason: ' ' })).toMatchObject({
      error: { code: 'validation_failed' },
    });
    expect(await setCaptureAside(place.store, clock, { ...decision, orgId: 'org_other' })).toMatchObject({
      error: { code: 'not_found' },
    });
    expect(await setCaptureAside(place.store, clock, decision)).toEqual(ok(true));
    expect(await setCaptureAside(place.store, clock, decision)).toMatchObject({ error: { code: 'not_found' } });
    answer = (_org, _desk, capture) => Promise.resolve(ok(sampleDelivery(capture.nonce, capture.customerId)));
    const sender = pump();
    await sender.kick();
    await sender.drain();
    expect(sent).toEqual([second]);
    expect(await row(first)).toMatchObject({ state: 'refused', set_aside_by: 'usr_1' });
    expect(await takeCaptureBack(place.store, clock, decision)).toEqual(ok(true));
    await sender.drain();
    expect(sent).toEqual([second, first]);
    expect((await events()).slice(-3)).toEqual(['bundle.delivered', 'bundle.requeued', 'bundle.delivered']);
  });
});

describe('a receiver that asks for time', () => {
  it('is left alone for as long, up to an hour, and never loses the capture', async () => {
    const nonce = await seal('one');
    answer = () => Promise.resolve(fail('unavailable', 'later', { retryAfterMs: 40 * 60_000 }));
    await pump().drain();
    expect((await row(nonce)).next_attempt_at).toBe('2026-11-20T03:40:00.000Z');
    now = new Date('2026-11-20T03:39:59.000Z');
    await pump().drain();
    expect(sent).toHaveLength(1);
    answer = () => Promise.resolve(fail('unavailable', 'later', { retryAfterMs: 30 * 86_400_000 }));
    now = new Date('2026-11-20T03:40:00.000Z');
    await pump().drain();
    expect((await row(nonce)).next_attempt_at).toBe('2026-11-20T04:40:00.000Z');
  });

  it('keeps a capture waiting, with its code, where the link and not the capture is at fault', async () => {
    const nonce = await seal('one');
    answer = () => Promise.resolve(fail('unauthenticated', 'certificate revoked', { retry: true }));
    await pump().drain();
    expect(await row(nonce)).toMatchObject({ state: 'pending', last_error: 'unauthenticated', attempts: 1 });
    answer = () => Promise.resolve(fail('desk_forked', 'no'));
    now = new Date(now.getTime() + 3_600_000);
    await pump().drain();
    expect(await row(nonce)).toMatchObject({ state: 'refused', last_error: 'desk_forked' });
  });

  it.each([
    [408, 'unavailable'],
    [425, 'unavailable'],
    [429, 'unavailable'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    [422, 'signature_invalid'],
    [409, 'desk_forked'],
  ])('reads status %i as %s', (status, code) => {
    const body = new TextEncoder().encode(JSON.stringify({ error: 'x', code }));
    expect(refusalOf({ status, headers: { 'retry-after': '7' }, body }, now)).toMatchObject({
      code,
      ...(code === 'unavailable' ? { details: { retryAfterMs: 7_000 } } : {}),
    });
  });

  it('takes no stranger’s page for the hub’s word', () => {
    const body = new TextEncoder().encode('<html>proxy</html>');
    expect(refusalOf({ status: 404, headers: {}, body }, now).code).toBe('unavailable');
  });

  it.each([
    [undefined, 0],
    ['120', 120_000],
    ['Fri, 20 Nov 2026 03:01:00 GMT', 60_000],
    ['Fri, 20 Nov 2026 02:00:00 GMT', 0],
    ['soon', 0],
  ])('reads Retry-After %s', (header, ms) => expect(retryAfterMs(header, now)).toBe(ms));
});
