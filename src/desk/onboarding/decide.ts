/** From judgements to what the counter shows: gates, outcome, reasons. Pure. */
import type { GateView, OnboardingResult } from '../../contract/desk/answers.ts';
import type { DeskDelivery } from '../../contract/desk/delivery.ts';
import type { Reason } from '../../contract/reasons.ts';
import type { CardJudgement, LivenessJudgement, MatchJudgement } from '../../contract/verdicts.ts';
import type { CaptureKind, KycTier } from '../../contract/vocabulary.ts';
import type { BundleState } from './ports.ts';

export interface Judgements {
  readonly ktp: CardJudgement | null;
  readonly liveness: LivenessJudgement | null;
  readonly match: MatchJudgement | null;
}

type GateState = GateView['state'];

const ktpStates = { passed: 'pass', failed: 'fail', requires_review: 'review' } as const;
const livenessStates = { live: 'pass', spoof: 'fail', unclear: 'review' } as const;
const matchStates = { match: 'pass', no_match: 'fail', unclear: 'review' } as const;

/** One view per gate. A gate nobody could judge is `missing`, which decides like review: never a pass. */
export function toGates({ ktp, liveness, match }: Judgements): readonly GateView[] {
  const livenessState: GateState =
    liveness === null || liveness.present === 0 ? 'missing' : livenessStates[liveness.fused];
  const matchState: GateState = match === null || match.similarity === null ? 'missing' : matchStates[match.verdict];
  return [
    {
      gate: 'ktp',
      state: ktp === null ? 'missing' : ktpStates[ktp.verdict],
      value: ktp?.score ?? null,
      threshold: null,
      reasons: ktp?.reasons ?? [],
    },
    {
      gate: 'liveness',
      state: livenessState,
      value: liveness?.score ?? null,
      threshold: null,
      reasons: liveness?.reasons ?? [],
    },
    {
      gate: 'match',
      state: matchState,
      value: match?.similarity ?? null,
      threshold: match?.threshold ?? null,
      reasons: match?.reasons ?? [],
    },
  ];
}

/** A failed gate stops; all three passed and nothing else doubtful verifies; the rest is a person's to decide. */
export function toOutcome(gates: readonly GateView[], doubtful: boolean): OnboardingResult['outcome'] {
  if (gates.some((gate) => gate.state === 'fail')) return 'stopped';
  return !doubtful && gates.every((gate) => gate.state === 'pass') ? 'verified' : 'review';
}

export interface ResultInput {
  readonly judgements: Judgements;
  /** The record's answers where they have arrived. */
  readonly bundles: readonly (BundleState & { readonly kind: CaptureKind })[];
  readonly provisionalTier: KycTier;
  /** The desk's own reasons (camera, typed by hand …). */
  readonly deskReasons: readonly Reason[];
  /** The card stands on record: its gate has no part in this. */
  readonly faceOnly: boolean;
  /** A desk reason that alone calls for a person. */
  readonly doubtful: boolean;
}

/** The official judgement wins over the desk's own, gate by gate, as it arrives. */
export function toResult(input: ResultInput): OnboardingResult {
  // Of several selfies only the last one decides; the earlier ones stay as evidence.
  const lastFace = input.bundles.findLast((bundle) => bundle.kind !== 'ktp');
  const deciding = input.bundles.filter((bundle) => bundle.kind === 'ktp' || bundle === lastFace);
  const deliveries = deciding.flatMap((bundle) => (bundle.delivery === null ? [] : [bundle.delivery]));
  const judgements: Judgements = {
    ktp: lastOf(deliveries, (delivery) => delivery.card) ?? input.judgements.ktp,
    liveness: lastOf(deliveries, (delivery) => delivery.liveness) ?? input.judgements.liveness,
    match: lastOf(deliveries, (delivery) => delivery.match) ?? input.judgements.match,
  };
  const gates = toGates(judgements).filter(({ gate }) => !input.faceOnly || gate !== 'ktp');
  const last = deliveries.at(-1);
  const reviewCaseId = lastOf(deliveries, (delivery) => delivery.reviewCaseId);
  const provisional = deciding.length === 0 || deliveries.length < deciding.length;
  const pending = deliveries.some((delivery) =>
    delivery.verifications.some((verification) => verification.status === 'pending'),
  );
  const refused = deciding.some((bundle) => bundle.state === 'refused');
  const doubtful = input.doubtful || pending || refused || reviewCaseId !== null;
  return {
    outcome: toOutcome(gates, doubtful),
    tier: last?.kycLevel ?? input.provisionalTier,
    provisional,
    gates,
    reasons: distinctReasons([
      ...input.deskReasons,
      ...gates.flatMap((gate) => gate.reasons),
      ...deliveries.flatMap((delivery) => delivery.reasons),
    ]),
    ...judgements,
    bundles: input.bundles.map((bundle) => ({
      id: bundle.nonce,
      kind: bundle.kind,
      sealed: true,
      delivered: bundle.state === 'delivered',
      verificationId: bundle.delivery?.verifications[0]?.id ?? null,
    })),
    reviewCaseId,
  };
}

function lastOf<T>(deliveries: readonly DeskDelivery[], pick: (delivery: DeskDelivery) => T | null): T | null {
  for (let index = deliveries.length - 1; index >= 0; index -= 1) {
    const delivery = deliveries[index];
    const value = delivery === undefined ? null : pick(delivery);
    if (value !== null) return value;
  }
  return null;
}

/** One entry per code, gate and field; the first, which carries the measured value, wins. */
export function distinctReasons(reasons: readonly Reason[]): readonly Reason[] {
  const seen = new Map<string, Reason>();
  for (const reason of reasons) {
    const key = `${reason.gate}|${reason.code}|${reason.field ?? ''}`;
    if (!seen.has(key)) seen.set(key, reason);
  }
  return [...seen.values()];
}
