import { afterEach, beforeEach, expect, it } from 'vitest';
import { ok } from '../../contract/result.ts';
import { temporaryInstallation, type TemporaryInstallation } from '../../store/testing/temporary-installation.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskSession } from '../desk-session.ts';
import { sealCapture } from '../evidence/seal-capture.ts';
import { sampleDelivery, sampleDraft } from '../evidence/testing/sample-capture.ts';
import { createOutboxPump } from '../sync/outbox-pump.ts';
import { setCaptureAside } from '../sync/outbox-person.ts';
import { noteOutcomes } from '../sync/reversals.ts';
import { outboxHandlers } from './outbox.ts';

const now = new Date('2026-11-20T03:00:00.000Z');
const clock = (): Date => now;
const session = { actor: { kind: 'user', id: 'usr_1', orgId: 'org_sample' } } as unknown as DeskSession;

let place: TemporaryInstallation;
let told: unknown[];
let ids = 0;
beforeEach(async () => {
  place = await temporaryInstallation(clock);
  told = [];
});
afterEach(() => place.remove());

const context = () => ({
  store: place.store,
  vault: place.vault,
  clock,
  ids: { next: (prefix: string) => `${prefix}_${(ids += 1)}` },
});
function desk() {
  const pump = createOutboxPump({
    ...context(),
    sink: {
      reachable: () => Promise.resolve(true),
      // The record finds what the counter had called verified to have failed.
      deliver: (_org, _desk, { nonce, customerId }) =>
        Promise.resolve(
          ok({
            ...sampleDelivery(nonce, customerId),
            verifications: [{ id: 'ver_1', method: 'ktp_capture', status: 'failed' as const, score: null }],
          }),
        ),
    },
  });
  const events = { emit: (event: unknown) => void told.push(event) };
  return { pump, handlers: outboxHandlers({ ctx: context(), pump, events } as unknown as DeskHouse) };
}
async function sealed(name: string): Promise<string> {
  const done = await sealCapture(context(), sampleDraft(name));
  return done.ok ? done.value.nonce : expect.fail(done.error.code);
}
const audited = async (event: string) =>
  place.store.db
    .selectFrom('audit_log')
    .select(['actor_kind', 'actor_id', 'object_id', 'detail'])
    .where('event', '=', event as 'outbox.paused')
    .execute();

it('lets the queue rest and go on, says who did it, and tells every page', async () => {
  const { pump, handlers } = desk();
  await sealed('one');
  const paused = await handlers['outbox.pause'](session, { paused: true });
  expect(paused).toMatchObject({ ok: true, value: { pending: 1, pausedSince: now.toISOString() } });
  expect(await pump.drain()).toBe(0);
  const again = await handlers['outbox.pause'](session, { paused: false });
  expect(again).toMatchObject({ ok: true, value: { pending: 1, pausedSince: null } });
  expect(await pump.drain()).toBe(1);
  expect(await audited('outbox.paused')).toMatchObject([{ actor_kind: 'user', actor_id: 'usr_1' }]);
  expect(await audited('outbox.resumed')).toHaveLength(1);
  expect(told).toMatchObject([
    { name: 'outbox.changed', payload: { pausedSince: now.toISOString() } },
    { name: 'outbox.changed', payload: { pausedSince: null } },
  ]);
});

it('tries again what was refused because a person asked, and says so for each capture; nothing set aside', async () => {
  const { pump, handlers } = desk();
  const nonces = [await sealed('one'), await sealed('two')];
  await place.store.db.updateTable('outbox').set({ state: 'refused', attempts: 3 }).execute();
  const aside = { orgId: 'org_sample', nonce: nonces[1] ?? '', by: 'usr_2', reason: 'customer withdrew' };
  expect(await setCaptureAside(place.store, clock, aside)).toEqual(ok(true));
  const view = await handlers['outbox.retryNow'](session, {});
  const states = view.ok ? Object.fromEntries(view.value.items.map((item) => [item.id, item.state])) : {};
  expect(states).toEqual({ [nonces[0] ?? '']: 'pending', [nonces[1] ?? '']: 'refused' });
  expect(await pump.drain()).toBe(1);
  expect(await audited('bundle.requeued')).toMatchObject([
    {
      actor_kind: 'user',
      actor_id: 'usr_1',
      object_id: nonces[0],
      detail: expect.stringContaining('refused') as string,
    },
  ]);
});

it('takes a reversed verdict off the list once the customer was told, once, on record', async () => {
  const { pump, handlers } = desk();
  const nonce = await sealed('one');
  const draft = { orgId: 'org_sample', operatorId: 'usr_1' };
  await noteOutcomes(context(), draft, [{ nonce, outcome: 'verified' }]);
  await pump.drain();
  expect(await handlers['outbox.list'](session, {})).toMatchObject({
    value: { reversals: [{ nonce, customerId: 'cus_sample', from: 'verified', to: 'stopped' }] },
  });
  expect(await handlers['outbox.closeReversal'](session, { nonce })).toMatchObject({ value: { reversals: [] } });
  expect(await handlers['outbox.closeReversal'](session, { nonce })).toMatchObject({ error: { code: 'not_found' } });
  expect(await audited('verdict.reversal_closed')).toMatchObject([{ actor_id: 'usr_1', object_id: nonce }]);
});

it('keeps the ceiling of the line a person chose, and writes it down once', async () => {
  const { handlers } = desk();
  await handlers['outbox.bandwidth'](session, { bytesPerSecond: 125_000 });
  await handlers['outbox.bandwidth'](session, { bytesPerSecond: 125_000 });
  expect(await audited('outbox.ceiling_set')).toMatchObject([{ detail: '{"bytesPerSecond":125000}' }]);
  // No hub, no line: there is nothing to show.
  expect(await handlers['outbox.list'](session, {})).not.toHaveProperty('value.bytesPerSecond');
});
