/** What the API tests share: the server, a caller, a clock to turn. */
import type { FastifyInstance, InjectOptions } from 'fastify';
import type { Evidence } from '../../contract/bundle.ts';
import { picture } from '../../services/testing/fake-vision.ts';
import {
  addOrganisation,
  asInput,
  openTestHouse,
  signedBundle,
  type TestHouse,
  type TestOrganisation,
} from '../../services/testing/test-house.ts';
import { buildApi } from '../build-api.ts';

export let house: TestHouse;
export let bank: TestOrganisation;
export let rival: TestOrganisation;
export let app: FastifyInstance;
export let key: string;
export let rivalKey: string;

/** One server for a test file: two organisations, a key of each. */
export async function startApi(): Promise<void> {
  house = await openTestHouse();
  bank = await addOrganisation(house, 'Bank');
  rival = await addOrganisation(house, 'Rival');
  key = (await bank.key()).key;
  rivalKey = (await rival.key()).key;
  app = await buildApi({ context: house.ctx });
}
export async function stopApi(): Promise<void> {
  await app.close();
  await house.close();
}

/** A fresh minute for every test: limits do not leak from one into the next. */
export function nextMinute(): void {
  house.now = new Date(house.now.getTime() + 61_000);
}

export async function call(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  body?: object,
  bearer: string | null = key,
  headers: Record<string, string> = {},
) {
  const options: InjectOptions = {
    method,
    url,
    headers: { host: 'localhost', ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }), ...headers },
    ...(body === undefined ? {} : { payload: body }),
  };
  const response = await app.inject(options);
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are what the tests look into
  const answer: any = response.body === '' ? null : response.json();
  return { status: response.statusCode, body: answer, headers: response.headers };
}

export async function newCustomer(bearer = key): Promise<string> {
  const made = await call('POST', '/api/customers', { fullName: 'SITI RAHMAWATI' }, bearer);
  return made.body.data.id as string;
}

/** A signed selfie of the customer, ready to post to liveness, match or step-up. */
export async function selfie(customerId: string, scene: 'alive' | 'still' = 'still', note = '', evidence?: Evidence) {
  const { body } = await call('POST', '/api/identity/face/flash-challenge', { customerId });
  return {
    customerId,
    bundle: asInput(
      signedBundle(house, body.flashChallenge, [picture(scene, note)], evidence === undefined ? {} : { evidence }),
    ),
    hmacKey: body.flashChallenge.hmacSecret as string,
  };
}
