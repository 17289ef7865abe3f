/** Where this desk delivers: the hub named by `LOKET_API_URL`, else the service in the same process. */
import { fail, ok, type Result } from '../../contract/result.ts';
import type { ServiceContext } from '../../services/context.ts';
import { heldRules } from '../../services/fleet/held-settings.ts';
import type { BundleSink } from './bundle-sink.ts';
import { noteClockSkew } from './desk-health.ts';
import { askingSink } from '../registry/hub-questions.ts';
import { createHttpSink } from './http-sink.ts';
import { outboxCeiling } from './outbox-ceiling.ts';
import { hubLink, hubOrigin } from './hub-link.ts';

export interface SinkSettings {
  /** `LOKET_API_URL`. */
  readonly hubUrl: string | undefined;
  /** `LOKET_BANDWIDTH`: bytes per second at most. */
  readonly bandwidth: string | undefined;
}

/**
 * Errors: `validation_failed` (no address, no number), `hub_differs` (enrolled with another hub). A desk that is not enrolled
 * yet starts, keeps what it captures, and says so in the queue.
 */
export async function chooseSink(
  ctx: ServiceContext,
  settings: SinkSettings,
  embedded: () => BundleSink,
  onQuestion: () => void = () => undefined,
): Promise<Result<BundleSink>> {
  if (settings.hubUrl === undefined || settings.hubUrl === '') return ok(embedded());
  const origin = hubOrigin(settings.hubUrl);
  if (origin === null) return fail('validation_failed', 'LOKET_API_URL is an address like https://hub.bank.id:8443');
  const bytesPerSecond = settings.bandwidth === undefined ? null : Number(settings.bandwidth);
  if (bytesPerSecond !== null && !(bytesPerSecond >= 1_000))
    return fail('validation_failed', 'LOKET_BANDWIDTH is a number of bytes per second, 1000 at least');
  const link = await hubLink(ctx);
  if (link !== null && link.url !== origin)
    return fail('hub_differs', 'this desk is enrolled with another hub: enrol it anew, or correct LOKET_API_URL');
  const sink = createHttpSink({
    ctx,
    ceiling: async () =>
      (await heldRules(ctx.store.db)).bandwidth ?? (await outboxCeiling(ctx.store.db)) ?? bytesPerSecond,
    onSkew: (skewMs) => void noteClockSkew(ctx.store, skewMs).catch(() => undefined),
  });
  return ok(askingSink(ctx, sink, onQuestion));
}
