import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeskCapture } from '../../contract/bundle.ts';
import { fail, ok } from '../../contract/result.ts';
import { verifyAudit } from '../../services/verify-audit.ts';
import { temporaryInstallation, type TemporaryInstallation } from '../../store/testing/temporary-installation.ts';
import { sealCapture } from '../evidence/seal-capture.ts';
import { sampleDelivery, sampleDraft, type SampleOptions } from '../evidence/testing/sample-capture.ts';
import type { BundleSink } from './bundle-sink.ts';
import { createOutboxPump, type OutboxPump, type OutboxPumpOptions, type OutboxProgress } from './outbox-pump.ts';
import { leaseNext, nextDueMs, requeueRefused } from './outbox-queue.ts';
import { bundleStates, listOutbox, outboxCounts } from './outbox-views.ts';

const org = 'org_sample';
const minute = 60_000;
let place: TemporaryInstallation;
let now: Date;
let ids = 0;

const clock = (): Date => now;
const pass = (ms: number): void => void (now = new Date(now.getTime() + ms));

beforeEach(async () => {
  now = new Date('2026-11-20T03:00:00.000Z');
  place = await temporaryInstallation(clock);
});
afterEach(() => place.remove());

async function seal(name: string, options: SampleOptions = {}): Promise<string> {
  const context = { ...place, clock, ids: { next: (prefix: string) => `${prefix}_${(ids += 1)}` } };
  const sealed = await sealCapture(context, sampleDraft(name, options));
  if (!sealed.ok) throw new Error(sealed.error.code);
  return sealed.value.nonce;
}

/** A receiver with a memory: a nonce is taken in once. */
function receiver(answerFirst: (capture: DeskCapture) => ReturnType<BundleSink['deliver']> | null = () => null) {
  const taken: string[] = [];
  let calls = 0;
  const sink: BundleSink = {
    reachable: () => Promise.resolve(true),
    deliver(_org, _desk, capture) {
      calls += 1;
      const other = answerFirst(capture);
      if (other !== null) return other;
      const replayed = taken.includes(capture.nonce);
      if (!replayed) taken.push(capture.nonce);
      return Promise.resolve(ok(sampleDelivery(capture.nonce, capture.customerId, replayed)));
    },
  };
  return { sink, taken, calls: () => calls };
}

function pump(sink: BundleSink, extra: Partial<OutboxPumpOptions> = {}): OutboxPump {
  return createOutboxPump({ store: place.store, vault: place.vault, sink, clock, random: () => 1, ...extra });
}

async function stateOf(nonce: string): Promise<string | undefined> {
  return (await bundleStates(place.store, org, [nonce]))[0]?.state;
}

