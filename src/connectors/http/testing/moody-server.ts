/** A file server on this machine that misbehaves as told: it cuts, hangs, lies, ignores Range. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with one request. */
export type Mood =
  | { readonly kind: 'serve' }
  | { readonly kind: 'ignore-range' }
  /** Sends so many bytes of what was asked for, then, once `when` has come, drops the connection. */
  | { readonly kind: 'cut'; readonly after: number; readonly when: () => Promise<unknown> }
  /** Sends so many bytes, then nothing, with the connection open. Without `after` not even a head. */
  | { readonly kind: 'hang'; readonly after?: number }
  | { readonly kind: 'serve-other'; readonly bytes: Uint8Array }
  /** No length, ends cleanly too early. */
  | { readonly kind: 'short'; readonly bytes: number }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'redirect'; readonly to: string };

export interface MoodyServer {
  readonly origin: string;
  /** The Range header of each request so far; null where there was none. */
  readonly ranges: readonly (string | null)[];
  readonly requests: readonly { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  close(): Promise<void>;
}

/** Serves `content` at every path; the nth request meets the nth mood, later ones the last. */
export async function startMoodyServer(content: Uint8Array, moods: readonly Mood[]): Promise<MoodyServer> {
  const ranges: (string | null)[] = [];
  const requests: { path: string; headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    const mood = moods[Math.min(requests.length, moods.length - 1)]!;
    ranges.push(request.headers.range ?? null);
    requests.push({ path: request.url ?? '', headers: request.headers });
    answer(request, response, content, mood);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, ranges, requests, close: () => stop(server) };
}

function answer(request: IncomingMessage, response: ServerResponse, content: Uint8Array, mood: Mood): void {
  if (mood.kind === 'status') return void response.writeHead(mood.status).end();
  if (mood.kind === 'redirect') return void response.writeHead(302, { location: mood.to }).end();
  if (mood.kind === 'short') return void response.writeHead(200).end(content.subarray(0, mood.bytes));
  if (mood.kind === 'hang' && mood.after === undefined) return;
  const bytes = mood.kind === 'serve-other' ? mood.bytes : content;
  const asked = mood.kind === 'ignore-range' ? undefined : /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  const from = Number(asked ?? 0);
  if (asked !== undefined && from >= bytes.length) {
    return void response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
  }
  const rest = bytes.subarray(from);
  const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
  response.writeHead(asked === undefined ? 200 : 206, {
    'content-length': rest.length,
    ...(asked === undefined ? {} : range),
  });
  if (mood.kind === 'cut') {
    response.write(rest.subarray(0, mood.after));
    void mood.when().then(() => response.destroy());
  } else if (mood.kind === 'hang') response.write(rest.subarray(0, mood.after));
  else response.end(rest);
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
