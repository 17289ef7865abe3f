/**
 * Which frame of one card each of its parts is read from. A reflection moves when the card or the light does, the print
 * does not: what one frame has lost another still shows. Pure; boxes are shares of the straightened card.
 */
import type { Box } from '../../contract/facts.ts';
import { rowLabels } from './labels.ts';

export interface CardRegion {
  readonly name: string;
  readonly box: Box;
}

/** Rows as printed (top of the first one and distance, shares of the height); the portrait's column holds no field. */
const firstRow = 0.268;
const rowPitch = 0.0533;
const textRight = 0.735;
/** Every part of the card that holds a field, top to bottom, without gaps. */
export const cardRegions: readonly CardRegion[] = [
  { name: 'header', box: { x: 0, y: 0.02, width: 1, height: 0.148 } },
  { name: 'nik', box: { x: 0, y: 0.168, width: 1, height: firstRow - 0.168 } },
  ...rowLabels.map((name, index) => ({
    name,
    box: {
      x: 0,
      y: firstRow + index * rowPitch,
      width: textRight,
      // The last row may stand a little lower.
      height: index === rowLabels.length - 1 ? rowPitch * 1.5 : rowPitch,
    },
  })),
];

/** One small piece of a region in one frame. */
export interface CellLook {
  /** Variance of the Laplacian: print has much, glare and blur little. */
  readonly detail: number;
  /** Share of pixels brighter than the card's own paper, 0–1. */
  readonly glare: number;
}

export interface RegionChoice {
  readonly region: string;
  /** Position among the frames that were given. */
  readonly frame: number;
}

/** Starting points: a cell counts as lost with this share of glare, or with less than this share of the best detail. */
export const regionLimits = { glare: 0.15, detailShare: 0.3, printDetail: 120 } as const;

/** True when a frame shows a reflection on any part that holds a field: another frame may show more. */
export function hasReflection(regions: readonly (readonly CellLook[])[]): boolean {
  return regions.some((cells) => cells.some((cell) => cell.glare > regionLimits.glare));
}

/**
 * The best frame per region. The first frame is the one that was read; it keeps a region unless another frame shows
 * more of it. Numbers that are none count as lost.
 * @param frames per frame, per region of `cardRegions` (any order, the same for all), the cells from left to right
 */
export function chooseRegions(frames: readonly (readonly (readonly CellLook[])[])[]): readonly RegionChoice[] {
  return cardRegions.map(({ name }, region) => {
    const looks = frames.map((frame) => frame[region] ?? []);
    const lost = looks.map((cells) => lostCells(cells, looks));
    let frame = 0;
    for (let other = 1; other < looks.length; other += 1) {
      const fewer = lost[other]! < lost[frame]!;
      const sharper = lost[other] === lost[frame] && frame !== 0 && detailOf(looks[other]!) > detailOf(looks[frame]!);
      if (looks[other]!.length > 0 && (fewer || sharper)) frame = other;
    }
    return { region: name, frame };
  });
}

function lostCells(cells: readonly CellLook[], all: readonly (readonly CellLook[])[]): number {
  if (cells.length === 0) return Infinity;
  return cells.filter((cell, index) => {
    const best = Math.max(...all.map((other) => finite(other[index]?.detail)));
    // Blank in every frame: nothing to lose there, glare or not.
    if (best < regionLimits.printDetail) return false;
    return !(cell.glare <= regionLimits.glare) || !(cell.detail >= best * regionLimits.detailShare);
  }).length;
}

function detailOf(cells: readonly CellLook[]): number {
  return cells.reduce((sum, cell) => sum + finite(cell.detail), 0);
}

function finite(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : 0;
}
