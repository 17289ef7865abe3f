/**
 * A counter that works for a long time: captures sealed and delivered one after the other. Memory is read after each tenth;
 * the slope of a line through the second half says whether it grows (the first half fills caches).
 */
import { ok } from '../../../src/contract/result.ts';
import { sampleDelivery } from '../../../src/desk/evidence/testing/sample-capture.ts';
import { createOutboxPump } from '../../../src/desk/sync/outbox-pump.ts';
import type { TemporaryInstallation } from '../../../src/store/testing/temporary-installation.ts';
import { benchOf, captureMaker, seal } from './captures.ts';
import { residentMib } from './figures.ts';

const steps = 20;

export async function benchSoak(place: TemporaryInstallation, captures: number): Promise<object> {
  const bench = benchOf(place);
  const make = captureMaker(3, 102_400);
  const { store, vault } = place;
  const pump = createOutboxPump({
    store,
    vault,
    clock: bench.clock,
    sink: {
      reachable: () => Promise.resolve(true),
      deliver: (_org, _desk, capture) => Promise.resolve(ok(sampleDelivery(capture.nonce, capture.customerId))),
    },
  });
  const residentAt: number[] = [];
  for (let step = 0; step < steps; step += 1) {
    for (let index = 0; index < captures / steps; index += 1) {
      await seal(bench, make(`soak-${step}-${index}`, { customerId: `cus_${step}_${index}` }));
      await pump.drain();
      // The daily job lets delivered envelopes go; here at once, so that the disk stays small.
      await store.db.updateTable('outbox').set({ blob_id: '__retired__' }).where('state', '=', 'delivered').execute();
      await store.db.deleteFrom('sealed_blobs').execute();
    }
    residentAt.push(residentMib());
  }
  await pump.stop();
  const half = residentAt.slice(steps / 2);
  const growthMib = Number((slope(half) * half.length).toFixed(1));
  return { captures, residentMib: residentAt, growthMibOverSecondHalf: growthMib, flat: growthMib <= 20 };
}

/** Least squares, per step. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const top = values.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0);
  return top / values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
}
