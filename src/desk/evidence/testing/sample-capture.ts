/** Captures for tests: made-up bytes in the place of pictures, nobody's name. */
import type { DeskDelivery } from '../../../contract/desk/delivery.ts';
import type { CaptureDraft } from '../seal-capture.ts';

export interface SampleOptions {
  readonly customerId?: string;
  readonly kind?: CaptureDraft['kind'];
  /** Bytes of each frame. */
  readonly frameBytes?: number;
  readonly frames?: number;
}

/** `name` makes nonce and frames its own. */
export function sampleDraft(name: string, options: SampleOptions = {}): CaptureDraft {
  const { frameBytes = 2_000, frames = 2, kind = 'ktp', customerId = 'cus_sample' } = options;
  return {
    orgId: 'org_sample',
    operatorId: 'usr_operator',
    kind,
    customerId,
    manifest: {
      version: '1.0',
      sdkVersion: 'loket-desk/0.1.0',
      platform: 'desktop',
      capturedAt: '2026-11-20T03:04:05.000Z',
      flashChallengeNonce: `nonce-${name}`.padEnd(16, '-'),
      evidence: { simulated: true, operatorId: 'usr_operator', appVersion: '0.1.0' },
    },
    frames: Array.from({ length: frames }, (_, index) => sampleFrame(`${name}/${index}`, frameBytes)),
  };
}

/** Bytes that no compressor shrinks and that differ for every name: xorshift32 seeded by FNV-1a of the name. */
export function sampleFrame(name: string, length: number): Uint8Array {
  let state = 0x811c9dc5;
  for (const character of name) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193) >>> 0;
  state ||= 1;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  });
}

export function sampleDelivery(nonce: string, customerId = 'cus_sample', replayed = false): DeskDelivery {
  return {
    captureId: `cap_${nonce}`,
    nonce,
    customerId,
    verifications: [],
    kycLevel: 'basic',
    card: null,
    liveness: null,
    match: null,
    reasons: [],
    reviewCaseId: null,
    replayed,
  };
}
