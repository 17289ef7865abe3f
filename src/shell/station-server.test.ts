import { mkdtempSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastifyCookie from '@fastify/cookie';
import { decode, encode } from '@msgpack/msgpack';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ok } from '../contract/result.ts';
import { Pairing } from './pairing.ts';
import { registerStation } from './station-server.ts';

let app: FastifyInstance;
let origin = '';
let pairing: Pairing;
let calls: { key: string; name: string; params: unknown }[] = [];
const listeners = new Map<string, (payload: unknown) => void>();
const emit = (name: string, payload: unknown): void => listeners.get(name)?.(payload);

beforeEach(async () => {
  calls = [];
  let counter = 0;
  pairing = new Pairing({ now: () => 0, randomToken: () => `secret-${(counter += 1)}-0123456789abcdef` });
  const folder = mkdtempSync(join(tmpdir(), 'loket-renderer-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Loket</title>');
  app = Fastify();
  await app.register(fastifyCookie);
  await registerStation(app, {
    folder,
    pairing,
    origin: () => origin,
    session: (key) => ({
      call: async (name, params) => {
        calls.push({ key, name, params });
        return ok(new Uint8Array([1, 2, 3]));
      },
      on: (event, listener) => {
        listeners.set(event, listener as (payload: unknown) => void);
        return () => {};
      },
    }),
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  origin = `http://localhost:${(app.server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await app.close();
});

async function pair(): Promise<string> {
  const response = await fetch(`${origin}/station/pair`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ token: pairing.issue() }),
  });
  expect(response.status).toBe(200);
  return response.headers.get('set-cookie') ?? '';
}

function open(cookie: string | null, from = origin): Promise<{ socket: WebSocket; code: Promise<number> }> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/station/socket`, {
    headers: { origin: from, ...(cookie === null ? {} : { cookie: cookie.split(';')[0] ?? '' }) },
  });
  const code = new Promise<number>((done) => socket.on('close', done));
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve({ socket, code }));
    socket.on('error', reject);
  });
}

describe('browser shell', () => {
  it('serves the page with a strict policy', async () => {
    const page = await fetch(`${origin}/`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  it('refuses a foreign host name (DNS rebinding)', async () => {
    const answer = await app.inject({ method: 'GET', url: '/', headers: { host: 'evil.test' } });
    expect(answer.statusCode).toBe(421);
  });

  it('pairs once, from our own origin only, into an HttpOnly strict cookie', async () => {
    const token = pairing.issue();
    const post = (from: string) =>
      fetch(`${origin}/station/pair`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: from },
        body: JSON.stringify({ token }),
      });
    expect((await post('http://evil.test')).status).toBe(403);
    const good = await post(origin);
    expect(good.headers.get('set-cookie')).toMatch(/HttpOnly/);
    expect(good.headers.get('set-cookie')).toMatch(/SameSite=Strict/);
    expect((await post(origin)).status).toBe(403);
  });

  it('carries calls with bytes and events', async () => {
    const { socket } = await open(await pair());
    const answer = new Promise<unknown>((resolve) =>
      socket.once('message', (data: Buffer) => resolve(decode(new Uint8Array(data)))),
    );
    socket.send(encode({ id: 7, call: 'coach.card', params: { frame: new Uint8Array([9]) } }));
    expect(await answer).toEqual({ id: 7, result: { ok: true, value: new Uint8Array([1, 2, 3]) } });
    expect(calls[0]).toMatchObject({ name: 'coach.card', params: { frame: new Uint8Array([9]) } });
    const event = new Promise<unknown>((resolve) =>
      socket.once('message', (data: Buffer) => resolve(decode(new Uint8Array(data)))),
    );
    emit('outbox.changed', { pending: 1 });
    expect(await event).toEqual({ event: 'outbox.changed', payload: { pending: 1 } });
    socket.close();
  });

  it.each([
    ['no cookie', async () => open(null)],
    ['a made-up cookie', async () => open('loket_station=guess')],
    ['a foreign page', async () => open(await pair(), 'http://evil.test')],
  ])('closes the socket on %s', async (_who, attempt) => {
    const { code } = await attempt();
    expect(await code).toBe(4403);
    expect(calls).toEqual([]);
  });

  it.each([
    ['garbage', Buffer.from([0xc1])],
    ['no id', Buffer.from(encode({ call: 'station.state' }))],
    ['a string', Buffer.from(encode('hello'))],
  ])('closes on %s and calls nothing', async (_what, bytes) => {
    const { socket, code } = await open(await pair());
    socket.send(bytes);
    expect(await code).toBe(4400);
    expect(calls).toEqual([]);
  });
});
