/**
 * Answers on their way to an Iluma client's callback address: the address is proven with a test payload, each delivery
 * carries the client's token, and one that fails is tried again on the schedule of our webhooks, under the same guard.
 */
import { openHttp, type HttpStream } from '../../connectors/http/http-client.ts';
import { systemResolve, targetRefused, type ResolveHost } from '../../connectors/http/guarded-connection.ts';
import type { CallbackService } from '../../contract/providers/clients.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import {
  endCallback,
  findCallbackUrl,
  insertCallback,
  leaseCallback,
  purgeProviderRecords,
  putCallbackUrl,
  type ProviderCallbackRow,
  type ProviderClientRow,
} from '../../store/repositories/providers.ts';
import type { Db } from '../../store/repositories/types.ts';
import { randomInt, randomToken } from '../../vault/random.ts';
import { dayMs, instant, minuteMs, plusMs, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { nextAttempt } from '../webhooks/retry-schedule.ts';
import { checkTarget, webhookGuard } from '../webhooks/webhook-targets.ts';
import { clientContexts } from './client-credentials.ts';
import { clientActor } from './record-call.ts';

export interface CallbackOptions {
  readonly resolve?: ResolveHost;
  readonly timeoutMs?: number;
  /** Uniform in 0 … 1. */
  readonly random?: () => number;
}

const answerBytes = 64 * 1024;
const bodyContext = (id: string): string => `provider-callback:${id}`;

export function callbackToken(ctx: ServiceContext, client: ProviderClientRow): string {
  const sealed = client.callback_token_sealed;
  if (sealed === null) throw new Error('a client of Iluma without a callback token');
  return new TextDecoder().decode(ctx.vault.openSecret(sealed, clientContexts.callbackToken(client.id)));
}

/** Errors: `webhook_target_refused` (where it points), `callback_not_answered` (no 2xx to the test payload). */
export async function setCallbackUrl(
  ctx: ServiceContext,
  client: ProviderClientRow,
  request: { readonly service: CallbackService; readonly url: string },
  options: CallbackOptions = {},
): Promise<Result<true>> {
  const allowList = await allowListOf(ctx, client.org_id);
  const target = await checkTarget(request.url, allowList, options.resolve ?? systemResolve);
  if (!target.ok) return target;
  const test = { id: `test_${randomToken(12)}`, service: request.service, status: 'TEST', created: instant(ctx) };
  const outcome = await post(ctx, client, target.value, JSON.stringify(test), options);
  if (outcome.error !== null)
    return fail('callback_not_answered', 'the callback address did not answer 2xx to the test payload');
  await ctx.store.transaction(async (trx) => {
    await putCallbackUrl(trx, {
      client_id: client.id,
      service: request.service,
      url: target.value.href,
      updated_at: instant(ctx),
    });
    await recordAudit(ctx, trx, clientActor(client), {
      event: 'provider.callback_set',
      objectId: client.id,
      detail: { service: request.service },
    });
  });
  return ok(true);
}

/** Part of the caller's transaction. Nothing where the client set no address for the service. */
export async function queueCallback(
  ctx: ServiceContext,
  trx: Db,
  client: ProviderClientRow,
  service: CallbackService,
  body: unknown,
): Promise<void> {
  const url = await findCallbackUrl(trx, client.id, service);
  if (url === null) return;
  const id = ctx.ids.next('pcb');
  const now = instant(ctx);
  await insertCallback(trx, {
    id,
    org_id: client.org_id,
    client_id: client.id,
    service,
    url,
    body_sealed: ctx.vault.sealSecret(new TextEncoder().encode(JSON.stringify(body)), bodyContext(id)),
    state: 'pending',
    attempts: 0,
    next_attempt_at: now,
    lease_owner: null,
    last_status: null,
    last_error: null,
    created_at: now,
    finished_at: null,
  });
}

const leaseMarginMs = 50_000;
const ordinaryTimeoutMs = 10_000;

/** Sends what is due; how many attempts were made. */
export async function sendDueCallbacks(ctx: ServiceContext, options: CallbackOptions = {}): Promise<number> {
  const owner = `${process.pid}.${randomToken(9)}`;
  for (let made = 0; ; made += 1) {
    const now = instant(ctx);
    const until = plusMs(now, (options.timeoutMs ?? ordinaryTimeoutMs) + leaseMarginMs);
    const row = await ctx.store.transaction((trx) => leaseCallback(trx, { now, owner, until }));
    if (row === null) return made;
    await sendOne(ctx, row, options);
  }
}

async function sendOne(ctx: ServiceContext, row: ProviderCallbackRow, options: CallbackOptions): Promise<void> {
  const client = await ctx.store.db
    .selectFrom('provider_clients')
    .selectAll()
    .where('id', '=', row.client_id)
    .executeTakeFirstOrThrow();
  const url = URL.parse(row.url);
  const body = new TextDecoder().decode(ctx.vault.openSecret(row.body_sealed, bodyContext(row.id)));
  const outcome: Outcome =
    url === null || client.status !== 'active'
      ? { status: null, error: 'not_sendable' }
      : await post(ctx, client, url, body, options);
  const at = instant(ctx);
  const { error, status } = outcome;
  const common = { last_status: status, last_error: error };
  const due =
    error === null
      ? null
      : nextAttempt({
          attempts: row.attempts,
          createdAt: Date.parse(row.created_at),
          now: Date.parse(at),
          random: (options.random ?? (() => randomInt(2 ** 32) / (2 ** 32 - 1)))(),
          retryAfterMs: 0,
        });
  const change =
    error !== null && due !== null
      ? { state: 'pending' as const, next_attempt_at: new Date(due).toISOString(), finished_at: null }
      : { state: error === null ? ('delivered' as const) : ('failed' as const), next_attempt_at: at, finished_at: at };
  await ctx.store.transaction((trx) => endCallback(trx, row, { ...common, ...change }));
  if (error !== null)
    ctx.logger.warn(
      { callbackId: row.id, clientId: client.id, attempt: row.attempts, status, error },
      'a callback failed',
    );
}

interface Outcome {
  readonly status: number | null;
  /** A code, never an address or a word of the receiver's answer. */
  readonly error: string | null;
}

async function allowListOf(ctx: ServiceContext, orgId: string): Promise<readonly string[]> {
  return (await findOrganisation(ctx.store.db, orgId))?.settings.webhookAllowList ?? [];
}

async function post(
  ctx: ServiceContext,
  client: ProviderClientRow,
  url: URL,
  body: string,
  options: CallbackOptions,
): Promise<Outcome> {
  const timeoutMs = options.timeoutMs ?? ordinaryTimeoutMs;
  const late = AbortSignal.timeout(timeoutMs);
  const opened = await openHttp({
    url: url.href,
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-callback-token': callbackToken(ctx, client) },
    body,
    signal: late,
    guard: webhookGuard(await allowListOf(ctx, client.org_id), url, options.resolve ?? systemResolve),
    times: { connect: timeoutMs, headers: timeoutMs, idle: timeoutMs },
  });
  if (!opened.ok) {
    if (late.aborted) return { status: null, error: 'timeout' };
    if (opened.error.code === targetRefused) return { status: null, error: targetRefused };
    return { status: null, error: String(opened.error.details?.['cause'] ?? 'unavailable').slice(0, 60) };
  }
  await drain(opened.value);
  const { status } = opened.value;
  if (status >= 200 && status < 300) return { status, error: null };
  return { status, error: status >= 300 && status < 400 ? 'redirect_refused' : 'not_2xx' };
}

async function drain({ body }: HttpStream): Promise<void> {
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > answerBytes) break;
    }
  } catch {
    // The head said it all.
  } finally {
    body.destroy();
  }
}

/** Answers can be fetched again, and delivered callbacks looked at, for so long. */
const keptMs = 30 * dayMs;

export interface CallbackWorker {
  stop(): Promise<void>;
}

export function startCallbackWorker(ctx: ServiceContext, options: { readonly everyMs?: number } = {}): CallbackWorker {
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  let purgedAt = 0;
  const look = (): void => {
    if (busy) return;
    busy = true;
    running = sendDueCallbacks(ctx)
      .then(async () => {
        const now = ctx.clock().getTime();
        if (now - purgedAt < 60 * minuteMs) return;
        purgedAt = now;
        const before = new Date(now - keptMs).toISOString();
        await ctx.store.transaction((trx) => purgeProviderRecords(trx, before));
      })
      .catch((error: unknown) => {
        ctx.logger.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'a callback round failed');
      })
      .finally(() => {
        busy = false;
      });
  };
  const timer = setInterval(look, options.everyMs ?? 1_000);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
