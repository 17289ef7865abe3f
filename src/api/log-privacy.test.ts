/** A whole customer's life over the typed client with everything logged: the log may not know who he is. */
import { Writable } from 'node:stream';
import pino from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLoketClient, type LoketClient } from '../contract/client/client.ts';
import { printedNik } from '../core/ktp/testing/compose-reading.ts';
import { picture } from '../services/testing/fake-vision.ts';
import {
  addOrganisation,
  asInput,
  openTestHouse,
  password,
  signedBundle,
  type TestHouse,
} from '../services/testing/test-house.ts';
import { buildApi } from './build-api.ts';

const person = {
  fullName: 'SITI RAHMAWATI PRIVATE',
  nik: printedNik,
  email: 'siti.private@example.org',
  phone: '+6281234567890',
  externalRef: 'core-private-17',
};

let house: TestHouse;
let key: string;
let origin: string;
let client: LoketClient;
let stop: () => Promise<void>;
const written: string[] = [];

beforeAll(async () => {
  house = await openTestHouse();
  const bank = await addOrganisation(house, 'Bank');
  key = (await bank.key()).key;
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString());
      done();
    },
  });
  // As `loket serve` makes it, at its most talkative.
  const logger = pino({ name: 'loket', level: 'trace' }, stream);
  const app = await buildApi({ context: { ...house.ctx, logger } });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  origin = `http://localhost:${address.port}`;
  client = createLoketClient({ baseUrl: origin, apiKey: key, fetch });
  stop = async () => {
    await app.close();
    await house.close();
  };
});
afterAll(() => stop());

async function challenge(customerId: string, kind: 'ktp' | 'face') {
  const path = kind === 'ktp' ? '/api/identity/document/ktp/challenge' : '/api/identity/face/flash-challenge';
  const { data } = await client.POST(path, { body: { customerId } });
  if (data === undefined) throw new Error('no challenge');
  return data.flashChallenge;
}

async function bundleOf(customerId: string, kind: 'ktp' | 'face', scene: 'card' | 'alive' | 'still') {
  const issued = await challenge(customerId, kind);
  const bundle = asInput(signedBundle(house, issued, [picture(scene, `${kind}-${scene}`)]));
  return { customerId, bundle: bundle as never, hmacKey: issued.hmacSecret };
}

/** Everything that was secret on the way, to be looked for afterwards. */
async function wholeFlow(): Promise<string[]> {
  const created = await client.POST('/api/customers', { body: person });
  const id = created.data?.data.id ?? '';
  expect(created.response.status).toBe(201);
  const card = await bundleOf(id, 'ktp', 'card');
  expect((await client.POST('/api/identity/document/ktp/capture', { body: card })).response.status).toBe(200);
  const selfie = await bundleOf(id, 'face', 'still');
  expect((await client.POST('/api/identity/face/liveness', { body: selfie })).response.status).toBe(200);
  expect((await client.POST('/api/identity/face/match', { body: selfie })).response.status).toBe(200);
  const again = await bundleOf(id, 'face', 'alive');
  expect((await client.POST('/api/identity/auth/step-up', { body: again })).response.status).toBe(200);
  const kyc = await client.GET('/api/identity/kyc/{customerId}', { params: { path: { customerId: id } } });
  expect(kyc.data?.customer.fullName).toBe(person.fullName);
  for (const q of [person.nik, 'private', person.email]) {
    const found = await client.GET('/api/identity/search', { params: { query: { q } } });
    expect(found.data?.data.map((one) => one.id)).toContain(id);
  }
  await client.GET('/api/customers', { params: { query: { externalRef: person.externalRef } } });
  return [card.hmacKey, selfie.hmacKey, again.hmacKey];
}

/** Refusals quote nothing either: repeats, broken bodies, wrong addresses, wrong passwords, keys in the query string. */
async function wholeFlowOfRefusals(): Promise<void> {
  expect((await client.POST('/api/customers', { body: person })).response.status).toBe(409);
  const wrong = await client.POST('/api/customers', {
    body: { ...person, nik: `${person.nik}9`, phone: 'siti-phone' },
  });
  expect(wrong.error?.code).toBe('validation_failed');
  const send = (path: string, init: RequestInit = {}) =>
    fetch(origin + path, { ...init, headers: { authorization: `Bearer ${key}`, ...init.headers } });
  const json = { 'content-type': 'application/json' };
  expect(
    (await send('/api/customers', { method: 'POST', headers: json, body: `{"fullName":"${person.fullName}` })).status,
  ).toBe(400);
  expect((await send(`/api/${person.nik}?email=${person.email}`)).status).toBe(404);
  expect((await send(`/api/identity/customers/${person.nik}`)).status).toBe(404);
  expect((await fetch(`${origin}/api/customers?token=${key}`)).status).toBe(401);
  const login = {
    method: 'POST',
    headers: { ...json, origin },
    body: JSON.stringify({ email: person.email, password }),
  };
  expect((await fetch(`${origin}/api/auth/login`, login)).status).toBe(401);
}

it('logs each request and nothing of the person, the key or the secrets', async () => {
  const secrets = await wholeFlow();
  await wholeFlowOfRefusals();
  const log = written.join('');
  expect(written.length).toBeGreaterThanOrEqual(20);
  expect(log).toContain('/api/identity/kyc/:customerId');
  const images = [picture('card', 'ktp-card'), picture('still', 'face-still')].map((one) =>
    Buffer.from(one).toString('base64'),
  );
  const words = [
    ...Object.values(person),
    'RAHMAWATI',
    'private',
    password,
    key,
    key.slice(-12),
    ...secrets,
    ...images,
  ];
  for (const word of words) expect([word, log.toLowerCase().includes(word.toLowerCase())]).toEqual([word, false]);
});
