/**
 * Voters into one outcome, shared by faces and cards (api-decisions 11). A voter speaks only for what it measured: no
 * data is `passed: null`, never a pass; a voter never validated on data has weight 0, is shown, and does not count.
 */
import type { Reason, ReasonCode } from '../../contract/reasons.ts';
import type { Voter } from '../../contract/verdicts.ts';
import type { AssuranceTier, LivenessVerdict, TamperVerdict } from '../../contract/vocabulary.ts';

/** A voter on its way into the fusion. `strong` marks a failure far beyond its threshold. */
export interface Ballot<Name extends string = string> extends Voter<Name> {
  readonly reason: ReasonCode;
  readonly strong?: boolean;
}

export interface BallotInput<Name extends string> {
  readonly name: Name;
  /** The measured number; null, NaN or infinite = no data. */
  readonly value: number | null | undefined;
  readonly threshold: number;
  /** `at_least`: passes when value ≥ threshold; `at_most`: when value ≤ threshold. */
  readonly direction: 'at_least' | 'at_most';
  /** 0–1; 0 = never validated on data. */
  readonly weight: number;
  /** Reason when it fails. */
  readonly failReason: ReasonCode;
  /** Reason when there is no data (default `not_measured`). */
  readonly absentReason?: ReasonCode;
  /** A failing value at or beyond this mark is strong evidence. */
  readonly strongAt?: number;
}

/** A ballot from one number and its threshold. */
export function castBallot<Name extends string>(input: BallotInput<Name>): Ballot<Name> {
  const { name, value, threshold, direction, weight } = input;
  if (typeof value !== 'number' || !Number.isFinite(value) || !Number.isFinite(threshold)) {
    return absentBallot(name, weight, input.absentReason ?? 'not_measured');
  }
  const passed = direction === 'at_least' ? value >= threshold : value <= threshold;
  const beyond =
    input.strongAt !== undefined && (direction === 'at_least' ? value <= input.strongAt : value >= input.strongAt);
  return {
    name,
    passed,
    value,
    threshold,
    weight,
    reason: weight === 0 ? 'voter_not_validated' : passed ? 'within_limits' : input.failReason,
    strong: !passed && beyond,
  };
}

/** A voter without data. It keeps its weight, so that a missing measurement lowers the score. */
export function absentBallot<Name extends string>(name: Name, weight: number, reason: ReasonCode): Ballot<Name> {
  return { name, passed: null, weight, reason };
}

export interface FusionPolicy {
  /** How many voters of weight > 0 must pass. */
  readonly required: number;
  /** Voters that may neither fail nor be absent. */
  readonly mandatory: readonly string[];
}

export interface Fusion {
  /** `pass` = enough passed and no mandatory voter failed or was absent; `fail` = a mandatory voter failed strongly. */
  readonly outcome: 'pass' | 'fail' | 'unclear';
  /** Voters of weight > 0 that passed. */
  readonly passed: number;
  /** Voters of weight > 0 that had data. */
  readonly present: number;
  /** 0–100: weight of the passing voters over the weight of all voters, absent ones included. */
  readonly score: number;
  readonly voters: readonly Voter[];
}

/** Fuses ballots under a policy. Total: an empty list, or a policy that asks for nothing, is still `unclear`. */
export function fuse(ballots: readonly Ballot[], policy: FusionPolicy): Fusion {
  const counted = ballots.filter((ballot) => ballot.weight > 0);
  const passing = counted.filter((ballot) => ballot.passed === true);
  const mandatory = policy.mandatory.map((name) => counted.find((ballot) => ballot.name === name));
  const total = counted.reduce((sum, ballot) => sum + ballot.weight, 0);
  const gained = passing.reduce((sum, ballot) => sum + ballot.weight, 0);
  return {
    outcome: outcomeOf(mandatory, passing.length, policy.required),
    passed: passing.length,
    present: counted.filter((ballot) => ballot.passed !== null).length,
    score: total > 0 ? Math.round((100 * gained) / total) : 0,
    voters: ballots.map(withoutStrength),
  };
}

function outcomeOf(mandatory: readonly (Ballot | undefined)[], passed: number, required: number): Fusion['outcome'] {
  if (mandatory.some((ballot) => ballot?.passed === false && ballot.strong === true)) return 'fail';
  const allMandatoryPass = mandatory.every((ballot) => ballot?.passed === true);
  const enough = Number.isFinite(required) && passed >= Math.max(1, required);
  return allMandatoryPass && enough ? 'pass' : 'unclear';
}

function withoutStrength({ strong: _strong, ...voter }: Ballot): Voter {
  return voter;
}

/** Assurance of api-decisions 11: `high` = positive, flash passed and at least four passed; `standard` = positive; else `low`. */
export function assuranceOf(fusion: Fusion, positive: boolean): AssuranceTier {
  if (!positive) return 'low';
  const flashPassed = fusion.voters.some(
    (voter) => voter.name === 'flash_reflectance' && voter.passed === true && voter.weight > 0,
  );
  return flashPassed && fusion.passed >= 4 ? 'high' : 'standard';
}

export function livenessVerdictOf(outcome: Fusion['outcome']): LivenessVerdict {
  return outcome === 'pass' ? 'live' : outcome === 'fail' ? 'spoof' : 'unclear';
}

export function tamperVerdictOf(outcome: Fusion['outcome']): TamperVerdict {
  return outcome === 'pass' ? 'authentic' : outcome === 'fail' ? 'tampered' : 'unclear';
}

/** One reason for each voter that did not pass, gate = the voter's name; weight 0 voters do not explain a verdict. */
export function ballotReasons(ballots: readonly Ballot[]): readonly Reason[] {
  return ballots
    .filter((ballot) => ballot.weight > 0 && ballot.passed !== true)
    .map(({ reason, name, value, threshold }) => ({
      code: reason,
      gate: name,
      ...(value === undefined ? {} : { value }),
      ...(threshold === undefined ? {} : { threshold }),
    }));
}
