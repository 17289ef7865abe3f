import { describe, expect, it } from 'vitest';
import { known, type FlashResponse } from '../../contract/facts.ts';
import { castFlashBallot } from './flash-ballot.ts';

const head: FlashResponse = {
  correlation: 0.95,
  orderMargin: 0.1,
  colourMargin: 0.02,
  delayMs: 100,
  signalToNoise: 20,
  depthRatio: 6,
  shading: 0.2,
  relief: { across: 0.3, down: 0.2, glow: 0, cells: 52 },
  framesUsed: 20,
  source: 'frames',
};
const cast = (change: Partial<FlashResponse>) => {
  const { passed, reason } = castFlashBallot(known({ ...head, ...change }), { depth: true });
  return `${passed ?? 'absent'} ${reason}`;
};
const relief = (change: Partial<NonNullable<FlashResponse['relief']>>) => ({ relief: { ...head.relief!, ...change } });

describe('the flash voter', () => {
  it('takes a head, by the difference of its parts or by its fall-off both ways', () => {
    expect(cast({})).toBe('true within_limits');
    expect(cast({ ...relief({ across: 0, down: 0 }) })).toBe('true within_limits');
    expect(cast({ shading: 0.04 })).toBe('true within_limits');
  });

  it('refuses what answers like paper, flat or bent one way', () => {
    expect(cast({ depthRatio: 1.0 })).toBe('false flash_flat');
    expect(cast({ shading: 0.04, ...relief({ across: 0.02, down: 0 }) })).toBe('false flash_flat');
    expect(cast({ shading: 0.04, ...relief({ across: 0.4, down: 0.03 }) })).toBe('false flash_flat');
  });

  it('refuses what shines by itself, however uneven it answers', () => {
    expect(cast(relief({ glow: 0.95 }))).toBe('false flash_display');
    expect(cast(relief({ glow: Number.NaN }))).toBe('false flash_display');
  });

  it('has no opinion of frames whose shape was not measured, and none of depth without frames', () => {
    const { relief: _relief, ...without } = head;
    expect(castFlashBallot(known(without), { depth: true })).toMatchObject({ passed: null, reason: 'not_measured' });
    expect(cast({ shading: null })).toBe('absent not_measured');
    const samples: FlashResponse = { ...without, depthRatio: null, shading: null, source: 'samples' };
    expect(castFlashBallot(known(samples), { depth: true })).toMatchObject({
      passed: null,
      reason: 'flash_shape_unseen',
    });
    // A card has no shape to show.
    expect(castFlashBallot(known(samples), { depth: false }).passed).toBe(true);
    expect(castFlashBallot(known({ ...samples, depthRatio: 1 }), { depth: true })).toMatchObject({
      passed: false,
      reason: 'flash_flat',
    });
    expect(castFlashBallot(known({ ...samples, orderMargin: 0.001 }), { depth: true }).passed).toBe(false);
    expect(castFlashBallot(known({ ...samples, colourMargin: -0.05 }), { depth: true }).passed).toBe(false);
  });

  it('asks a fair fit for more of a lead than a very good one', () => {
    expect(cast({ correlation: 0.94, orderMargin: 0.02 })).toBe('true within_limits');
    expect(cast({ correlation: 0.9, orderMargin: 0.02 })).toBe('false flash_wrong');
  });
});
