/** Workers: several at once, taking over, stopping, cleaning up, and what they say in the log. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leaseDelivery } from '../../store/repositories/webhooks-deliveries.ts';
import { chosenEngine } from '../../store/testing/test-databases.ts';
import { minuteMs } from '../context.ts';
import { deliveryLogMs } from './deliver.ts';
import { deleteWebhook, updateWebhook } from './manage-webhooks.ts';
import { recordEvent } from './record-event.ts';
import {
  actor,
  bank,
  ctx,
  deliveries,
  happen,
  house,
  later,
  logged,
  only,
  receiver,
  startBench,
  stopBench,
  webhook,
  worker,
} from './testing/webhook-bench.ts';

beforeEach(startBench);
afterEach(stopBench);

/** Another process on the same installation. */
function startOther() {
  const script = fileURLToPath(new URL('testing/worker-process.ts', import.meta.url));
  const places = [join(house.directory, 'data'), join(house.directory, 'keys'), house.now.toISOString()];
  const child = spawn(process.execPath, [script, ...places], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    line: async () => (await lines.next()).value as string,
    go: () => void child.stdin.write('go\n'),
  };
}

describe('several workers', () => {
  // What PGlite holds is inside one process.
  it.skipIf(chosenEngine() === 'pglite')(
    'in two processes never make the same attempt',
    async () => {
      // One process has four under way at most: the fifth request shows that both are at work.
      let bothAtWork: () => void = () => undefined;
      const there = await receiver({ kind: 'wait', until: new Promise<void>((resolve) => (bothAtWork = resolve)) });
      void there.arrival(5).then(() => bothAtWork());
      const { id } = await webhook(there.origin);
      for (let n = 0; n < 60; n += 1) await happen();
      const others = [startOther(), startOther()];
      for (const other of others) expect(await other.line()).toBe('ready');
      for (const other of others) other.go();
      const made = await Promise.all(others.map(async (other) => Number(await other.line())));
      expect(made.reduce((sum, n) => sum + n)).toBe(60);
      const keys = there.received.map(({ headers }) => String(headers['x-quantum-delivery']));
      expect([keys.length, new Set(keys).size]).toEqual([60, 60]);
      expect((await deliveries(id)).every(({ state, attempts }) => state === 'delivered' && attempts === 1)).toBe(true);
    },
    30_000,
  );

  it('in one process share what is due', async () => {
    const there = await receiver({ kind: 'answer', status: 500 }, { kind: 'answer', status: 200 });
    await webhook(there.origin);
    for (let n = 0; n < 10; n += 1) await happen();
    const made = await Promise.all([worker().drain(), worker().drain()]);
    later(minuteMs);
    made.push(...(await Promise.all([worker().drain(), worker().drain()])));
    expect(made.reduce((sum, n) => sum + n)).toBe(11);
    const keys = there.received.map(
      ({ headers }) => `${String(headers['x-quantum-delivery'])}/${String(headers['x-quantum-attempt'])}`,
    );
    expect([keys.length, new Set(keys).size]).toEqual([11, 11]);
  });

  it('take over what a dead one had begun, as the next attempt', async () => {
    const there = await receiver();
    const { id } = await webhook(there.origin);
    await happen();
    const until = new Date(house.now.getTime() + minuteMs).toISOString();
    const request = { now: house.now.toISOString(), owner: 'dead', until, except: [] };
    await ctx.store.transaction((trx) => leaseDelivery(trx, request));
    expect(await worker().drain()).toBe(0);
    later(minuteMs);
    expect(await worker().drain()).toBe(1);
    const done = await only(id);
    expect(done).toMatchObject({ state: 'delivered', attempts: 2 });
    expect(done.log).toMatchObject([
      { attempt: 1, finishedAt: null, status: null, error: null },
      { attempt: 2, status: 200 },
    ]);
  });
});

describe('the worker', () => {
  it('looks by its schedule, and stops in order', async () => {
    const there = await receiver();
    const { id } = await webhook(there.origin);
    const tasks: (() => void)[] = [];
    let scheduled: () => void = () => undefined;
    const schedule = (task: () => void) => {
      tasks.push(task);
      scheduled();
      return () => undefined;
    };
    const firstLook = new Promise<void>((resolve) => (scheduled = resolve));
    const own = worker({ schedule });
    own.start();
    await firstLook;
    expect(there.received).toEqual([]);
    await happen();
    tasks.at(-1)?.();
    await there.arrival(1);
    await own.stop();
    expect(await only(id)).toMatchObject({ state: 'delivered' });
    await happen();
    tasks.at(-1)?.();
    await own.stop();
    expect(there.received).toHaveLength(1);
  });

  it('breaks off what hangs when it must stop, and keeps it for the next start', async () => {
    const there = await receiver({ kind: 'hang' });
    const { id } = await webhook(there.origin);
    await happen();
    const own = worker({ timeoutMs: 60_000, graceMs: 20 });
    own.start();
    await there.arrival(1);
    await own.stop();
    expect(await only(id)).toMatchObject({ state: 'pending', attempts: 1, lastError: 'interrupted' });
  });

  it('keeps the log for thirty days, and what waits longer', async () => {
    const there = await receiver({ kind: 'answer', status: 200 }, { kind: 'answer', status: 500 });
    const { id } = await webhook(there.origin);
    await happen();
    await worker().drain();
    await happen();
    await worker().drain();
    const purge = async () => {
      const own = worker();
      own.start();
      await own.stop();
    };
    later(deliveryLogMs);
    await purge();
    expect(await deliveries(id)).toHaveLength(2);
    later(1);
    await purge();
    const [left, ...none] = await deliveries(id);
    expect([left?.state, none]).toEqual(['pending', []]);
    const events = await ctx.store.db.selectFrom('webhook_events').select('id').execute();
    expect(events).toEqual([{ id: left?.eventId }]);
  });

  it('says in its log what failed and nothing of what was sent or where', async () => {
    const there = await receiver({ kind: 'answer', status: 500 });
    const { id } = await webhook(`${there.origin}/in?token=tell-nobody`);
    const overridden = {
      verificationId: 'ver_1',
      customerId: 'cus_1',
      actorUserId: 'usr_1',
      fromStatus: 'pending',
      toStatus: 'verified',
      reason: 'Siti is known to me',
    } as const;
    await updateWebhook(ctx, actor, id, { events: ['review.overridden'] });
    await ctx.store.transaction((trx) => recordEvent(ctx, trx, bank.orgId, 'review.overridden', overridden));
    await worker().drain();
    expect(there.received[0]?.body).toContain('Siti is known to me');
    expect(logged).toEqual([
      {
        webhookId: id,
        deliveryId: (await only(id)).id,
        attempt: 1,
        status: 500,
        error: 'not_2xx',
        state: 'pending',
        message: 'a webhook attempt failed',
      },
    ]);
  });

  it('sends nothing for a webhook that was deleted, whose secrets are gone', async () => {
    const there = await receiver();
    const { id } = await webhook(there.origin);
    await happen();
    await deleteWebhook(ctx, actor, id);
    expect(await worker().drain()).toBe(0);
    const { db } = ctx.store;
    expect(await db.selectFrom('webhook_deliveries').select('state').execute()).toEqual([{ state: 'cancelled' }]);
    expect(await db.selectFrom('webhook_secrets').select('id').execute()).toEqual([]);
    later(deliveryLogMs + 1);
    const own = worker();
    own.start();
    await own.stop();
    expect(await db.selectFrom('webhooks').select('id').execute()).toEqual([]);
  });
});
