/** `providerRoutes` is the agreement of the provider-compatible routes: each of its rows is held here, over a real socket. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  providerNames,
  providerRoutes,
  type ProviderName,
  type ProviderRouteRow,
} from '../../contract/providers/clients.ts';
import { changeClient } from '../../services/providers/manage-clients.ts';
import { openProviderServer, type ProviderServer } from './testing/provider-server.ts';

let server: ProviderServer;
const headers = {} as Record<ProviderName, Record<string, string>>;
const ids = {} as Record<ProviderName, string>;
beforeAll(async () => {
  server = await openProviderServer();
});
afterAll(() => server.close());

const nameOf = (row: ProviderRouteRow): string => `${row.method} ${row.path}`;
const url = (row: ProviderRouteRow): string => `${server.address}${row.path.replace(/:\w+/g, 'nobody')}`;
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

async function call(row: ProviderRouteRow, given: Record<string, string> = {}) {
  const response = await fetch(url(row), { method: row.method, headers: given });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const rows = providerRoutes.map((row) => [nameOf(row), row] as const);
const closed = rows.filter(([, row]) => row.auth === 'client');
const limited: Record<ProviderName, number> = { glair: 429, accuauth: 403, iluma: 429 };

describe('before a client is enabled', () => {
  it.each(rows)('%s is not there', async (_name, row) => {
    expect(await call(row)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

describe('with a client', () => {
  beforeAll(async () => {
    for (const provider of providerNames) {
      const { credentials, id } = await server.enable(provider, { perMinute: 10_000, live: true });
      ids[provider] = id;
      headers[provider] = {
        glair: {
          authorization: basic(`${credentials['username']}:${credentials['password']}`),
          'x-api-key': credentials['apiKey'] ?? '',
        },
        accuauth: { 'x-df-api-id': credentials['apiId'] ?? '', 'x-df-api-secret': credentials['apiSecret'] ?? '' },
        iluma: { authorization: basic(`${credentials['productionKey']}:`) },
      }[provider];
    }
  });

  it.each(closed)('%s: nobody without credentials, nobody with those of another provider', async (_name, row) => {
    expect((await call(row)).status).toBe(401);
    const others = providerNames.filter((name) => name !== row.provider);
    for (const other of others) expect((await call(row, headers[other])).status).toBe(401);
    expect([401, 403]).not.toContain((await call(row, headers[row.provider])).status);
  });

  it.each(closed)('%s: counted and audited', async (_name, row) => {
    await call(row, headers[row.provider]);
    expect(await server.lastAudit('provider.called')).toMatchObject({ provider: row.provider, route: row.path });
  });

  it.each(closed.filter(([, row]) => row.permission !== null))('%s: only with its permission', async (_name, row) => {
    const change = (permissions: readonly string[]) =>
      changeClient(server.house.ctx, server.bank.actor('admin'), ids[row.provider], { permissions } as never);
    await change(['face_verification', 'id_selfie', 'id_card', 'screening'].filter((one) => one !== row.permission));
    expect((await call(row, headers[row.provider])).status).toBe(403);
    await change([row.permission ?? '']);
    expect((await call(row, headers[row.provider])).status).not.toBe(403);
    await change(['face_verification', 'id_selfie', 'id_card', 'screening']);
  });

  it.each(closed)('%s: within its own limit', async (_name, row) => {
    const change = (perMinute: number) =>
      changeClient(server.house.ctx, server.bank.actor('admin'), ids[row.provider], { perMinute });
    server.house.now = new Date(server.house.now.getTime() + 61_000);
    await change(1);
    expect((await call(row, headers[row.provider])).status).not.toBe(limited[row.provider]);
    expect((await call(row, headers[row.provider])).status).toBe(limited[row.provider]);
    await change(10_000);
  });
});

describe('the document of these routes', () => {
  it('names each of them, and the native document names none', async () => {
    const read = async (path: string) =>
      (await (await fetch(`${server.address}${path}`)).json()) as { paths: Record<string, Record<string, object>> };
    const own = await read('/api/providers/openapi.json');
    const named = Object.entries(own.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(named.toSorted()).toEqual(providerRoutes.map(nameOf).toSorted());
    const native = Object.keys((await read('/api/openapi.json')).paths);
    expect(native.filter((path) => !path.startsWith('/api/'))).toEqual([]);
  });
});
