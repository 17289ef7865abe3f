/** A receiver on this machine with moods: it answers, fails, hangs, redirects, babbles, floods, recovers. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Mood =
  | { readonly kind: 'answer'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Keeps the connection and says nothing, or nothing after the head. */
  | { readonly kind: 'hang'; readonly afterHead?: boolean }
  /** Bytes that are no HTTP. */
  | { readonly kind: 'babble' }
  /** 200 and a body without an end. */
  | { readonly kind: 'flood' }
  | { readonly kind: 'cut' }
  /** 200, once this has come. */
  | { readonly kind: 'wait'; readonly until: Promise<unknown> };

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly origin: string;
  readonly received: readonly Received[];
  /** Resolves at the nth request, counted from 1. */
  arrival(n: number): Promise<Received>;
  close(): Promise<void>;
}

/** The nth request meets the nth mood, later ones the last. */
export async function startReceiver(...moods: readonly Mood[]): Promise<Receiver> {
  const received: Received[] = [];
  const waiting = new Map<number, (request: Received) => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, path: url, headers, body: Buffer.concat(chunks).toString('utf8') };
      received.push(one);
      answer(response, moods[Math.min(received.length, moods.length) - 1] ?? { kind: 'answer', status: 200 });
      waiting.get(received.length)?.(one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    arrival: (n) => {
      const there = received[n - 1];
      return there === undefined ? new Promise((resolve) => waiting.set(n, resolve)) : Promise.resolve(there);
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function answer(response: ServerResponse, mood: Mood): void {
  if (mood.kind === 'answer') return void response.writeHead(mood.status, mood.headers).end('thank you');
  if (mood.kind === 'cut') return void response.destroy();
  if (mood.kind === 'babble') return void response.socket?.end('EHLO hooks.bank.test\r\n\r\n');
  if (mood.kind === 'flood') return flood(response);
  if (mood.kind === 'wait') return void mood.until.then(() => response.writeHead(200).end());
  if (mood.afterHead === true) response.writeHead(200).flushHeaders();
}

function flood(response: ServerResponse): void {
  const pour = (): void => {
    while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
  };
  response.writeHead(200).on('drain', pour);
  pour();
}
