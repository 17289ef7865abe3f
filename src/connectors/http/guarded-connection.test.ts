import { afterEach, describe, expect, it } from 'vitest';
import { sendHttp } from './http-client.ts';
import { systemResolve, type AddressGuard } from './guarded-connection.ts';
import { startMoodyServer, type MoodyServer } from './testing/moody-server.ts';

const servers: MoodyServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function server(): Promise<MoodyServer> {
  const started = await startMoodyServer(new TextEncoder().encode('{}'), [{ kind: 'serve' }]);
  servers.push(started);
  return started;
}

const portOf = (origin: string): string => new URL(origin).port;
const noLoopback: AddressGuard = {
  allows: (address) => !address.startsWith('127.') && address !== '::1',
  resolve: systemResolve,
};
const answering = (...answers: readonly string[][]): AddressGuard & { readonly asked: string[] } => {
  const asked: string[] = [];
  return {
    asked,
    allows: (address) => address === '127.0.0.1',
    resolve: (host) => {
      asked.push(host);
      return Promise.resolve(answers[Math.min(asked.length, answers.length) - 1] ?? []);
    },
  };
};

describe('a guarded request', () => {
  it('does not reach a refused address, spelled out or behind a name', async () => {
    const target = await server();
    const port = portOf(target.origin);
    for (const host of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', 'localhost']) {
      const guard = host.startsWith('[::ffff') ? { ...noLoopback, allows: () => false } : noLoopback;
      expect([host, await sendHttp({ url: `http://${host}:${port}/`, guard })]).toMatchObject([
        host,
        { ok: false, error: { code: 'target_refused' } },
      ]);
    }
    expect(target.requests).toEqual([]);
  });

  it('connects to the addresses it checked and asks for the name once', async () => {
    const target = await server();
    const guard = answering(['127.0.0.1'], ['10.0.0.1']);
    const url = `http://hooks.bank.test:${portOf(target.origin)}/`;
    expect(await sendHttp({ url, guard })).toMatchObject({ ok: true, value: { status: 200 } });
    expect(guard.asked).toEqual(['hooks.bank.test']);
    expect(target.requests[0]?.headers.host).toBe(`hooks.bank.test:${portOf(target.origin)}`);
    // The name has moved: nothing of the first connection is used again.
    expect(await sendHttp({ url, guard })).toMatchObject({ ok: false, error: { code: 'target_refused' } });
    expect(target.requests).toHaveLength(1);
  });

  it('is refused when one of several addresses is, or when there is none', async () => {
    const target = await server();
    const url = `http://hooks.bank.test:${portOf(target.origin)}/`;
    for (const answer of [['127.0.0.1', '10.0.0.1'], [], ['not an address']]) {
      expect(await sendHttp({ url, guard: answering(answer) })).toMatchObject({ error: { code: 'target_refused' } });
    }
    expect(target.requests).toEqual([]);
  });

  it('says so when the name cannot be resolved', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
    const answer = await sendHttp({ url: 'https://hooks.bank.test/', guard: { allows: () => true, resolve } });
    expect(answer).toMatchObject({ error: { code: 'unavailable', details: { cause: 'ENOTFOUND' } } });
  });
});
