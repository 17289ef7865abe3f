/** One attempt at one delivery: sign, connect to a permitted address, send, look at the status. */
import { targetRefused, type ResolveHost } from '../../connectors/http/guarded-connection.ts';
import { openHttp, type HttpStream } from '../../connectors/http/http-client.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import type { LeasedDelivery } from '../../store/repositories/webhooks-deliveries.ts';
import { activeSecrets } from '../../store/repositories/webhooks.ts';
import { webhookSignature } from '../../vault/webhook-signature.ts';
import { instant, type ServiceContext } from '../context.ts';
import { secretContext } from './manage-webhooks.ts';
import { webhookGuard } from './webhook-targets.ts';

export interface AttemptOutcome {
  readonly delivered: boolean;
  readonly status: number | null;
  /** A code, never an address or a word of the receiver's answer. */
  readonly error: string | null;
  /** What the receiver asked for, or 0. */
  readonly retryAfterMs: number;
}

export interface SendOptions {
  /** From the start to the head of the answer. */
  readonly timeoutMs: number;
  readonly resolve: ResolveHost;
  /** Aborted when the process stops. */
  readonly stopping: AbortSignal;
}

/** Of an answer's body so much is read, so that the receiver can finish it; nothing of it is kept. */
const mostAnswerBytes = 64 * 1024;

const failed = (error: string, status: number | null = null, retryAfterMs = 0): AttemptOutcome => ({
  delivered: false,
  status,
  error,
  retryAfterMs,
});

export async function sendAttempt(
  ctx: ServiceContext,
  delivery: LeasedDelivery,
  options: SendOptions,
): Promise<AttemptOutcome> {
  const url = URL.parse(delivery.url);
  const organisation = await findOrganisation(ctx.store.db, delivery.org_id);
  const signatures = await signaturesOf(ctx, delivery);
  if (url === null || organisation === null || signatures === '') return failed('not_sendable');
  const late = AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([late, options.stopping]);
  const opened = await openHttp({
    url: url.href,
    method: 'POST',
    headers: headersOf(ctx, delivery, signatures),
    body: delivery.body,
    signal,
    guard: webhookGuard(organisation.settings.webhookAllowList, url, options.resolve),
    times: { connect: options.timeoutMs, headers: options.timeoutMs, idle: options.timeoutMs },
  });
  if (opened.ok) {
    const { status, headers } = opened.value;
    await drain(opened.value);
    if (status >= 200 && status < 300) return { delivered: true, status, error: null, retryAfterMs: 0 };
    const redirected = status >= 300 && status < 400;
    return failed(redirected ? 'redirect_refused' : 'not_2xx', status, retryAfter(ctx, headers['retry-after']));
  }
  if (options.stopping.aborted) return failed('interrupted');
  if (late.aborted) return failed('timeout');
  if (opened.error.code === targetRefused) return failed(targetRefused);
  return failed(String(opened.error.details?.['cause'] ?? 'unavailable').slice(0, 60));
}

/** Each active secret signs the raw body; newest first, separated by commas. */
async function signaturesOf(ctx: ServiceContext, delivery: LeasedDelivery): Promise<string> {
  const secrets = await activeSecrets(ctx.store.db, [delivery.webhook_id], instant(ctx));
  return secrets
    .map((row) => ctx.vault.openSecret(row.secret_sealed, secretContext(row.id)))
    .map((secret) => `sha256=${webhookSignature(secret, delivery.body)}`)
    .join(',');
}

function headersOf(ctx: ServiceContext, delivery: LeasedDelivery, signatures: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'quantum-elixir/webhook',
    'x-quantum-event': delivery.event,
    'x-quantum-delivery': delivery.id,
    'x-quantum-signature': signatures,
    'x-quantum-timestamp': String(Math.floor(ctx.clock().getTime() / 1000)),
    'x-quantum-attempt': String(delivery.attempts),
    'x-identity-event': delivery.event,
    'x-identity-delivery': delivery.id,
    'x-identity-signature': signatures,
  };
}

async function drain({ body }: HttpStream): Promise<void> {
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > mostAnswerBytes) break;
    }
  } catch {
    // The head said it all: a body that hangs or breaks changes nothing.
  } finally {
    body.destroy();
  }
}

/** Seconds or an HTTP date (RFC 9110 section 10.2.3). */
function retryAfter(ctx: ServiceContext, value: string | undefined): number {
  if (value === undefined) return 0;
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - ctx.clock().getTime();
  return Number.isFinite(ms) && ms > 0 ? ms : 0;
}
