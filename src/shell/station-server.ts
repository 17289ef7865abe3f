import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {} from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import type {} from '@fastify/swagger';
import fastifyWebsocket from '@fastify/websocket';
import { decode, encode } from '@msgpack/msgpack';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { deskEventNames } from '../contract/desk/calls.ts';
import { fail } from '../contract/result.ts';
import type { DeskDoor } from '../desk/desk-door.ts';
import { isCustomerSession } from '../desk/desk-session.ts';
import type { Pairing } from './pairing.ts';

export interface StationServerOptions {
  /** Folder of the built renderer. */
  readonly folder: string;
  readonly pairing: Pairing;
  /** The session that belongs to a pairing key; the same key always gets the same session. */
  readonly session: (key: string) => DeskDoor;
  /** `http://localhost:N`, known once listening. */
  readonly origin: () => string;
}

const cookieName = 'loket_station';
/** Of its own, so that both pages may be open in one browser. */
const customerCookieName = 'loket_customer';
/** A selfie capture is at most 60 frames of 8 MiB by contract; in practice 2 MiB. */
const maxMessageBytes = 128 * 1024 * 1024;
const maxInFlight = 16;

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob: mediastream:",
  "font-src 'self'",
  "connect-src 'self'",
  'frame-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const pageHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'permissions-policy': 'camera=(self), microphone=(), geolocation=(), usb=(), serial=()',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * The browser shell: serves the station's page and carries desk calls over a WebSocket. Every request must name this
 * very host (a foreign name that resolves to loopback is DNS rebinding) and, where it acts, come from our origin.
 */
export async function registerStation(app: FastifyInstance, options: StationServerOptions): Promise<void> {
  await app.register(async (station) => {
    await station.register(fastifyWebsocket, { options: { maxPayload: maxMessageBytes } });
    station.addHook('onRequest', async (request, reply) => refuseForeignHost(request, reply, options.origin()));

    await station.register(fastifyStatic, {
      root: options.folder,
      index: false,
      wildcard: false,
      cacheControl: false,
      setHeaders: (reply) => {
        void reply.headers(pageHeaders);
      },
    });
    const index = await readFile(join(options.folder, 'index.html')).catch(() => null);
    station.get('/', { schema: { hide: true } }, async (_request, reply) =>
      index === null
        ? reply.code(503).type('text/plain').send('The station is not built. Run: npm run build')
        : reply.headers(pageHeaders).type('text/html; charset=utf-8').send(index),
    );

    station.post<{ Body: { token: string } }>(
      '/station/pair',
      {
        schema: {
          hide: true,
          body: {
            type: 'object',
            required: ['token'],
            additionalProperties: false,
            properties: { token: { type: 'string', minLength: 16, maxLength: 200 } },
          },
        },
      },
      async (request, reply) => {
        if (request.headers.origin !== options.origin())
          return reply.code(403).send({ error: 'foreign origin', code: 'forbidden' });
        const cookie = options.pairing.redeem(request.body.token);
        if (cookie === null) return reply.code(403).send({ error: 'pairing link used or expired', code: 'forbidden' });
        const faces = isCustomerSession(options.pairing.recognise(cookie));
        return reply
          .setCookie(faces ? customerCookieName : cookieName, cookie, {
            httpOnly: true,
            sameSite: 'strict',
            path: faces ? '/station/customer' : '/station',
          })
          .send({ data: { paired: true } });
      },
    );

    const socketAt = (path: string, cookie: string, faces: boolean) =>
      station.get(path, { websocket: true, schema: { hide: true } }, (socket, request) => {
        const key =
          request.headers.origin === options.origin() ? options.pairing.recognise(request.cookies[cookie]) : null;
        if (key === null || isCustomerSession(key) !== faces) {
          socket.close(4403, 'not paired');
          return;
        }
        carry(socket, options.session(key));
      });
    socketAt('/station/socket', cookieName, false);
    socketAt('/station/customer/socket', customerCookieName, true);
  });
}

/** Only names of this machine's loopback; the port is ours by construction. */
export function refuseForeignHost(
  request: FastifyRequest,
  reply: FastifyReply,
  origin: string,
): FastifyReply | undefined {
  const expected = new URL(origin);
  const host = request.headers.host ?? '';
  if (host === expected.host || host === `127.0.0.1:${expected.port}`) return undefined;
  return reply.code(421).send({ error: 'unknown host', code: 'forbidden' });
}

interface Socket {
  readonly readyState: number;
  send(data: Uint8Array): void;
  close(code?: number, reason?: string): void;
  on(event: 'message', listener: (data: Buffer, binary: boolean) => void): void;
  on(event: 'close', listener: () => void): void;
}

/** msgpack frames: `{id, call, params}` in; `{id, result}` and `{event, payload}` out. Bytes travel as bytes. */
function carry(socket: Socket, session: DeskDoor): void {
  let inFlight = 0;
  const send = (message: unknown): void => {
    if (socket.readyState === 1) socket.send(encode(message, { ignoreUndefined: true }));
  };
  const stops = deskEventNames.map((event) => session.on(event, (payload) => send({ event, payload })));
  socket.on('close', () => {
    for (const stop of stops) stop();
  });
  socket.on('message', (data, binary) => {
    const request = binary ? readRequest(data) : null;
    if (request === null) {
      socket.close(4400, 'malformed');
      return;
    }
    if (inFlight >= maxInFlight) {
      send({ id: request.id, result: fail('rate_limited', 'too many calls at once') });
      return;
    }
    inFlight += 1;
    void session
      .call(request.call, request.params)
      .catch(() => fail('internal', 'the desk could not answer'))
      .then((result) => send({ id: request.id, result }))
      .finally(() => {
        inFlight -= 1;
      });
  });
}

function readRequest(data: Buffer): { id: number; call: string; params: unknown } | null {
  let message: unknown;
  try {
    message = decode(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  } catch {
    return null;
  }
  if (typeof message !== 'object' || message === null) return null;
  const { id, call, params } = message as Record<string, unknown>;
  return typeof id === 'number' && Number.isSafeInteger(id) && typeof call === 'string'
    ? { id, call, params: params ?? {} }
    : null;
}
