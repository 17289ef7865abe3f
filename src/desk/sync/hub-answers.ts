/** Reads what a hub answers: which answers are final, which mean "later", and how much later. */
import { Value } from 'typebox/value';
import { DeskDeliverySchema } from '../../contract/api/captures.ts';
import type { DeskDelivery } from '../../contract/desk/delivery.ts';
import { fail, ok, type Failure, type Result } from '../../contract/result.ts';
import type { HttpAnswer } from '../../connectors/http/http-client.ts';

/** Too slow, too early, too many (RFC 9110 15.5.9, RFC 8470, RFC 6585), and everything that is the server's own trouble. */
const passing = new Set([408, 425, 429]);
/** The hub does not know this desk (any more): nobody's capture is at fault, a person mends the link. */
const ofTheLink = new Set([401, 403]);

export function isPassing(status: number): boolean {
  return passing.has(status) || status >= 500;
}

/** Milliseconds a `Retry-After` asks for: seconds, or a date (RFC 9110 section 10.2.3). 0 when it asks for nothing sensible. */
export function retryAfterMs(header: string | undefined, now: Date): number {
  if (header === undefined) return 0;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now.getTime());
}

export function parseBody(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(answer.body)) as unknown;
  } catch {
    return null;
  }
}

/** Why a request was not answered as hoped, with `retry` where it is worth another try. */
export function refusalOf(answer: HttpAnswer, now: Date): Failure {
  const waitMs = retryAfterMs(answer.headers['retry-after'], now);
  const later = waitMs > 0 ? { retryAfterMs: waitMs } : {};
  if (isPassing(answer.status)) return unavailable(`the hub answered ${answer.status}`, later);
  const body = parseBody(answer) as { code?: unknown; error?: unknown; details?: unknown } | null;
  // A proxy's page is not the hub's word.
  if (typeof body?.code !== 'string') return unavailable(`the hub gave no usable answer (${answer.status})`, later);
  const known = typeof body.details === 'object' ? (body.details as Record<string, unknown>) : {};
  const details = ofTheLink.has(answer.status) ? { ...known, retry: true, ...later } : known;
  return { code: body.code, message: typeof body.error === 'string' ? body.error : 'the hub refused', details };
}

function unavailable(message: string, details: Record<string, unknown>): Failure {
  return { code: 'unavailable', message, details };
}

/** The official answer to this capture; anything else in a 200 is a hub that is not well, and is tried again. */
export function deliveryOf(answer: HttpAnswer, nonce: string): Result<DeskDelivery> {
  const body = parseBody(answer);
  if (!Value.Check(DeskDeliverySchema, body) || body.nonce !== nonce)
    return fail('unavailable', 'the hub gave no usable answer (200)');
  return ok(body as unknown as DeskDelivery);
}
