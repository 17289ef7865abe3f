import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listeningApi, type Client, type ListeningApi } from './testing/listening-api.ts';
import { deepest, unstorablePart } from './plain-text.ts';

describe('a part that cannot be stored', () => {
  it('is found wherever it is', () => {
    expect(unstorablePart({ a: [{ b: 'x' }, { b: 'x\0' }] })).toEqual({ path: 'a.1.b', why: 'text' });
    expect(unstorablePart({ a: '\ud800' })).toEqual({ path: 'a', why: 'text' });
    expect(unstorablePart({ a: { 'x\0': 1 } })).toEqual({ path: 'a', why: 'text' });
    expect(unstorablePart({ a: 'Ω 😀', n: 1, none: null, list: [], ['clé']: true })).toBeNull();
    expect(unstorablePart(undefined)).toBeNull();
  });

  it('is one that nests deeper than anybody needs', () => {
    const nested = (levels: number): unknown => ({ a: JSON.parse('['.repeat(levels - 1) + ']'.repeat(levels - 1)) });
    expect(unstorablePart(nested(deepest))).toBeNull();
    expect(unstorablePart(nested(deepest + 1))).toEqual({ path: 'a', why: 'depth' });
    expect(unstorablePart(nested(100_000))).toEqual({ path: 'a', why: 'depth' });
  });
});

describe('over the wire', () => {
  let api: ListeningApi;
  let program: Client;
  beforeAll(async () => {
    api = await listeningApi();
    program = api.program((await api.bank.key()).key);
  });
  afterAll(() => api.close());

  it.each([
    ['POST', '/api/customers', { fullName: 'SITI\u0000RAHMAWATI' }, 'fullName'],
    ['POST', '/api/customers', { fullName: 'SITI \ud83d' }, 'fullName'],
    ['POST', '/api/customers', { fullName: 'SITI RAHMAWATI', externalRef: 'a\u0000b' }, 'externalRef'],
    ['POST', '/api/auth/login', { email: 'a\u0000@b.c', password: 'x' }, 'email'],
    ['POST', '/api/auth/login', { email: 'a@b.c', password: '\udc00' }, 'password'],
    ['POST', '/api/identity/webhooks', { url: 'https://a.b/\u0000', events: ['customer.erased'] }, 'url'],
    ['GET', '/api/identity/search?q=siti%00', undefined, 'q'],
    ['GET', '/api/customers?externalRef=%00', undefined, 'externalRef'],
    [
      'POST',
      '/api/identity/nik/dukcapil',
      { customerId: 'cus_x', valid: true, raw: { deep: ['\u0000'] } },
      'raw.deep.0',
    ],
  ])('%s %s is refused with 400: %j', async (method, path, body, field) => {
    api.nextMinute();
    const { status, body: answer } = await program.send(method, path, body);
    expect([status, answer.code]).toEqual([400, 'validation_failed']);
    expect(Object.keys(answer.details.fieldErrors as object)).toEqual([field]);
  });

  it('refuses a body of two thousand levels, also where no body is asked for', async () => {
    api.nextMinute();
    const body = JSON.parse('{"a":'.repeat(2000) + '1' + '}'.repeat(2000)) as object;
    const headers = { 'idempotency-key': 'deep' };
    const { status, body: answer } = await program.send('POST', '/api/identity/api-keys/key_x/rotate', body, headers);
    expect([status, answer.code]).toEqual([400, 'validation_failed']);
  });

  it('a path with one is refused too', async () => {
    const { status } = await program.send('GET', '/api/identity/customers/cus_%00');
    expect([400, 404]).toContain(status);
  });
});
