/** What two processes behind a load balancer must know of each other: it is in the database they share. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enginesUnderTest, type TestDatabase } from '../store/testing/test-databases.ts';
import type { Store } from '../store/store.ts';
import { createRateLimiter, rateLimiterFor, type RateLimiter } from './rate-limiter.ts';

let now = new Date('2026-11-20T03:00:00.000Z');
const clock = (): Date => now;

describe.each(enginesUnderTest.filter(({ ready, engine }) => ready && engine !== 'sqlite'))(
  'limits on $name',
  ({ database }) => {
    let place: TestDatabase;
    let stores: Store[];
    let one: RateLimiter;
    let two: RateLimiter;
    beforeAll(async () => {
      place = await database(clock);
      stores = [];
      for (let n = 0; n < 2; n += 1) {
        const opened = await place.open();
        if (!opened.ok) throw new Error(opened.error.code);
        stores.push(opened.value);
      }
      [one, two] = stores.map((store) => rateLimiterFor(store, clock)) as [RateLimiter, RateLimiter];
    });
    afterAll(async () => {
      for (const store of stores) await store.close();
      await place.remove();
    });

    it('count what the other process let through, also at the same moment', async () => {
      const all = await Promise.all(
        Array.from({ length: 12 }, async (_, n) => (n % 2 === 0 ? one : two).take('kyc.get', 'api_key:1', 5, 60)),
      );
      expect(all.filter(({ allowed }) => allowed)).toHaveLength(5);
      expect(all.filter(({ allowed }) => !allowed).map(({ remaining }) => remaining)).toEqual(Array(7).fill(0));
      expect(await two.take('kyc.get', 'api_key:2', 5, 60)).toMatchObject({ allowed: true, remaining: 4 });
      expect(await one.take('kyc.list', 'api_key:1', 5, 60)).toMatchObject({ allowed: true, remaining: 4 });
    });

    it('answer as one process in memory does, window after window', async () => {
      const local = createRateLimiter(clock);
      for (let n = 0; n < 40; n += 1) {
        now = new Date(now.getTime() + (n % 7) * 1_300);
        const shared = await (n % 2 === 0 ? one : two).take('same', 'key', 3, 10);
        expect(shared).toEqual(local.take('same', 'key', 3, 10));
      }
    });

    it('never write down whom they count', async () => {
      await one.take('kyc.get', 'ip:203.0.113.9', 5, 60);
      const rows = await stores[0]?.db.selectFrom('shared_counters').select('key').execute();
      expect(rows?.length).toBeGreaterThan(0);
      for (const { key } of rows ?? []) expect(key).toMatch(/^[0-9a-f]{64}$/);
    });
  },
);
