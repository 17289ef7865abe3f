import { describe, expect, it } from 'vitest';
import type { Point } from '../../contract/facts.ts';
import type { RgbImage } from '../image/image.ts';
import { findCards } from './find-card.ts';
import { drawCard, drawGround, placeCard } from './testing/draw-card.ts';
import {
  aspectOf,
  convexHull,
  fitQuad,
  id1Aspect,
  landscape,
  polygonArea,
  quarterTurns,
  tiltOf,
  type Quad,
} from './quad.ts';

const card = drawCard();

/** Largest distance of a found corner from the nearest true one, px. */
function cornerError(found: Quad, truth: readonly Point[]): number {
  return Math.max(...found.map((p) => Math.min(...truth.map((q) => Math.hypot(p.x - q.x, p.y - q.y)))));
}

async function search(frame: RgbImage) {
  const { candidates, count } = await findCards(frame);
  return { best: candidates[0], count };
}

describe('findCards', () => {
  it.each([0, 7, 30, 90, -20, 180, 260])('finds a card turned by %d degrees to within 6 px', async (angle) => {
    const { frame, corners } = placeCard(drawGround(1280, 960), card, {
      centre: { x: 640, y: 480 },
      width: 700,
      angle,
    });
    const { best, count } = await search(frame);
    expect(cornerError(best!.quad, corners)).toBeLessThan(6);
    expect(best!.confidence).toBeGreaterThan(0.8);
    expect(count).toBe(1);
  });

  it('finds a card seen at an angle', async () => {
    const corners: Quad = [
      { x: 240, y: 180 },
      { x: 1010, y: 130 },
      { x: 1060, y: 640 },
      { x: 190, y: 600 },
    ];
    const { frame } = placeCard(drawGround(1280, 800), card, { corners });
    const { best } = await search(frame);
    expect(cornerError(best!.quad, corners)).toBeLessThan(8);
  });

  it('parts a card from white paper that touches it, on a ground as blue as itself', async () => {
    const folder = drawGround(1280, 960);
    for (let i = 0; i < folder.data.length; i += 3) folder.data.set([52, 84, 140], i);
    for (let y = 600; y < 960; y += 1) folder.data.fill(238, (y * 1280 + 400) * 3, (y * 1280 + 900) * 3);
    const { frame, corners } = placeCard(folder, card, { centre: { x: 640, y: 400 }, width: 760, angle: 2 });
    const { best } = await search(frame);
    expect(cornerError(best!.quad, corners)).toBeLessThan(12);
  });

  it('counts two cards', async () => {
    const first = placeCard(drawGround(1600, 1200), card, { centre: { x: 430, y: 350 }, width: 640, angle: 4 });
    const { frame } = placeCard(first.frame, card, { centre: { x: 1150, y: 850 }, width: 640, angle: -3 });
    expect((await search(frame)).count).toBe(2);
  });

  it('takes a scan of card shape as the card itself', async () => {
    const { best } = await search(card);
    expect(best).toMatchObject({ wholeFrame: true, coverage: 1 });
  });

  it('finds nothing on a bare desk, in one flat tone, or in a few pixels', async () => {
    expect(await search(drawGround(1280, 720))).toEqual({ best: undefined, count: 0 });
    const flat = (value: number) => ({ width: 1600, height: 1009, data: new Uint8Array(1600 * 1009 * 3).fill(value) });
    expect(await search(flat(0))).toEqual({ best: undefined, count: 0 });
    expect(await search(flat(255))).toEqual({ best: undefined, count: 0 });
    expect(await search({ width: 1, height: 1, data: new Uint8Array(3) })).toEqual({ best: undefined, count: 0 });
  });
});

describe('quadrilaterals', () => {
  const square: Quad = [
    { x: 0, y: 0 },
    { x: 4, y: 0 },
    { x: 4, y: 4 },
    { x: 0, y: 4 },
  ];

  it('knows hull, area and tilt', () => {
    expect(convexHull([...square, { x: 2, y: 2 }])).toHaveLength(4);
    expect(polygonArea(square)).toBe(16);
    expect(tiltOf(square)).toBe(1);
    expect(fitQuad([{ x: 1, y: 1 }])).toBeNull();
  });

  it('starts at the long side that points right', () => {
    const upright: Quad = [
      { x: 100, y: 0 },
      { x: 100, y: 160 },
      { x: 0, y: 160 },
      { x: 0, y: 0 },
    ];
    expect(quarterTurns(landscape(upright))).toBe(90);
    expect(aspectOf(upright)).toBeCloseTo(1.6);
    expect(id1Aspect).toBeCloseTo(1.586, 3);
  });
});
