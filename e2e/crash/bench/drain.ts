/** An outbox that filled up while the line was away, sent to a receiver that answers at once: rate and memory. */
import { ok } from '../../../src/contract/result.ts';
import { sampleDelivery } from '../../../src/desk/evidence/testing/sample-capture.ts';
import { createOutboxPump } from '../../../src/desk/sync/outbox-pump.ts';
import type { TemporaryInstallation } from '../../../src/store/testing/temporary-installation.ts';
import { benchOf, captureMaker, seal } from './captures.ts';
import { perSecond, residentMib } from './figures.ts';

const frameBytes = 20_000;

export async function benchDrain(place: TemporaryInstallation, count: number): Promise<object> {
  const bench = benchOf(place);
  const make = captureMaker(2, frameBytes);
  for (let index = 0; index < count; index += 1)
    await seal(bench, make(`drain-${index}`, { customerId: `cus_${index % 500}` }));
  const before = residentMib();
  let highest = before;
  let received = 0;
  const pump = createOutboxPump({
    store: place.store,
    vault: place.vault,
    clock: bench.clock,
    sink: {
      reachable: () => Promise.resolve(true),
      deliver: (_org, _desk, capture) => {
        received += 1;
        if (received % 100 === 0) highest = Math.max(highest, Math.round(process.memoryUsage.rss() / 1024 / 1024));
        return Promise.resolve(ok(sampleDelivery(capture.nonce, capture.customerId)));
      },
    },
  });
  const start = performance.now();
  const delivered = await pump.drain();
  const ms = performance.now() - start;
  await pump.stop();
  const memoryMib = { before, highest, after: residentMib() };
  return { bundles: count, delivered, seconds: Math.round(ms / 1000), perSecond: perSecond(delivered, ms), memoryMib };
}
