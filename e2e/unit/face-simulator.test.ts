/**
 * One drawn person in the physical simulator, and attacks on him: held before an honest desk's own camera under the
 * challenge of the moment, or fed past it. Counts with intervals are the harness's (`npm run accuracy:face`).
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReasonCode } from '../../src/contract/reasons.ts';
import type { Vision } from '../../src/contract/vision.ts';
import { missingEvaluationData } from '../../src/vision/face/testing/evaluation-data.ts';
import type { AttackSpecies } from '../accuracy/face/attacks.ts';
import { runSession } from '../accuracy/face/sessions.ts';
import { openAccuracyVision } from '../accuracy/open-vision.ts';

const missing = missingEvaluationData();
/** No limit was set on this person. */
const [person, seed] = [101, 5];

/** What the light gives away: another answer than was asked for, or none; that of paper; that of a display. */
const givenAway = [
  ['earlier session', 'flash_wrong'],
  ['still file', 'flash_wrong'],
  ['clean file', 'flash_wrong'],
  ['flat print', 'flash_flat'],
  ['phone replay', 'flash_display'],
] as const satisfies readonly (readonly [AttackSpecies, ReasonCode])[];

describe.skipIf(missing !== null)(`the light challenge${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let vision: Vision;
  beforeAll(async () => {
    vision = await openAccuracyVision();
  });
  afterAll(() => vision.close());

  const flashOf = async (species: AttackSpecies | 'genuine') => {
    const { judgement } = await runSession(vision, species, person, seed);
    const voter = judgement.voters.find(({ name }) => name === 'flash_reflectance');
    return { fused: judgement.fused, passed: voter?.passed, reason: voter?.reason };
  };

  it('takes the person who answers it', { timeout: 240_000 }, async () => {
    expect(await flashOf('genuine')).toMatchObject({ fused: 'live', passed: true, reason: 'within_limits' });
  });

  it.each(givenAway)('does not take: %s, and says why', { timeout: 240_000 }, async (species, expected) => {
    const { fused, passed, reason } = await flashOf(species);
    expect(fused).not.toBe('live');
    expect(passed).not.toBe(true);
    expect(reason).toBe(expected);
  });
});
