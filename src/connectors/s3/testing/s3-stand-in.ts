/**
 * A stand-in for an S3-compatible store, for tests: one bucket in memory, path style, PUT, GET, DELETE. It is strict where a real
 * one is: the signature (AWS Signature Version 4), the signed time and the hash of the payload are checked anew, from the
 * published rules and not by the library that made them. It is not S3.
 */
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly code?: string }
  | { readonly kind: 'slow'; readonly ms: number }
  /** Says how long the body is, sends half of it and hangs up. */
  | { readonly kind: 'truncated' }
  /** Takes the connection away before an answer. */
  | { readonly kind: 'cut' }
  /** Answers other bytes of the same length. */
  | { readonly kind: 'changed' };

export interface S3StandIn {
  readonly origin: string;
  readonly objects: Map<string, Buffer>;
  /** `METHOD key status` of each answered request. */
  readonly log: string[];
  /** For the next request each; afterwards all is well. `for ever` keeps the last. */
  faults(...faults: readonly (Fault | 'for ever')[]): void;
  close(): Promise<void>;
}

export const standInBucket = 'loket-frames';
export const standInRegion = 'id-jkt-1';
export const standInKeys = { accessKeyId: 'STANDIN', secretAccessKey: 'a secret of the stand-in' };

const hex = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');
const mac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();

export async function startS3StandIn(): Promise<S3StandIn> {
  const objects = new Map<string, Buffer>();
  const log: string[] = [];
  let faults: Fault[] = [];
  let lasting: Fault | null = null;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('error', () => undefined);
    request.on('end', () => {
      const key = decodeURIComponent((request.url ?? '').split('?')[0] ?? '').slice(1);
      const done = (status: number, body: Buffer | string = '', code?: string): void => {
        log.push(`${request.method} ${key} ${status}`);
        response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...(code ? { 'x-code': code } : {}) });
        response.end(body);
      };
      answer({ request, response, key, body: Buffer.concat(parts), fault: faults.shift() ?? lasting, objects, done });
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    log,
    faults(...next) {
      faults = next.filter((one) => one !== 'for ever');
      lasting = next.includes('for ever') ? (faults.pop() ?? null) : null;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly key: string;
  readonly body: Buffer;
  readonly fault: Fault | null;
  readonly objects: Map<string, Buffer>;
  done(status: number, body?: Buffer | string, code?: string): void;
}

function answer(asked: Asked): void {
  const { request, response, fault, done } = asked;
  const problem = signatureProblem(request, asked.body);
  if (problem !== null) return done(403, errorBody(problem));
  switch (fault?.kind) {
    case 'status':
      return done(fault.status, errorBody(fault.code ?? 'InternalError'));
    case 'slow':
      return void setTimeout(() => serve(asked), fault.ms).unref();
    case 'cut':
      return void request.socket.destroy();
    case 'truncated': {
      const bytes = asked.objects.get(asked.key) ?? Buffer.alloc(64);
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => request.socket.destroy());
      return;
    }
    default:
      return serve(asked);
  }
}

function serve({ request, key, body, fault, objects, done }: Asked): void {
  if (!key.startsWith(`${standInBucket}/`)) return done(404, errorBody('NoSuchBucket'));
  if (request.method === 'PUT') {
    objects.set(key, body);
    return done(200);
  }
  if (request.method === 'DELETE') {
    objects.delete(key);
    return done(204);
  }
  const found = objects.get(key);
  if (found === undefined) return done(404, errorBody('NoSuchKey'));
  done(200, fault?.kind === 'changed' ? Buffer.from(found.map((byte) => byte ^ 1)) : found);
}

const errorBody = (code: string): string => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;

const authorization =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;

/** "Signature Version 4 signing process" of AWS, step by step; null when everything is as it must be. */
function signatureProblem(request: IncomingMessage, body: Buffer): string | null {
  const parts = authorization.exec(request.headers.authorization ?? '');
  if (parts === null) return 'AccessDenied';
  const [, keyId, day = '', region = '', service = '', names = '', signature] = parts;
  const time = String(request.headers['x-amz-date'] ?? '');
  const payload = String(request.headers['x-amz-content-sha256'] ?? '');
  if (keyId !== standInKeys.accessKeyId) return 'InvalidAccessKeyId';
  if (region !== standInRegion || service !== 's3' || !time.startsWith(day)) return 'AuthorizationHeaderMalformed';
  const at = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (Math.abs(Date.now() - at) > 15 * 60_000 || Number.isNaN(at)) return 'RequestTimeTooSkewed';
  if (payload !== hex(body)) return 'XAmzContentSHA256Mismatch';
  const signed = names.split(';');
  if (!['host', 'x-amz-content-sha256', 'x-amz-date'].every((name) => signed.includes(name))) return 'AccessDenied';
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const canonical = [
    request.method,
    path,
    query,
    ...signed.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}`),
    '',
    names,
    payload,
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = mac(mac(mac(mac(`AWS4${standInKeys.secretAccessKey}`, day), region), service), 'aws4_request');
  const wanted = mac(key, ['AWS4-HMAC-SHA256', time, scope, hex(canonical)].join('\n')).toString('hex');
  return wanted === signature ? null : 'SignatureDoesNotMatch';
}
