/** Delivery within one installation: desk and record share a process, so a delivery is a call of the same service. */
import type { ServiceContext } from '../services/context.ts';
import { ingestDeskCapture } from '../services/ingest-desk-capture.ts';
import { queueRegistryCheck } from '../services/registry/check-customers.ts';
import type { BundleSink } from './sync/bundle-sink.ts';

export interface EmbeddedSinkOptions {
  /** A customer waits to be asked about at the registry. */
  readonly onRegistryCheck?: () => void;
}

export function createEmbeddedSink(ctx: ServiceContext, options: EmbeddedSinkOptions = {}): BundleSink {
  return {
    async deliver(orgId, deskId, capture) {
      const delivered = await ingestDeskCapture(ctx, { orgId, deskId, capture });
      if (!delivered.ok || delivered.value.replayed || capture.kind === 'step_up') return delivered;
      const request = { orgId, deskId, customerId: delivered.value.customerId };
      // The capture is safe already: the registry is asked beside it, whatever becomes of that.
      if (await queueRegistryCheck(ctx, request)) options.onRegistryCheck?.();
      return delivered;
    },
    reachable: () => Promise.resolve(true),
  };
}
