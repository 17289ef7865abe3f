/** Fetches a large file that is known by its SHA-256, over lines that break. */
import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { fail, ok, type Result } from '../../contract/result.ts';
import { fileSha256 } from '../../vision/runtime/model-files.ts';
import { networkFailure, openHttp, type HttpStream, type HttpTimes } from './http-client.ts';

export interface DownloadRequest {
  readonly url: string;
  /** Where the bytes are gathered; what is already there is continued. */
  readonly partPath: string;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Exact size, where known. */
  readonly bytes?: number;
  /** Default 1 GiB; only of use where `bytes` is not known. */
  readonly maxBytes?: number;
  readonly times?: HttpTimes;
  /** Tries in a row that bring no new byte, after which it fails; default 4. */
  readonly attempts?: number;
  /** Pause before the next try, by the number of fruitless ones so far; default 0.5 s doubling to 8 s. */
  readonly retryDelayMs?: (fruitless: number) => number;
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
}

interface DownloadProgress {
  /** Bytes on disk. */
  readonly received: number;
  /** Null while the server has not said. */
  readonly total: number | null;
}

/** However slowly it creeps forward, a download ends. */
const maxTries = 500;

/**
 * Downloads into `partPath` and proves the hash. An interrupted part is continued by HTTP Range; a server that ignores
 * Range, or a part that turns out wrong, means one clean start from zero. On success the proven file lies at
 * `partPath`. `unavailable`: the line failed, the part stays for the next time; `not_found`: the server has no such
 * file; `validation_failed`: the bytes are not the ones meant; `body_too_large`. After the last two nothing is left.
 */
export async function downloadProven(request: DownloadRequest): Promise<Result<{ readonly bytes: number }>> {
  const attempts = request.attempts ?? 4;
  const pause = request.retryDelayMs ?? ((fruitless: number) => Math.min(8_000, 250 * 2 ** fruitless));
  let fruitless = 0;
  let startedOver = false;
  for (let tries = 1; ; tries += 1) {
    const before = await sizeOf(request.partPath);
    const step = await fetchRest(request, before);
    if (step.ok) {
      const digest = await fileSha256(request.partPath);
      if (digest === request.sha256) return ok({ bytes: await sizeOf(request.partPath) });
      await rm(request.partPath, { force: true });
      if (startedOver || !step.value.continued) return wrongBytes(request, digest);
      startedOver = true;
    } else {
      if (step.error.code !== 'unavailable') {
        await rm(request.partPath, { force: true });
        return step;
      }
      fruitless = (await sizeOf(request.partPath)) > before ? 0 : fruitless + 1;
      if (fruitless >= attempts || tries >= maxTries || request.signal?.aborted === true) return step;
      await wait(pause(fruitless));
    }
  }
}

/** One request for what is missing; `continued` tells whether bytes from an earlier request are part of the file. */
async function fetchRest(request: DownloadRequest, have: number): Promise<Result<{ readonly continued: boolean }>> {
  if (have > 0 && have === request.bytes) return ok({ continued: true });
  const limit = request.bytes ?? request.maxBytes ?? 1 << 30;
  const from = have < limit ? have : 0;
  const opened = await openHttp({
    url: request.url,
    // Bytes as they are: a compressed answer could be neither continued nor measured.
    headers: { 'accept-encoding': 'identity', ...(from > 0 ? { range: `bytes=${from}-` } : {}) },
    maxRedirects: 5,
    ...(request.times === undefined ? {} : { times: request.times }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  if (!opened.ok) return opened;
  const head = readHead(opened.value, from, request.bytes);
  if (!head.ok || head.value.complete) {
    opened.value.body.destroy();
    // A range that does not fit means a part that is of no use.
    if (!head.ok && opened.value.status === 416) await rm(request.partPath, { force: true });
    return head.ok ? ok({ continued: true }) : head;
  }
  return receive(request, opened.value, { ...head.value, limit });
}

interface Head {
  /** Where in the file the body begins. */
  readonly start: number;
  readonly total: number | null;
  /** The part was whole already. */
  readonly complete: boolean;
}

function readHead(answer: HttpStream, asked: number, expected: number | undefined): Result<Head> {
  const { status, headers } = answer;
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
  const rangeTotal = range?.[2] === undefined || range[2] === '*' ? null : Number(range[2]);
  if (status === 416) {
    if (rangeTotal === asked) return ok({ start: asked, total: asked, complete: true });
    return fail('unavailable', 'the server cannot continue this file');
  }
  if (status === 408 || status === 429 || status >= 500) return fail('unavailable', `the server answered ${status}`);
  if (status !== 200 && status !== 206) return fail('not_found', `the server answered ${status}`);
  const start = status === 206 ? Number(range?.[1] ?? Number.NaN) : 0;
  if (status === 206 && start !== asked)
    return fail('validation_failed', 'the server sent another part than asked for');
  const length = headers['content-length'];
  const total = status === 206 ? rangeTotal : length === undefined ? null : Number(length);
  if (expected !== undefined && total !== null && total !== expected) {
    return fail('validation_failed', `wrong size: the server offers ${total} bytes instead of ${expected}`);
  }
  return ok({ start, total, complete: false });
}

async function receive(
  request: DownloadRequest,
  answer: HttpStream,
  { start, total, limit }: Head & { readonly limit: number },
): Promise<Result<{ readonly continued: boolean }>> {
  let received = start;
  let tooLarge = false;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      tooLarge = received > limit;
      if (tooLarge) return done(new Error('too large'));
      request.onProgress?.({ received, total: total ?? request.bytes ?? null });
      done(null, chunk);
    },
  });
  try {
    const file = createWriteStream(request.partPath, { flags: start > 0 ? 'a' : 'w', flush: true });
    await pipeline(answer.body, meter, file);
  } catch (error) {
    if (tooLarge) return fail('body_too_large', `more than ${limit} bytes came`);
    return networkFailure(new URL(request.url), error);
  }
  if (request.bytes !== undefined && received < request.bytes) return fail('unavailable', 'the answer was cut short');
  return ok({ continued: start > 0 });
}

function wrongBytes(request: DownloadRequest, digest: string): Result<never> {
  const [got, wanted] = [digest.slice(0, 16), request.sha256.slice(0, 16)];
  return fail('validation_failed', `wrong SHA-256, ${got}… instead of ${wanted}…`);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
