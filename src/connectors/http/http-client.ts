/**
 * The one way out to the network. Redirects are limited and never step down from TLS, every phase has a time limit,
 * and a failure is a value.
 */
import type { Readable } from 'node:stream';
import { Agent, EnvHttpProxyAgent, request as send, type Dispatcher } from 'undici';
import { fail, ok, type Result } from '../../contract/result.ts';
import { guardedAgent, literalAddress, targetRefused, type AddressGuard } from './guarded-connection.ts';

/** Milliseconds. */
export interface HttpTimes {
  readonly connect: number;
  /** From the request to the answer's head. */
  readonly headers: number;
  /** Longest silence inside a body. */
  readonly idle: number;
}

export const defaultHttpTimes: HttpTimes = { connect: 10_000, headers: 30_000, idle: 30_000 };

export interface HttpRequest {
  readonly url: string;
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly times?: HttpTimes;
  /** Followed for GET and HEAD only; default 0. */
  readonly maxRedirects?: number;
  readonly signal?: AbortSignal;
  /** Which addresses may be connected to; such a request goes directly, never through the proxy. */
  readonly guard?: AddressGuard;
  /** Mutual TLS: such a request goes directly, never through the proxy. */
  readonly clientTls?: ClientTls;
  /** PEM: trusted instead of the system's authorities, without a certificate of our own. */
  readonly trust?: string;
}

/** PEM texts. `ca`: whom to trust instead of the system's authorities. */
export interface ClientTls {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
}

type Tls = Partial<ClientTls>;

function tlsOf({ clientTls, trust }: HttpRequest): Tls | undefined {
  return clientTls ?? (trust === undefined ? undefined : { ca: trust });
}

export interface HttpStream {
  readonly status: number;
  /** Names in lower case; of repeated ones the first. */
  readonly headers: Readonly<Record<string, string>>;
  /** Must be read or destroyed. */
  readonly body: Readable;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const redirects = new Set([301, 302, 303, 307, 308]);
const dispatchers = new Map<string, Dispatcher>();

/**
 * Sends a request and gives back the head and the unread body, whatever the status. `unavailable`: no connection, a
 * time limit, a broken answer, too many redirects (`details.cause` says which code); `validation_failed`: not an
 * http(s) address, or a redirect that leaves TLS; `target_refused`: the guard said no.
 */
export async function openHttp(request: HttpRequest): Promise<Result<HttpStream>> {
  let url = parseHttpUrl(request.url);
  if (url === null) return fail('validation_failed', 'not an http or https address');
  const headers = { ...request.headers };
  const mayFollow = (request.method ?? 'GET') === 'GET' || request.method === 'HEAD';
  for (let left = mayFollow ? (request.maxRedirects ?? 0) : 0; ; left -= 1) {
    const answer = await sendOnce(url, request, headers);
    if (!answer.ok || !mayFollow || !redirects.has(answer.value.status)) return answer;
    answer.value.body.destroy();
    const next = parseHttpUrl(answer.value.headers.location ?? '', url);
    if (left <= 0 || next === null) return fail('unavailable', `${url.host}: redirected too often or to nowhere`);
    if (url.protocol === 'https:' && next.protocol !== 'https:') {
      return fail('validation_failed', `${url.host}: redirected away from TLS`);
    }
    if (next.origin !== url.origin) dropCredentials(headers);
    url = next;
  }
}

/**
 * Sends a request and reads the whole answer, at most `maxBytes` of it (default 1 MiB; more is `body_too_large`).
 * Otherwise fails as `openHttp` does.
 */
export async function sendHttp(request: HttpRequest & { readonly maxBytes?: number }): Promise<Result<HttpAnswer>> {
  const opened = await openHttp(request);
  if (!opened.ok) return opened;
  const { status, headers, body } = opened.value;
  const limit = request.maxBytes ?? 1 << 20;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) {
        body.destroy();
        return fail('body_too_large', `the answer is larger than ${limit} bytes`);
      }
      chunks.push(chunk);
    }
  } catch (error) {
    return networkFailure(new URL(request.url), error);
  }
  return ok({ status, headers, body: Buffer.concat(chunks) });
}

async function sendOnce(url: URL, request: HttpRequest, headers: Record<string, string>): Promise<Result<HttpStream>> {
  const times = request.times ?? defaultHttpTimes;
  const { guard } = request;
  const literal = literalAddress(url);
  if (guard !== undefined && literal !== null && !guard.allows(literal)) return refusal(url);
  const own = guard === undefined ? null : guardedAgent(guard, times.connect);
  try {
    const answer = await send(url, {
      method: request.method ?? 'GET',
      headers,
      body: request.body ?? null,
      headersTimeout: times.headers,
      bodyTimeout: times.idle,
      dispatcher: own ?? dispatcherFor(url, times.connect, tlsOf(request)),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    // A body that is dropped reports that as an error; whoever reads it still sees every error of his own.
    answer.body.on('error', () => undefined);
    if (own !== null) answer.body.once('close', () => void own.destroy());
    const flat: Record<string, string> = {};
    for (const [name, value] of Object.entries(answer.headers)) {
      const first = Array.isArray(value) ? value[0] : value;
      if (first !== undefined) flat[name.toLowerCase()] = first;
    }
    return ok({ status: answer.statusCode, headers: flat, body: answer.body });
  } catch (error) {
    void own?.destroy();
    return (error as { code?: unknown }).code === targetRefused ? refusal(url) : networkFailure(url, error);
  }
}

function refusal(url: URL): Result<never> {
  return fail(targetRefused, `${url.host}: not a permitted target`);
}

/** The bank's proxy (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`), except on this machine. */
function dispatcherFor(url: URL, connectMs: number, tls?: Tls): Dispatcher {
  if (tls !== undefined) return mutualAgent(tls, connectMs);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  const key = `${local} ${connectMs}`;
  const known = dispatchers.get(key);
  if (known !== undefined) return known;
  const options = { connect: { timeout: connectMs } };
  const made = local ? new Agent(options) : new EnvHttpProxyAgent(options);
  dispatchers.set(key, made);
  return made;
}

/** One pool of connections for each certificate; a renewed one gets a new pool. */
const mutualAgents = new Map<string, Agent>();

function mutualAgent(tls: Tls, connectMs: number): Agent {
  const key = `${tls.cert ?? ''} ${tls.ca ?? ''} ${connectMs}`;
  const known = mutualAgents.get(key);
  if (known !== undefined) return known;
  const made = new Agent({ connect: { timeout: connectMs, ...tls } });
  mutualAgents.set(key, made);
  return made;
}

function parseHttpUrl(address: string, base?: URL): URL | null {
  const url = URL.parse(address, base);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && address !== '' ? url : null;
}

function dropCredentials(headers: Record<string, string>): void {
  for (const name of Object.keys(headers)) {
    if (/^(authorization|cookie|x-api-key)$/i.test(name)) delete headers[name];
  }
}

/** Host and error code only: addresses may carry keys, messages may carry addresses. */
export function networkFailure(url: URL, error: unknown): Result<never> {
  const { code, name } = error as { code?: unknown; name?: string };
  // An aborted request carries a DOMException, whose code is a number that says nothing.
  const cause = typeof code === 'string' ? code : (name ?? 'no connection');
  return fail('unavailable', `${url.host}: ${cause}`, { cause });
}
