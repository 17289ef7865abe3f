/** The self test at the start of a day: parts of the real pipeline, each asked something whose answer is known. */
import { Type, type Static } from 'typebox';
import { oneOf } from '../vocabulary.ts';

export const selfTestParts = [
  'seal',
  'regions',
  'screening',
  'card_read',
  'card_absent',
  'face_live',
  'face_replay',
  'match_same',
  'match_other',
] as const;
export type SelfTestPart = (typeof selfTestParts)[number];

const closed = { additionalProperties: false } as const;

/** `untested`: something it needs is not here. Never counted as passed. */
export const SelfTestResultSchema = Type.Object(
  {
    part: oneOf(selfTestParts),
    state: oneOf(['passed', 'failed', 'untested']),
    /** Role of the missing model, or the reason code of the vision that does not answer. */
    lacks: Type.Union([Type.String(), Type.Null()]),
    /** What was measured, where there is a number: similarity, number of fields, share. */
    value: Type.Union([Type.Number(), Type.Null()]),
    threshold: Type.Union([Type.Number(), Type.Null()]),
    ms: Type.Number(),
  },
  closed,
);
export type SelfTestResult = Static<typeof SelfTestResultSchema>;

export const selfTestStates = ['passed', 'failed', 'incomplete'] as const;
export type SelfTestState = (typeof selfTestStates)[number];

export interface SelfTestView {
  readonly id: string;
  /** Local date of the desk, `YYYY-MM-DD`. */
  readonly day: string;
  readonly state: SelfTestState;
  readonly parts: readonly SelfTestResult[];
  readonly startedAt: string;
  readonly finishedAt: string;
}
