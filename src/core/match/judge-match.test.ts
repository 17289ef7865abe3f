import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { known, unknownFact, type FaceTemplate } from '../../contract/facts.ts';
import { cosine, frameAgreement, judgeMatch, vectorLength } from './judge-match.ts';

const template = (vector: number[], modelId = 'm'): FaceTemplate => ({
  modelId,
  vector: Float32Array.from(vector),
  faceWidthPx: 120,
  framesUsed: [0],
});
const limits = { threshold: 0.45, reviewThreshold: 0.28 };
/** Unit vector with the given cosine to (1, 0). */
const at = (similarity: number) => template([similarity, Math.sqrt(1 - similarity ** 2)]);
const judge = (similarity: number) =>
  judgeMatch({ probe: known(template([1, 0])), reference: at(similarity), ...limits });

describe('cosine', () => {
  it('is scale-free', () => {
    expect(cosine([3, 4], [6, 8])).toBeCloseTo(1, 12);
    expect(cosine([1, 0], [0, 2])).toBe(0);
    expect(cosine([1, 0], [-2, 0])).toBe(-1);
    expect(vectorLength([3, 4])).toBe(5);
  });
  it('has no value where there is none', () => {
    expect(cosine([], [])).toBeNull();
    expect(cosine([0, 0], [1, 0])).toBeNull();
    expect(cosine([1], [1, 0])).toBeNull();
    expect(cosine([Number.NaN, 1], [1, 0])).toBeNull();
  });
});

describe('judgeMatch', () => {
  it('follows the two thresholds', () => {
    expect(judge(0.9).verdict).toBe('match');
    expect(judge(0.46).verdict).toBe('match');
    expect(judge(0.44)).toMatchObject({ verdict: 'unclear', reasons: [{ code: 'match_borderline' }] });
    expect(judge(0.29).verdict).toBe('unclear');
    expect(judge(0.27)).toMatchObject({ verdict: 'no_match', reasons: [{ code: 'match_low', threshold: 0.45 }] });
  });
  it('never compares two models', () => {
    const judgement = judgeMatch({ probe: known(template([1, 0])), reference: template([1, 0], 'other'), ...limits });
    expect(judgement).toMatchObject({
      verdict: 'unclear',
      similarity: null,
      reasons: [{ code: 'template_model_differs' }],
    });
  });
  it('is unclear without probe or reference', () => {
    const missing = judgeMatch({ probe: unknownFact('model_missing'), reference: at(1), ...limits });
    expect(missing.verdict).toBe('unclear');
    expect(missing.reasons.map((reason) => reason.code)).toEqual(['match_unavailable', 'model_missing']);
    expect(judgeMatch({ probe: known(at(1)), reference: null, ...limits }).reasons[0]?.code).toBe('reference_missing');
  });
  it('does not say whose face matches when the frames show two persons', () => {
    const mixed = { ...template([1, 0]), agreement: 0.2 };
    expect(judgeMatch({ probe: known(mixed), reference: at(0.9), ...limits })).toMatchObject({
      verdict: 'unclear',
      reasons: [{ code: 'face_changed', value: 0.2, threshold: frameAgreement }],
    });
    const one = { ...mixed, agreement: 0.8 };
    expect(judgeMatch({ probe: known(one), reference: at(0.9), ...limits }).verdict).toBe('match');
  });
  it('never yields a match without a finite similarity at or above the threshold', () => {
    const number = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 0));
    const vector = fc.array(number, { maxLength: 6 });
    fc.assert(
      fc.property(
        vector,
        vector,
        fc.boolean(),
        fc.boolean(),
        number,
        number,
        fc.option(number, { nil: undefined }),
        (a, b, absent, sameModel, threshold, reviewThreshold, agreement) => {
          const probe = { ...template(a), ...(agreement === undefined ? {} : { agreement }) };
          const judgement = judgeMatch({
            probe: absent ? unknownFact('face_not_found') : known(probe),
            reference: template(b, sameModel ? 'm' : 'n'),
            threshold,
            reviewThreshold,
          });
          if (judgement.verdict !== 'match') return;
          expect(absent).toBe(false);
          expect(sameModel).toBe(true);
          expect(agreement === undefined || agreement >= frameAgreement).toBe(true);
          expect(judgement.similarity).not.toBeNull();
          expect(judgement.similarity!).toBeGreaterThanOrEqual(threshold);
        },
      ),
    );
  });
});
