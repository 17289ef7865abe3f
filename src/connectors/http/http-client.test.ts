import { afterEach, describe, expect, it } from 'vitest';
import { openHttp, sendHttp } from './http-client.ts';
import { startMoodyServer, type Mood, type MoodyServer } from './testing/moody-server.ts';

const servers: MoodyServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function server(...moods: Mood[]): Promise<MoodyServer> {
  const started = await startMoodyServer(new TextEncoder().encode('{"ok":true}'), moods);
  servers.push(started);
  return started;
}

describe('sendHttp', () => {
  it('reads a whole answer, whatever its status', async () => {
    const answer = await sendHttp({ url: (await server({ kind: 'serve' })).origin });
    expect(answer).toMatchObject({ ok: true, value: { status: 200, headers: { 'content-length': '11' } } });
    expect(answer.ok && new TextDecoder().decode(answer.value.body)).toBe('{"ok":true}');
    const teapot = await server({ kind: 'status', status: 418 });
    expect(await sendHttp({ url: teapot.origin })).toMatchObject({ ok: true, value: { status: 418 } });
  });

  it('reads no more than it may', async () => {
    const answer = await sendHttp({ url: (await server({ kind: 'serve' })).origin, maxBytes: 10 });
    expect(answer).toMatchObject({ ok: false, error: { code: 'body_too_large' } });
  });

  it('gives up on silence, before the head and inside the body', async () => {
    const times = { connect: 1_000, headers: 500, idle: 500 };
    for (const mood of [{ kind: 'hang' }, { kind: 'hang', after: 3 }] as const) {
      const answer = await sendHttp({ url: (await server(mood)).origin, times });
      expect(answer).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    }
  });

  it('does not follow redirects unless asked, and never for a POST', async () => {
    const end = await server({ kind: 'serve' });
    const first = await server({ kind: 'redirect', to: end.origin });
    expect(await sendHttp({ url: first.origin, method: 'POST', body: '{}', maxRedirects: 3 })).toMatchObject({
      value: { status: 302 },
    });
    expect(await sendHttp({ url: first.origin })).toMatchObject({ ok: false });
    expect(end.requests).toEqual([]);
  });

  it('does not carry credentials to another origin', async () => {
    const end = await server({ kind: 'serve' });
    const first = await server({ kind: 'redirect', to: end.origin });
    const headers = { Authorization: 'Bearer secret', 'X-API-Key': 'secret', accept: 'a/b' };
    await sendHttp({ url: first.origin, headers, maxRedirects: 1 });
    expect(first.requests[0]?.headers.authorization).toBe('Bearer secret');
    expect(end.requests[0]?.headers).toMatchObject({ accept: 'a/b' });
    expect(JSON.stringify(end.requests[0]?.headers)).not.toContain('secret');
  });
});

describe('openHttp', () => {
  it.each(['', 'ftp://127.0.0.1/x', 'file:///etc/passwd', 'not an address'])('refuses %j', async (url) => {
    expect(await openHttp({ url })).toMatchObject({ ok: false, error: { code: 'validation_failed' } });
  });

  it('names the host and the error code, never the address', async () => {
    const closed = await server({ kind: 'serve' });
    await closed.close();
    const answer = await openHttp({ url: `${closed.origin}/?key=secret` });
    expect(answer).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    expect(JSON.stringify(answer)).toContain('ECONNREFUSED');
    expect(JSON.stringify(answer)).not.toContain('secret');
  });
});
