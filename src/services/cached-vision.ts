/**
 * Facts by frame hash: on one machine the desk (coaching, provisional verdict) and the record look at the same frames,
 * and pay for them once. Entries are few, short-lived and only in memory; nothing unavailable is kept, so that a capture
 * taken while vision restarted is looked at again.
 */
import type { CardFacts, FaceFacts } from '../contract/facts.ts';
import type { CaptureFrames, FaceRequest, Vision } from '../contract/vision.ts';
import { sha256 } from '../vault/random.ts';

const keptEntries = 12;
const keptMs = 10 * 60_000;

interface Entry<T> {
  readonly facts: Promise<T>;
  readonly until: number;
}

function requestKey(request: CaptureFrames | FaceRequest): string {
  const { frames, ...rest } = request;
  return sha256(JSON.stringify([frames.map((frame) => sha256(frame)), rest]));
}

function cacheOf<R extends CaptureFrames, T extends CardFacts | FaceFacts>(
  analyse: (request: R) => Promise<T>,
  clock: () => Date,
) {
  const entries = new Map<string, Entry<T>>();
  return async (request: R): Promise<T> => {
    const now = clock().getTime();
    for (const [key, entry] of entries) if (entry.until <= now) entries.delete(key);
    const key = requestKey(request);
    const hit = entries.get(key);
    if (hit !== undefined) return hit.facts;
    const facts = analyse(request);
    entries.set(key, { facts, until: now + keptMs });
    while (entries.size > keptEntries) entries.delete(entries.keys().next().value ?? '');
    try {
      const value = await facts;
      if (hostWasDown(value)) entries.delete(key);
      return value;
    } catch (error) {
      entries.delete(key);
      throw error;
    }
  };
}

function hostWasDown(facts: CardFacts | FaceFacts): boolean {
  const main = 'outline' in facts ? facts.outline : facts.template;
  return !main.available && main.reason === 'vision_unavailable';
}

export function cachedVision(vision: Vision, clock: () => Date): Vision {
  return {
    analyseCard: cacheOf((request: CaptureFrames) => vision.analyseCard(request), clock),
    analyseFace: cacheOf((request: FaceRequest) => vision.analyseFace(request), clock),
    coachCard: (frame) => vision.coachCard(frame),
    coachFace: (frame) => vision.coachFace(frame),
    status: () => vision.status(),
    close: () => vision.close(),
  };
}
