/** The single measurements behind a vote, in one shape for every voter. */
import type { ReasonCode } from '../../contract/reasons.ts';
import type { VoterFinding } from '../../contract/verdicts.ts';

export interface Finding<Name extends string = string> extends VoterFinding {
  readonly name: Name;
  readonly reason: ReasonCode;
}

export interface FindingInput<Name extends string> {
  readonly name: Name;
  /** null = not measured. A number that is none is out of limits: it must not pass for a missing one. */
  readonly value: number | null | undefined;
  readonly threshold: number;
  readonly direction: 'at_least' | 'at_most';
  readonly failReason: ReasonCode;
  /** Reason when it was not measured (default `not_measured`). */
  readonly absentReason?: ReasonCode;
}

export function finding<Name extends string>(input: FindingInput<Name>): Finding<Name> {
  const { name, value, threshold, direction, failReason, absentReason = 'not_measured' } = input;
  if (value === null || value === undefined) return { name, passed: null, threshold, reason: absentReason };
  if (!Number.isFinite(value)) return { name, passed: false, threshold, reason: failReason };
  const passed = direction === 'at_least' ? value >= threshold : value <= threshold;
  return { name, passed, value, threshold, reason: passed ? 'within_limits' : failReason };
}