describe('outbox pump', () => {
  it('delivers what was sealed, keeps the answer, and writes it into the audit log', async () => {
    const nonce = await seal('one');
    const { sink, taken } = receiver();
    const seen: OutboxProgress[] = [];
    const desk = pump(sink);
    desk.onProgress((progress) => seen.push(progress));
    expect(await desk.drain()).toBe(1);
    expect(taken).toEqual([nonce]);
    expect(seen.map(({ state }) => state)).toEqual(['sending', 'delivered']);
    const [state] = await bundleStates(place.store, org, [nonce]);
    expect(state).toEqual({
      nonce,
      kind: 'ktp',
      state: 'delivered',
      lastError: null,
      delivery: sampleDelivery(nonce),
    });
    const events = await place.store.db.selectFrom('audit_log').select('event').orderBy('seq').execute();
    expect(events.map(({ event }) => event)).toEqual(['bundle.sealed', 'bundle.delivered']);
    expect(await verifyAudit(place.store)).toMatchObject({ intact: true, rows: 2 });
    expect(await desk.drain()).toBe(0);
  });

  it('keeps the order of one customer and does not let one customer hold up another', async () => {
    const stuck = await seal('a1', { customerId: 'cus_a' });
    await seal('a2', { customerId: 'cus_a' });
    const free = await seal('b1', { customerId: 'cus_b' });
    const { sink, taken } = receiver((capture) => {
      if (capture.nonce === stuck) throw new Error('a defect of the receiver');
      return null;
    });
    await pump(sink).drain();
    expect(taken).toEqual([free]);
    expect(await bundleStates(place.store, org, [stuck])).toMatchObject([{ state: 'pending', lastError: 'internal' }]);
    const healed = receiver();
    pass(10 * minute);
    expect(await pump(healed.sink).drain()).toBe(2);
    expect(healed.taken[0]).toBe(stuck);
  });

  it('tries again without an end while nobody answers, waiting longer each time up to a cap', async () => {
    const nonce = await seal('patient');
    const down = receiver(() => Promise.resolve(fail('unavailable', 'no connection')));
    const desk = pump(down.sink, { backOff: { baseMs: 1_000, maxMs: 8_000 } });
    const waits: (number | null)[] = [];
    for (let attempt = 0; attempt < 12; attempt += 1) {
      expect(await desk.drain()).toBe(0);
      const due = await nextDueMs(place.store.db, now);
      waits.push(due);
      expect(await desk.drain()).toBe(0); // not due yet: nothing is sent
      pass(due ?? 0);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000, 8_000, 8_000, 8_000, 8_000, 8_000]);
    expect(down.calls()).toBe(12);
    expect(desk.online()).toBe(false);
    expect(await stateOf(nonce)).toBe('pending');
    const up = receiver();
    expect(await pump(up.sink).drain()).toBe(1);
    expect(up.taken).toEqual([nonce]);
  });

  it('says that the line is down to whoever hears of the try that failed, and up with the first answer', async () => {
    await seal('line');
    let away = true;
    const desk = pump(receiver(() => (away ? Promise.resolve(fail('unavailable', 'no connection')) : null)).sink);
    const heard: [OutboxProgress['state'], boolean][] = [];
    desk.onProgress(({ state }) => heard.push([state, desk.online()]));
    await desk.drain();
    away = false;
    await desk.kick();
    // Asked to try again is not yet answered.
    expect(desk.online()).toBe(false);
    await desk.drain();
    expect(heard).toEqual([
      ['sending', true],
      ['pending', false],
      ['sending', false],
      ['delivered', true],
    ]);
  });

  it('tries one capture, not all, when nobody answers', async () => {
    for (let index = 0; index < 5; index += 1) await seal(`many${index}`, { customerId: `cus_${index}` });
    const down = receiver(() => Promise.resolve(fail('unavailable', 'no connection')));
    await pump(down.sink).drain();
    expect(down.calls()).toBe(1);
  });

  it('sends at once when a person asks for it', async () => {
    await seal('kicked');
    let up = false;
    const { sink, taken } = receiver(() => (up ? null : Promise.resolve(fail('unavailable', 'no connection'))));
    const desk = pump(sink);
    await desk.drain();
    up = true;
    expect(await desk.drain()).toBe(0);
    await desk.kick();
    expect(await desk.drain()).toBe(1);
    expect(taken).toHaveLength(1);
  });

  it('leaves a refused capture to a person', async () => {
    const nonce = await seal('refused');
    const no = receiver(() => Promise.resolve(fail('simulated_refused', 'a live organisation takes no simulation')));
    await pump(no.sink).drain();
    pass(1_000 * minute);
    await pump(no.sink).drain();
    expect(no.calls()).toBe(1);
    expect(await bundleStates(place.store, org, [nonce])).toMatchObject([
      { state: 'refused', lastError: 'simulated_refused' },
    ]);
    expect(await outboxCounts(place.store, org)).toMatchObject({ pending: 0, refused: 1 });
    expect(await place.store.transaction((trx) => requeueRefused(trx, 'org_other', nonce, now))).toBe(false);
    expect(await place.store.transaction((trx) => requeueRefused(trx, org, nonce, now))).toBe(true);
    const yes = receiver();
    expect(await pump(yes.sink).drain()).toBe(1);
  });

  it('delivers once when the process died between delivery and its note', async () => {
    const nonce = await seal('half');
    const { sink, taken, calls } = receiver();
    const lease = { owner: 'dead process', now, leaseMs: 30_000, maxDelayMs: minute };
    await place.store.transaction((trx) => leaseNext(trx, lease));
    await sink.deliver(org, place.vault.desk.id, { ...({} as DeskCapture), nonce, customerId: 'cus_sample' });
    place = await place.reopen();
    expect(await pump(sink).drain()).toBe(0); // the lease still stands
    pass(31_000);
    expect(await pump(sink).drain()).toBe(1);
    expect(calls()).toBe(2);
    expect(taken).toEqual([nonce]);
    expect(await bundleStates(place.store, org, [nonce])).toMatchObject([{ delivery: { replayed: true } }]);
  });

  it('never lets two pumps send the same capture', async () => {
    const nonces = [];
    for (let index = 0; index < 12; index += 1)
      nonces.push(await seal(`twin${index}`, { customerId: `cus_${index % 4}` }));
    const { sink, taken, calls } = receiver();
    const delivered = await Promise.all([pump(sink).drain(), pump(sink).drain(), pump(sink).drain()]);
    expect(delivered.reduce((sum, count) => sum + count, 0)).toBe(12);
    expect(calls()).toBe(12);
    expect([...taken].sort()).toEqual([...nonces].sort());
  });

  it('survives clocks turned a year forward and back', async () => {
    const nonce = await seal('clock');
    const down = receiver(() => Promise.resolve(fail('unavailable', 'no connection')));
    const year = 365 * 24 * 60 * minute;
    pass(year);
    await pump(down.sink).drain();
    pass(-year);
    const up = receiver();
    expect(await pump(up.sink).drain()).toBe(1);
    expect(await stateOf(nonce)).toBe('delivered');

    const second = await seal('clock2');
    pass(year);
    await place.store.transaction((trx) => leaseNext(trx, { owner: 'gone', now, leaseMs: 30_000, maxDelayMs: minute }));
    pass(-year);
    expect(await pump(up.sink).drain()).toBe(1);
    expect(up.taken).toEqual([nonce, second]);
  });

  it('refuses to send a capture whose envelope was changed, and keeps it', async () => {
    const nonce = await seal('flipped');
    const row = await place.store.db.selectFrom('sealed_blobs').selectAll().executeTakeFirstOrThrow();
    const bytes = Uint8Array.from(row.bytes);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    await place.store.db.updateTable('sealed_blobs').set({ bytes }).where('id', '=', row.id).execute();
    const { sink, calls } = receiver();
    await pump(sink).drain();
    expect(calls()).toBe(0);
    expect(await bundleStates(place.store, org, [nonce])).toMatchObject([
      { state: 'refused', lastError: 'seal_broken' },
    ]);
  });

  it('runs by itself: starts, settles what is asked for, stops after the delivery under way', async () => {
    const nonce = await seal('loop');
    const { sink, taken } = receiver();
    const desk = pump(sink);
    desk.start();
    expect(await desk.settle(org, [nonce], 10_000)).toMatchObject([{ nonce, state: 'delivered' }]);
    const second = await seal('loop2');
    const settled = desk.settle(org, [second], 10_000);
    await desk.kick();
    expect(await settled).toMatchObject([{ nonce: second, state: 'delivered' }]);
    await desk.stop();
    expect(taken).toEqual([nonce, second]);
  });

  it('answers what is known when the time for settling is over', async () => {
    const nonce = await seal('slow');
    const timers: (() => void)[] = [];
    const desk = pump(receiver().sink, { schedule: (task) => (timers.push(task), () => undefined) });
    const answer = desk.settle(org, [nonce], 5_000);
    timers[0]?.();
    expect(await answer).toMatchObject([{ nonce, state: 'pending', delivery: null }]);
  });

  it('shows the queue without personal data', async () => {
    const nonce = await seal('shown');
    const view = await listOutbox(place.store, org, true);
    expect(view).toMatchObject({
      online: true,
      pending: 1,
      items: [{ id: nonce, kind: 'ktp', state: 'pending', attempts: 0 }],
    });
    expect(await listOutbox(place.store, 'org_other', true)).toEqual({
      online: true,
      pending: 0,
      pausedSince: null,
      reversals: [],
      items: [],
    });
  });
});
