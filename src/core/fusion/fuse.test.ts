import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absentBallot, assuranceOf, ballotReasons, castBallot, fuse, livenessVerdictOf, type Ballot } from './fuse.ts';

const policy = { required: 2, mandatory: ['a'] };
const good = (name: string, weight = 1): Ballot =>
  castBallot({ name, value: 1, threshold: 0.5, direction: 'at_least', weight, failReason: 'out_of_limits' });
const bad = (name: string, strongAt?: number): Ballot =>
  castBallot({
    name,
    value: 0.2,
    threshold: 0.5,
    direction: 'at_least',
    weight: 1,
    failReason: 'out_of_limits',
    strongAt,
  });

describe('castBallot', () => {
  it('passes on the threshold in both directions', () => {
    const input = { name: 'a', value: 0.5, threshold: 0.5, weight: 1, failReason: 'out_of_limits' } as const;
    expect(castBallot({ ...input, direction: 'at_least' }).passed).toBe(true);
    expect(castBallot({ ...input, direction: 'at_most' }).passed).toBe(true);
  });
  it('treats NaN, null and infinite as no data', () => {
    for (const value of [Number.NaN, null, undefined, Number.POSITIVE_INFINITY]) {
      const ballot = castBallot({
        name: 'a',
        value,
        threshold: 0,
        direction: 'at_least',
        weight: 1,
        failReason: 'out_of_limits',
      });
      expect(ballot.passed).toBeNull();
      expect(ballot.reason).toBe('not_measured');
    }
  });
  it('treats a broken threshold as no data', () => {
    const ballot = castBallot({
      name: 'a',
      value: 1,
      threshold: Number.NaN,
      direction: 'at_most',
      weight: 1,
      failReason: 'out_of_limits',
    });
    expect(ballot.passed).toBeNull();
  });
  it('says so when it was never validated', () => {
    expect(good('a', 0).reason).toBe('voter_not_validated');
  });
});

describe('fuse', () => {
  it('passes when mandatory and enough voters pass', () => {
    expect(fuse([good('a'), good('b')], policy).outcome).toBe('pass');
  });
  it('does not count a voter of weight 0', () => {
    const fused = fuse([good('a'), good('b', 0)], policy);
    expect(fused.outcome).toBe('unclear');
    expect(fused.passed).toBe(1);
    expect(fuse([good('a', 0), good('b'), good('c')], policy).outcome).toBe('unclear');
  });
  it('is unclear when a mandatory voter is absent, missing from the list, or fails weakly', () => {
    expect(fuse([absentBallot('a', 1, 'not_measured'), good('b'), good('c')], policy).outcome).toBe('unclear');
    expect(fuse([good('b'), good('c')], policy).outcome).toBe('unclear');
    expect(fuse([bad('a'), good('b'), good('c')], policy).outcome).toBe('unclear');
  });
  it('fails when a mandatory voter fails strongly, not when another one does', () => {
    expect(fuse([bad('a', 0.3), good('b'), good('c')], policy).outcome).toBe('fail');
    expect(fuse([good('a'), good('b'), bad('c', 0.3)], policy).outcome).toBe('pass');
  });
  it('counts an absent voter in the score, an unvalidated one not', () => {
    expect(fuse([good('a'), absentBallot('b', 1, 'not_measured')], policy).score).toBe(50);
    expect(fuse([good('a'), good('b', 0)], policy).score).toBe(100);
  });
  it('never passes without voters or with a policy of zero', () => {
    expect(fuse([], { required: 0, mandatory: [] }).outcome).toBe('unclear');
    expect(fuse([bad('b')], { required: Number.NaN, mandatory: [] }).outcome).toBe('unclear');
  });
  it('explains every counted voter that did not pass', () => {
    expect(ballotReasons([good('a'), bad('b'), absentBallot('c', 0, 'too_short')])).toEqual([
      { code: 'out_of_limits', gate: 'b', value: 0.2, threshold: 0.5 },
    ]);
  });
  it('never passes while a mandatory voter has not passed', () => {
    const ballot = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd'),
      value: fc.option(fc.double({ min: -1, max: 2 })),
      weight: fc.constantFrom(0, 0.5, 1),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(ballot, { selector: (one) => one.name }),
        fc.integer({ min: 0, max: 6 }),
        (inputs, required) => {
          const ballots = inputs.map((one) =>
            castBallot({ ...one, threshold: 0.5, direction: 'at_least', failReason: 'out_of_limits', strongAt: 0.1 }),
          );
          const fused = fuse(ballots, { required, mandatory: ['a'] });
          const mandatory = ballots.find((one) => one.name === 'a');
          if (fused.outcome === 'pass') {
            expect(mandatory?.passed).toBe(true);
            expect(fused.passed).toBeGreaterThanOrEqual(Math.max(1, required));
          }
          expect(fused.score).toBeGreaterThanOrEqual(0);
          expect(fused.score).toBeLessThanOrEqual(100);
        },
      ),
    );
  });
});

describe('assuranceOf', () => {
  it('is high only for a positive verdict with flash and four passes', () => {
    const four = fuse([good('flash_reflectance'), good('b'), good('c'), good('d')], { required: 4, mandatory: [] });
    expect(assuranceOf(four, true)).toBe('high');
    expect(assuranceOf(four, false)).toBe('low');
    const three = fuse([good('a'), good('b'), good('c'), good('d')], { required: 4, mandatory: [] });
    expect(assuranceOf(three, true)).toBe('standard');
  });
  it('maps outcomes to verdicts', () => {
    expect((['pass', 'fail', 'unclear'] as const).map(livenessVerdictOf)).toEqual(['live', 'spoof', 'unclear']);
  });
});
