import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listeningApi, type Client, type ListeningApi } from './testing/listening-api.ts';
import { unstorableText } from './plain-text.ts';

describe('a text that cannot be stored', () => {
  it('is found wherever it is', () => {
    expect(unstorableText({ a: [{ b: 'x' }, { b: 'x\0' }] })).toBe('a.1.b');
    expect(unstorableText({ a: '\ud800' })).toBe('a');
    expect(unstorableText({ a: { 'x\0': 1 } })).toBe('a');
    expect(unstorableText({ a: 'Ω 😀', n: 1, none: null, list: [], ['clé']: true })).toBeNull();
    expect(unstorableText(undefined)).toBeNull();
  });

  it('takes a body of a hundred thousand brackets', () => {
    expect(unstorableText(JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)))).toBeNull();
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

  it('a path with one is refused too', async () => {
    const { status } = await program.send('GET', '/api/identity/customers/cus_%00');
    expect([400, 404]).toContain(status);
  });
});
