/** The API over a real socket, for tests of whole routes. */
import type { FastifyInstance } from 'fastify';
import {
  addOrganisation,
  openTestHouse,
  password,
  type TestHouse,
  type TestOrganisation,
} from '../../services/testing/test-house.ts';
import type { Role } from '../../contract/vocabulary.ts';
import { buildApi } from '../build-api.ts';

export interface SocketAnswer {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are what the tests look into
  readonly body: any;
  readonly text: string;
  readonly headers: Headers;
}

export interface SocketApi {
  readonly house: TestHouse;
  readonly bank: TestOrganisation;
  readonly rival: TestOrganisation;
  readonly app: FastifyInstance;
  readonly key: string;
  readonly rivalKey: string;
  ask(method: string, path: string, body?: unknown, options?: AskOptions): Promise<SocketAnswer>;
  /** Headers of a signed-in person of the bank. */
  signIn(role: Role): Promise<Record<string, string>>;
  newCustomer(body?: Record<string, unknown>): Promise<string>;
  /** A fresh minute: limits do not leak from one test into the next. */
  nextMinute(): void;
  /** The last audit row of this event, with its detail opened. */
  lastAudit(
    event: string,
  ): Promise<{ actor_kind: string; object_id: string | null; detail: Record<string, unknown> } | null>;
  close(): Promise<void>;
}

export interface AskOptions {
  /** Default the bank's key; null = none. */
  readonly bearer?: string | null;
  readonly headers?: Record<string, string>;
}

export async function openSocketApi(): Promise<SocketApi> {
  const house = await openTestHouse();
  const bank = await addOrganisation(house, 'Bank');
  const rival = await addOrganisation(house, 'Rival');
  const key = (await bank.key()).key;
  const rivalKey = (await rival.key()).key;
  const app = await buildApi({ context: house.ctx });
  const address = (await app.listen({ port: 0, host: '127.0.0.1' })).replace('127.0.0.1', 'localhost');

  async function ask(method: string, path: string, body?: unknown, options: AskOptions = {}): Promise<SocketAnswer> {
    const { bearer = key, headers = {} } = options;
    const response = await fetch(`${address}${path}`, {
      method,
      headers: {
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, body: json ? JSON.parse(text) : null, text, headers: response.headers };
  }

  const nextMinute = (): void => void (house.now = new Date(house.now.getTime() + 61_000));
  return {
    house,
    bank,
    rival,
    app,
    key,
    rivalKey,
    ask,
    nextMinute,
    async signIn(role) {
      nextMinute();
      const origin = address;
      const login = await ask(
        'POST',
        '/api/auth/login',
        { email: `${role}@bank.test`, password },
        { bearer: null, headers: { origin } },
      );
      const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
      return { cookie, origin, 'x-csrf-token': login.body.data.csrfToken as string };
    },
    async newCustomer(body = { fullName: 'SITI RAHMAWATI' }) {
      const made = await ask('POST', '/api/customers', body);
      return made.body.data.id as string;
    },
    async lastAudit(event) {
      const row = await house.ctx.store.db
        .selectFrom('audit_log')
        .select(['actor_kind', 'object_id', 'detail'])
        .where('event', '=', event as never)
        .orderBy('seq', 'desc')
        .executeTakeFirst();
      return row === undefined ? null : { ...row, detail: JSON.parse(row.detail) as Record<string, unknown> };
    },
    async close() {
      await app.close();
      await house.close();
    },
  };
}
