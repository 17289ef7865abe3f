/** Delivery within one installation: desk and record share a process, so a delivery is a call of the same service. */
import type { ServiceContext } from '../services/context.ts';
import { ingestDeskCapture } from '../services/ingest-desk-capture.ts';
import type { BundleSink } from './sync/bundle-sink.ts';

export function createEmbeddedSink(ctx: ServiceContext): BundleSink {
  return {
    deliver: (orgId, deskId, capture) => ingestDeskCapture(ctx, { orgId, deskId, capture }),
    reachable: () => Promise.resolve(true),
  };
}
