/** Captures for the benches: frames of random bytes made once, marked so that no two captures are the same. */
import { sampleDraft, sampleFrame, type SampleOptions } from '../../../src/desk/evidence/testing/sample-capture.ts';
import { sealCapture, type CaptureDraft } from '../../../src/desk/evidence/seal-capture.ts';
import type { TemporaryInstallation } from '../../../src/store/testing/temporary-installation.ts';

export function captureMaker(
  frames: number,
  frameBytes: number,
): (name: string, options?: SampleOptions) => CaptureDraft {
  const bytes = Array.from({ length: frames }, (_, index) => sampleFrame(`frame-${index}`, frameBytes));
  return (name, options = {}) => ({
    ...sampleDraft(name, { ...options, frames: 1, frameBytes: 1 }),
    frames: bytes.map((frame) => {
      const own = Uint8Array.from(frame);
      own.set(new TextEncoder().encode(name.slice(0, 16)));
      return own;
    }),
  });
}

export interface Bench {
  readonly place: TemporaryInstallation;
  readonly clock: () => Date;
  next(prefix: string): string;
}

export function benchOf(place: TemporaryInstallation): Bench {
  let ids = 0;
  return { place, clock: () => new Date(), next: (prefix) => `${prefix}_${(ids += 1)}` };
}

/** Throws when it is refused: a bench that measures refusals measures nothing. */
export async function seal(bench: Bench, draft: CaptureDraft): Promise<string> {
  const { store, vault } = bench.place;
  const done = await sealCapture({ store, vault, clock: bench.clock, ids: { next: bench.next } }, draft);
  if (!done.ok) throw new Error(done.error.code);
  return done.value.nonce;
}
