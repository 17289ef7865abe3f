/** What two processes behind a load balancer must know of each other: it is in the database they share. */
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInstallation, type Installation } from '../services/open-installation.ts';
import { fakeVision } from '../services/testing/fake-vision.ts';
import { addOrganisation, openTestHouse, password, type TestHouse } from '../services/testing/test-house.ts';
import { fileKeyProvider } from '../vault/key-providers/file-key-provider.ts';
import { buildApi } from './build-api.ts';
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

describe.each(enginesUnderTest.filter(({ ready, engine }) => ready && engine !== 'sqlite'))(
  'a session on $name',
  ({ engine }) => {
    let house: TestHouse;
    let second: Installation;
    let one: FastifyInstance;
    let two: FastifyInstance;
    beforeAll(async () => {
      house = await openTestHouse({ engine });
      await addOrganisation(house, 'Bank');
      const opened = await openInstallation({
        ...house.database,
        dataDirectory: join(house.directory, 'data'),
        keyProvider: fileKeyProvider({ directory: join(house.directory, 'keys') }),
        vision: fakeVision(),
        clock: () => house.now,
      });
      if (!opened.ok) throw new Error(opened.error.code);
      second = opened.value;
      one = await buildApi({ context: house.ctx });
      two = await buildApi({ context: second.context });
    });
    afterAll(async () => {
      await one.close();
      await two.close();
      await second.close();
      await house.close();
    });

    const origin = 'http://localhost';
    async function signIn(at: FastifyInstance) {
      const answer = await at.inject({
        method: 'POST',
        url: '/api/auth/login',
        headers: { host: 'localhost', origin },
        payload: { email: 'staff@bank.test', password },
      });
      const cookie = String(answer.headers['set-cookie'] ?? '').split(';')[0] ?? '';
      return { cookie, csrf: answer.json<{ data: { csrfToken: string } }>().data.csrfToken };
    }
    const whoAmI = async (at: FastifyInstance, cookie: string) => {
      const answer = await at.inject({ method: 'GET', url: '/api/auth/me', headers: { cookie } });
      return [answer.statusCode, answer.json<{ code?: string }>().code];
    };

    it('made by one process is honoured by the other, and ended by either for both', async () => {
      for (const [made, ended] of [
        [one, two],
        [two, one],
      ] as const) {
        const { cookie, csrf } = await signIn(made);
        expect(await whoAmI(ended, cookie)).toEqual([200, undefined]);
        // Its CSRF token too: what changes something is accepted there.
        const out = await ended.inject({
          method: 'POST',
          url: '/api/auth/logout',
          headers: { host: 'localhost', cookie, origin, 'x-csrf-token': csrf },
        });
        expect(out.statusCode).toBe(200);
        expect(await whoAmI(made, cookie)).toEqual([401, 'session_expired']);
        expect(await whoAmI(ended, cookie)).toEqual([401, 'session_expired']);
      }
    });

    it('of a person who is disabled through one process ends at the other', async () => {
      const { cookie } = await signIn(one);
      expect(await whoAmI(two, cookie)).toEqual([200, undefined]);
      await second.context.store.transaction((trx) =>
        trx.updateTable('users').set({ disabled: 1 }).where('email', '=', 'staff@bank.test').execute(),
      );
      expect(await whoAmI(one, cookie)).toEqual([401, 'session_expired']);
    });
  },
);
