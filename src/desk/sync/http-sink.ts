/**
 * Delivery to a hub: the capture is sealed to the hub's key and posted over mutual TLS; a large one goes up piece by piece and
 * is gone on with after a break, in this process or the next. Nothing here decides when: the pump asks again.
 */
import type { DeskCapture } from '../../contract/bundle.ts';
import { maxPartBytes } from '../../contract/api/kiosk.ts';
import type { DeskDelivery } from '../../contract/desk/delivery.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { sendHttp, type HttpAnswer, type HttpTimes } from '../../connectors/http/http-client.ts';
import { fullBucket, takeBytes, type Bucket } from '../../core/delivery/token-bucket.ts';
import type { ServiceContext } from '../../services/context.ts';
import { encodeTransit, transitAbout } from '../../services/desk-delivery/transit-payload.ts';
import { sha256 } from '../../vault/random.ts';
import { sealForTransit } from '../../vault/transit.ts';
import type { BundleSink, SentBytes } from './bundle-sink.ts';
import { deliveryOf, parseBody, refusalOf } from './hub-answers.ts';
import { hubLink, type HubLink } from './hub-link.ts';
import { forgetTransitKey, transitKeyFor } from './transit-keys.ts';

export interface HttpSinkOptions {
  readonly ctx: Pick<ServiceContext, 'store' | 'vault' | 'clock'>;
  /** Bytes per second at most, asked before each request; null or absent: as fast as it goes. */
  readonly ceiling?: () => Promise<number | null>;
  /** Envelopes up to this many bytes go in one request. */
  readonly singleRequestBytes?: number;
  readonly partBytes?: number;
  readonly times?: HttpTimes;
  /** Sleeps; given by tests. */
  readonly sleep?: (ms: number) => Promise<void>;
  /** The hub's clock as its answers tell it, for the freeze rules. */
  readonly onSkew?: (skewMs: number) => void;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function createHttpSink(options: HttpSinkOptions): BundleSink {
  const { ctx } = options;
  const post = poster(options);
  return {
    async deliver(_orgId, _deskId, capture, onSent) {
      const link = await hubLink(ctx);
      if (link === null) return fail('hub_not_enrolled', 'run `loket hub enrol` on this desk', { retry: true });
      const about = transitAbout(link.deskId, capture.nonce);
      const key = await transitKeyFor(ctx, capture.nonce, link.transportKey, about);
      const envelope = sealForTransit(key, encodeTransit(capture), about);
      const single = envelope.length <= (options.singleRequestBytes ?? 256 * 1024);
      const answer = single
        ? await postWhole(post, link, capture, envelope)
        : await upload(post, link, capture, envelope, { partBytes: options.partBytes ?? 256 * 1024, onSent });
      if (answer.ok) await forgetTransitKey(ctx, capture.nonce);
      return answer;
    },
    async reachable() {
      const link = await hubLink(ctx);
      if (link === null) return false;
      const answer = await sendHttp({ url: `${link.url}/api/healthz`, clientTls: link.tls });
      return answer.ok && answer.value.status === 200;
    },
  };
}

type Post = (link: HubLink, path: string, body: object | null) => Promise<Result<HttpAnswer>>;

/** Sends under the ceiling; a 2xx is an answer, everything else a failure that says whether to try again. */
function poster(options: HttpSinkOptions): Post {
  const { ctx, onSkew } = options;
  const sleep = options.sleep ?? pause;
  let bucket: Bucket | null = null;
  return async (link, path, body) => {
    const text = body === null ? null : JSON.stringify(body);
    const bytesPerSecond = (await options.ceiling?.()) ?? null;
    if (bytesPerSecond !== null && text !== null) {
      const ceiling = { bytesPerSecond, burst: bytesPerSecond };
      const now = ctx.clock().getTime();
      const taken = takeBytes(bucket ?? fullBucket(ceiling, now), text.length, now, ceiling);
      bucket = taken.bucket;
      if (taken.waitMs > 0) await sleep(taken.waitMs);
    }
    const answer = await sendHttp({
      url: `${link.url}${path}`,
      method: text === null ? 'GET' : 'POST',
      clientTls: link.tls,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      ...(text === null ? {} : { body: text }),
      ...(options.times === undefined ? {} : { times: options.times }),
    });
    if (!answer.ok) return fail('unavailable', answer.error.message, answer.error.details);
    const { status, headers } = answer.value;
    const hubTime = Date.parse(headers['date'] ?? '');
    if (!Number.isNaN(hubTime)) onSkew?.(ctx.clock().getTime() - hubTime);
    return status >= 200 && status < 300 ? answer : { ok: false, error: refusalOf(answer.value, ctx.clock()) };
  };
}

async function postWhole(
  post: Post,
  link: HubLink,
  capture: DeskCapture,
  envelope: Uint8Array,
): Promise<Result<DeskDelivery>> {
  const body = { deskId: link.deskId, nonce: capture.nonce, envelope: Buffer.from(envelope).toString('base64') };
  const answer = await post(link, '/api/kiosk/envelopes', body);
  return answer.ok ? deliveryOf(answer.value, capture.nonce) : answer;
}

interface UploadState {
  readonly id: string;
  readonly received: number;
}

/** Announce, go on where the hub stands, complete. A hub that forgot or mixed up the bytes is asked anew next time. */
async function upload(
  post: Post,
  link: HubLink,
  capture: DeskCapture,
  envelope: Uint8Array,
  how: { readonly partBytes: number; readonly onSent: ((sent: SentBytes) => void) | undefined },
): Promise<Result<DeskDelivery>> {
  const { nonce } = capture;
  const announced = { deskId: link.deskId, nonce, size: envelope.length, sha256: sha256(envelope) };
  let state = stateOf(await post(link, '/api/kiosk/uploads', announced));
  const step = Math.min(how.partBytes, maxPartBytes);
  while (state.ok && state.value.received < envelope.length) {
    const { id, received: start } = state.value;
    how.onSent?.({ bytes: start, of: envelope.length });
    const bytes = Buffer.from(envelope.subarray(start, start + step)).toString('base64');
    const next = stateOf(await post(link, `/api/kiosk/uploads/${id}/parts`, { start, bytes }));
    if (next.ok && next.value.received <= start) return fail('unavailable', 'the upload does not get on');
    state = next;
  }
  if (!state.ok) return again(state);
  const answer = await post(link, `/api/kiosk/uploads/${state.value.id}/complete`, {});
  return answer.ok ? deliveryOf(answer.value, nonce) : again(answer);
}

const ofTheUpload = new Set(['not_found', 'upload_offset', 'upload_incomplete', 'upload_hash_differs']);

/** Trouble of the upload itself is no refusal of the capture. */
function again<T>(failed: Result<T>): Result<never> {
  if (failed.ok) return fail('unavailable', 'the upload does not get on');
  const { code, message, details } = failed.error;
  return ofTheUpload.has(code) ? fail(code, message, { ...details, retry: true }) : failed;
}

function stateOf(answer: Result<HttpAnswer>): Result<UploadState> {
  if (!answer.ok) return answer;
  const data = (parseBody(answer.value) as { data?: { id?: unknown; received?: unknown } } | null)?.data;
  if (typeof data?.id !== 'string' || typeof data.received !== 'number')
    return fail('unavailable', 'the hub gave no usable answer (upload)');
  return ok({ id: data.id, received: data.received });
}
