/**
 * One question to a vendor over HTTP: a limit on the whole time, a circuit breaker, and a second try only where the first
 * never left this machine. A question may be charged, so nothing that may have arrived is ever asked twice.
 */
import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  ConstantBackoff,
  handleWhenResult,
  retry,
  wrap,
} from 'cockatiel';
import type { RegistryProblem } from '../../contract/registry.ts';
import { sendHttp, type HttpRequest } from '../http/http-client.ts';

export interface VendorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly json: Readonly<Record<string, unknown>>;
}

export type VendorResult = { readonly answer: VendorAnswer } | { readonly problem: RegistryProblem };

export interface VendorCallOptions {
  /** From the question to the end of the answer. */
  readonly timeoutMs: number;
  /** Failures in a row after which the vendor is left alone. */
  readonly breakAfter?: number;
  /** For how long. */
  readonly restMs?: number;
  readonly retries?: number;
  readonly retryDelayMs?: number;
  readonly maxBytes?: number;
}

export type VendorCall = (request: Omit<HttpRequest, 'signal' | 'times'>) => Promise<VendorResult>;

interface Tried {
  readonly result: VendorResult;
  /** The question never left: no connection was made. */
  readonly unsent: boolean;
}

/** No connection came about, so nobody can have read a word. */
const unsentCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const timeoutCodes: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);
const tlsCode = /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_|DEPTH_ZERO|EPROTO/;

const broken = (result: VendorResult): boolean => 'problem' in result || result.answer.status >= 500;

export function vendorCall(options: VendorCallOptions): VendorCall {
  const breaker = circuitBreaker(
    handleWhenResult((tried) => broken((tried as Tried).result)),
    { breaker: new ConsecutiveBreaker(options.breakAfter ?? 5), halfOpenAfter: options.restMs ?? 30_000 },
  );
  const again = retry(
    handleWhenResult((tried) => (tried as Tried).unsent),
    { maxAttempts: options.retries ?? 1, backoff: new ConstantBackoff(options.retryDelayMs ?? 250) },
  );
  // One question is one failure, however often its connection was tried.
  const policy = wrap(breaker, again);
  return async (request) => {
    try {
      return (await policy.execute(() => once(request, options))).result;
    } catch (error) {
      if (error instanceof BrokenCircuitError) return { problem: 'circuit_open' };
      throw error;
    }
  };
}

async function once(
  request: Omit<HttpRequest, 'signal' | 'times'>,
  { timeoutMs, maxBytes }: VendorCallOptions,
): Promise<Tried> {
  const late = AbortSignal.timeout(timeoutMs);
  const sent = await sendHttp({
    ...request,
    signal: late,
    times: { connect: Math.min(timeoutMs, 5_000), headers: timeoutMs, idle: timeoutMs },
    maxBytes: maxBytes ?? 4 * 1024 * 1024,
  });
  if (!sent.ok) {
    const cause = String(sent.error.details?.['cause'] ?? '');
    const unsent = unsentCodes.has(cause) && !late.aborted;
    return { result: { problem: problemOf(sent.error.code, cause, late.aborted) }, unsent };
  }
  const { status, headers, body } = sent.value;
  const json = parseObject(body);
  // A gateway's page in HTML still says by its status what went wrong.
  if (json === null && status < 400) return { result: { problem: 'answer_unreadable' }, unsent: false };
  return { result: { answer: { status, headers, json: json ?? {} } }, unsent: false };
}

function problemOf(code: string, cause: string, late: boolean): RegistryProblem {
  if (late || timeoutCodes.has(cause)) return 'timeout';
  if (code === 'body_too_large' || /^HPE_|HTTPParser/.test(cause)) return 'answer_unreadable';
  return tlsCode.test(cause) ? 'tls_untrusted' : 'unreachable';
}

function parseObject(body: Uint8Array): Record<string, unknown> | null {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
