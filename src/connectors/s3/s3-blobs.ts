/**
 * Objects in an S3-compatible store (AWS Signature Version 4, path style). The signature is `aws4fetch`'s, the connection our own
 * outgoing client's. Every call is repeated a little when the store is at fault: each may be made twice.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { fail, ok, type Result } from '../../contract/result.ts';
import { mayLieAt } from '../../core/residency/storage-residency.ts';
import type { BlobPlace } from '../../store/blobs.ts';
import { randomInt, sha256 } from '../../vault/random.ts';
import { sendHttp, type HttpAnswer, type HttpTimes } from '../http/http-client.ts';

export interface S3Place {
  readonly endpoint: URL;
  readonly region: string;
  readonly bucket: string;
  /** Without slashes at its ends; '' = none. */
  readonly prefix: string;
}

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface S3Options {
  readonly times?: HttpTimes;
  /** Tries of one call. Default 3. */
  readonly tries?: number;
  /** Before the second try, ms; doubled for the next. Default 200. */
  readonly pauseMs?: number;
}

const times: HttpTimes = { connect: 5_000, headers: 15_000, idle: 15_000 };
/** The largest capture the API takes, and room for its seal. */
const largest = 96 * 1024 * 1024;

export function s3Blobs(place: S3Place, credentials: S3Credentials, options: S3Options = {}): BlobPlace {
  const { endpoint, bucket, prefix, region } = place;
  const addressOf = (key: string): string =>
    `${endpoint.origin}/${[bucket, prefix, key].filter((part) => part !== '').join('/')}`;
  const call = (method: 'GET' | 'PUT' | 'DELETE', key: string, body?: Uint8Array) =>
    repeated(options, () => once({ region, credentials, times: options.times ?? times }, method, addressOf(key), body));
  return {
    name: `s3://${endpoint.host}/${[bucket, prefix].filter((part) => part !== '').join('/')}`,
    mayHold: (dataResidency) => mayLieAt({ host: endpoint.hostname, region }, dataResidency),
    async put(key, bytes) {
      const done = await call('PUT', key, bytes);
      return done.ok ? ok(true) : done;
    },
    async get(key) {
      const got = await call('GET', key);
      if (got.ok) return ok(got.value.body);
      return got.error.details?.['reason'] === notThere ? ok(null) : got;
    },
    async remove(key) {
      const done = await call('DELETE', key);
      return done.ok || done.error.details?.['reason'] === notThere ? ok(true) : done;
    },
  };
}

interface Caller {
  readonly region: string;
  readonly credentials: S3Credentials;
  readonly times: HttpTimes;
}

const notThere = 'not_there';

async function once(
  { region, credentials, times: limits }: Caller,
  method: 'GET' | 'PUT' | 'DELETE',
  url: string,
  body: Uint8Array | undefined,
): Promise<Result<HttpAnswer>> {
  const signed = await new AwsV4Signer({
    ...credentials,
    method,
    url,
    region,
    service: 's3',
    headers: { 'x-amz-content-sha256': sha256(body ?? new Uint8Array()) },
  }).sign();
  const headers: Record<string, string> = {};
  signed.headers.forEach((value, name) => {
    if (name !== 'host') headers[name] = value;
  });
  const answer = await sendHttp({
    url,
    method,
    headers,
    times: limits,
    maxBytes: largest,
    ...(body === undefined ? {} : { body }),
  });
  return answer.ok ? judged(answer.value) : unreachable(answer);
}

function judged(answer: HttpAnswer): Result<HttpAnswer> {
  const { status } = answer;
  if (status >= 200 && status < 300) return ok(answer);
  if (status === 404) return isMissingKey(answer) ? failure(notThere, status) : failure('blobs_refused', status);
  if (status === 507) return failure('blobs_full', status);
  if (status >= 500 || status === 429) return failure('blobs_broken', status);
  return failure('blobs_refused', status);
}

/** A bucket that is gone is not an object that is gone. */
function isMissingKey({ body }: HttpAnswer): boolean {
  return !/<Code>NoSuchBucket<\/Code>/.test(new TextDecoder().decode(body));
}

function failure(reason: string, status: number): Result<never> {
  return fail('unavailable', `the storage of sealed frames answered ${status}`, { reason, status });
}

function unreachable(answer: Result<HttpAnswer>): Result<never> {
  const cause = answer.ok ? '' : String(answer.error.details?.['cause'] ?? answer.error.code);
  const reason = /TIMEOUT/i.test(cause)
    ? 'blobs_slow'
    : /SOCKET|CONTENT_LENGTH|ECONNRESET|ABORT|body_too_large/i.test(cause)
      ? 'blobs_broken'
      : 'blobs_unreachable';
  return fail('unavailable', 'the storage of sealed frames cannot be reached now', { reason, cause });
}

const worthAnotherTry = new Set<unknown>(['blobs_broken', 'blobs_unreachable']);

async function repeated<T>(options: S3Options, work: () => Promise<Result<T>>): Promise<Result<T>> {
  const pause = options.pauseMs ?? 200;
  for (let left = options.tries ?? 3, wait = pause; ; left -= 1, wait *= 2) {
    const done = await work();
    if (done.ok || left <= 1 || !worthAnotherTry.has(done.error.details?.['reason'])) return done;
    await delay(wait + randomInt(Math.max(1, Math.trunc(wait / 2))));
  }
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);
const bucketPattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const prefixPattern = /^[A-Za-z0-9_./-]*$/;

/**
 * `s3://bucket/prefix?endpoint=https://…&region=…`; without `endpoint`: AWS in that region. Errors: `validation_failed`, also
 * for an endpoint beyond this machine without TLS, and for credentials in the address, where the process list shows them.
 */
export function readS3Address(text: string): Result<S3Place> {
  const wrong = (message: string) => fail('validation_failed', message);
  const url = URL.parse(text);
  if (url?.protocol !== 's3:' || !bucketPattern.test(url.hostname))
    return wrong('sealed frames: an address like s3://bucket/prefix?endpoint=https://s3.bank.id&region=id-jkt-1');
  if (url.username !== '' || url.password !== '')
    return wrong(
      'sealed frames: credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, not from the address',
    );
  for (const name of url.searchParams.keys())
    if (name !== 'endpoint' && name !== 'region') return wrong(`sealed frames: ${name} is not a part of the address`);
  const region = url.searchParams.get('region') ?? '';
  if (!/^[a-z0-9-]{2,40}$/.test(region)) return wrong('sealed frames: the address names its region (&region=…)');
  const endpoint = URL.parse(url.searchParams.get('endpoint') ?? `https://s3.${region}.amazonaws.com`);
  if (endpoint === null || endpoint.pathname !== '/' || endpoint.search !== '' || endpoint.username !== '')
    return wrong('sealed frames: the endpoint is an origin like https://s3.bank.id');
  const plain = endpoint.protocol === 'http:' && loopback.has(endpoint.hostname);
  if (endpoint.protocol !== 'https:' && !plain) return wrong('sealed frames: the endpoint needs https');
  const prefix = url.pathname.replace(/^\/+|\/+$/g, '');
  if (!prefixPattern.test(prefix) || prefix.split('/').some((part) => part === '.' || part === '..'))
    return wrong('sealed frames: the prefix holds letters, digits, dots, dashes and slashes');
  return ok({ endpoint, region, bucket: url.hostname, prefix });
}
