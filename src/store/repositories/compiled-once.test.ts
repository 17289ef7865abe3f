import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryInstallation, type TemporaryInstallation } from '../testing/temporary-installation.ts';
import { compiledOnce } from './compiled-once.ts';

let place: TemporaryInstallation;
beforeAll(async () => {
  place = await temporaryInstallation();
  await place.store.db
    .insertInto('installation')
    .values(['a', 'b', 'c'].map((key) => ({ key: `test.${key}`, value: key })))
    .execute();
});
afterAll(() => place.remove());

const between = (from: string, to: string, limit: number, built: string[] = []) =>
  compiledOnce(place.store.db, 'test-between', [from, to, limit], ([first, last, rows]) => {
    built.push(String(first));
    return place.store.db
      .selectFrom('installation')
      .select('value')
      .where('key', '>=', String(first))
      .where('key', '<=', String(last))
      .where('key', '!=', 'never')
      .orderBy('key')
      .limit(Number(rows));
  });

describe('a query compiled once', () => {
  it('is built the first time only and runs with the values of each call', async () => {
    const built: string[] = [];
    const rows = async (from: string, to: string, limit: number) =>
      (await between(`test.${from}`, `test.${to}`, limit, built)).map((row) => row.value);
    expect(await rows('a', 'b', 10)).toEqual(['a', 'b']);
    expect(await rows('b', 'c', 10)).toEqual(['b', 'c']);
    expect(await rows('a', 'c', 1)).toEqual(['a']);
    expect(built).toHaveLength(1);
    // The values of a caller are never what it was built with.
    expect(built[0]).not.toContain('test.');
  });

  it('runs inside a transaction, and sees what that wrote', async () => {
    const values = await place.store.transaction(async (trx) => {
      await trx.insertInto('installation').values({ key: 'test.d', value: 'd' }).execute();
      const find = (key: string) =>
        compiledOnce(trx, 'test-one', [key], ([one]) =>
          trx.selectFrom('installation').select('value').where('key', '=', String(one)),
        );
      return [...(await find('test.d')), ...(await find('test.a'))];
    });
    expect(values.map((row) => row.value)).toEqual(['d', 'a']);
  });

  it('refuses a query that leaves a value out, or bakes it in', async () => {
    const { db } = place.store;
    const careless = compiledOnce(db, 'test-careless', ['test.a'], () => db.selectFrom('installation').select('value'));
    await expect(careless).rejects.toThrow('every value must become a parameter');
  });
});
