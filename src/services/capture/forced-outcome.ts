/**
 * Outcomes a sandbox caller asks for (`X-Loket-Outcome`), so that an integrator can see every branch without faces and
 * cards. The checks run all the same; only their verdict is overruled, and the record says so. Live organisations refuse.
 */
import type { Reason } from '../../contract/reasons.ts';
import type { CardJudgement, LivenessJudgement, MatchJudgement } from '../../contract/verdicts.ts';

export const forcedOutcomes = ['passed', 'failed', 'requires_review'] as const;
export type ForcedOutcome = (typeof forcedOutcomes)[number];

const liveness = { passed: 'live', failed: 'spoof', requires_review: 'unclear' } as const;
const match = { passed: 'match', failed: 'no_match', requires_review: 'unclear' } as const;
const tamper = { passed: 'authentic', failed: 'tampered', requires_review: 'unclear' } as const;
const scores = { passed: 100, failed: 0, requires_review: 50 } as const;
const tiers = { passed: 'standard', failed: 'low', requires_review: 'low' } as const;

function forced(gate: string): readonly Reason[] {
  return [{ code: 'outcome_forced', gate }];
}

export function forcedLiveness(judgement: LivenessJudgement, outcome: ForcedOutcome | undefined): LivenessJudgement {
  if (outcome === undefined) return judgement;
  const { voters, passed, present } = judgement;
  const reasons = forced('liveness');
  return {
    voters,
    passed,
    present,
    fused: liveness[outcome],
    assuranceTier: tiers[outcome],
    score: scores[outcome],
    reasons,
  };
}

export function forcedMatch(judgement: MatchJudgement, outcome: ForcedOutcome | undefined): MatchJudgement {
  if (outcome === undefined) return judgement;
  return { ...judgement, verdict: match[outcome], score: scores[outcome], reasons: forced('match') };
}

export function forcedCard(judgement: CardJudgement, outcome: ForcedOutcome | undefined): CardJudgement {
  if (outcome === undefined) return judgement;
  const assuranceTier = tiers[outcome];
  return {
    ...judgement,
    verdict: outcome,
    assuranceTier,
    antiSpoof: { ...judgement.antiSpoof, fused: liveness[outcome], assuranceTier },
    tamper: { ...judgement.tamper, fused: tamper[outcome] },
    score: scores[outcome],
    reasons: forced('ktp'),
  };
}
