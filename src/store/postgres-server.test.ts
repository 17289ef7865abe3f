import { createServer } from 'node:net';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openPostgresStore } from './open-postgres-store.ts';
import { toStoreError } from './postgres-dialect.ts';
import { enginesUnderTest } from './testing/test-databases.ts';
import type { Store } from './store.ts';

const clock = (): Date => new Date('2026-11-20T03:00:00.000Z');
const failure = (code: string, more: object = {}) => Object.assign(new Error('text with a value'), { code, ...more });

describe('what PostgreSQL reports', () => {
  it.each([
    ['40001', 'busy'],
    ['40P01', 'busy'],
    ['55P03', 'busy'],
    ['53300', 'busy'],
    ['53100', 'disk_full'],
    ['25006', 'read_only'],
    ['57P01', 'unavailable'],
    ['08006', 'unavailable'],
    ['28P01', 'unavailable'],
    ['3D000', 'missing'],
    ['XX001', 'corrupted'],
    ['42601', 'unknown'],
    ['ECONNREFUSED', 'unavailable'],
    ['ECONNRESET', 'unavailable'],
  ])('%s is %s', (code, kind) => {
    expect(toStoreError(failure(code))).toMatchObject({ name: 'StoreError', kind, driverCode: code });
    expect((toStoreError(failure(code)) as Error).message).not.toContain('value');
  });

  it('of a unique key names its columns, never its values', () => {
    const error = toStoreError(
      failure('23505', {
        table: 'customers',
        constraint: 'customers_by_org_id_nik_index',
        detail: 'Key (org_id, nik_index)=(org_1, abc) already exists.',
      }),
    );
    expect(error).toMatchObject({ kind: 'constraint', constraint: 'customers.org_id, customers.nik_index' });
    // Without rights on the table the server keeps the detail to itself.
    expect(toStoreError(failure('23505', { constraint: 'name' }))).toMatchObject({ constraint: 'name' });
    expect(toStoreError(failure('23502', { table: 'users', column: 'email' }))).toMatchObject({
      constraint: 'users.email',
    });
  });

  it('leaves bugs as they are', () => {
    const bug = new TypeError('x is not a function');
    expect(toStoreError(bug)).toBe(bug);
  });
});

describe('a server that is not there', () => {
  it('is a failure with a remedy, and its password stays out of it', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => listener.once('listening', resolve));
    const { port } = listener.address() as { port: number };
    await new Promise((resolve) => listener.close(resolve));
    const opened = await openPostgresStore({ connectionString: `postgres://u:secret@127.0.0.1:${port}/db`, clock });
    expect(opened).toMatchObject({ ok: false, error: { code: 'store_unavailable' } });
    expect(JSON.stringify(opened)).not.toContain('secret');
  });
});

const server = enginesUnderTest.find(({ engine }) => engine === 'postgres');

describe.skipIf(server?.ready !== true)(`on ${server?.name ?? ''}`, () => {
  async function withStore(work: (store: Store) => Promise<void>): Promise<void> {
    const place = await server?.database(clock);
    const opened = await place?.open();
    if (place === undefined || opened?.ok !== true) throw new Error('no server');
    try {
      await work(opened.value);
    } finally {
      await opened.value.close();
      await place.remove();
    }
  }

  it('a lost connection fails its transaction, and the next one gets a new connection', () =>
    withStore(async (store) => {
      const lost = store.transaction(async (trx) => {
        await trx.insertInto('installation').values({ key: 'k', value: '1' }).execute();
        await sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx);
      });
      await expect(lost).rejects.toMatchObject({ name: 'StoreError', kind: 'unavailable' });
      expect(await store.db.selectFrom('installation').selectAll().execute()).toEqual([]);
    }));

  it('idle connections that the server ends do not end this process', () =>
    withStore(async (store) => {
      await Promise.all([1, 2, 3].map(() => sql`select pg_sleep(0.01)`.execute(store.db)));
      const others = sql`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'loket' and pid <> pg_backend_pid() and state = 'idle'
        and query like '%pg_sleep(0.01)%'`;
      await others.execute(store.db);
      // A transaction tries a fresh connection by itself; a single query says what happened.
      await store.transaction((trx) => sql`select 1`.execute(trx));
      for (let left = 4; ; left -= 1) {
        const answer = await sql`select 1 as one`.execute(store.db).catch((error: unknown) => error);
        if (left > 0 && answer instanceof Error) expect(answer).toMatchObject({ kind: 'unavailable' });
        else return expect(answer).toMatchObject({ rows: [{ one: 1 }] });
      }
    }));

  it('a deadlock is taken again from the start', () =>
    withStore(async (store) => {
      let runs = 0;
      await store.transaction(async (trx) => {
        runs += 1;
        await trx
          .insertInto('installation')
          .values({ key: `run-${runs}`, value: '1' })
          .execute();
        if (runs < 3)
          await sql`do $$ begin raise exception using errcode = '40P01', message = 'x'; end $$`.execute(trx);
      });
      expect(runs).toBe(3);
      expect(await store.db.selectFrom('installation').select('key').execute()).toEqual([{ key: 'run-3' }]);
    }));
});
