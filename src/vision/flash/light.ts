/** Mean linear light of picture regions: what the flash measurement works on. */
import { linearFromSrgb } from '../../core/flash/colour.ts';
import type { Box, DetectedFace, FlashSample, Point } from '../../contract/facts.ts';
import type { RgbImage } from '../image/image.ts';

/** Linear light 0–1 of a region at a moment. */
export interface LightSample {
  /** ms on the challenge clock */
  readonly tMs: number;
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

type Light = readonly [r: number, g: number, b: number];

const linear = Float64Array.from({ length: 256 }, (_, value) => linearFromSrgb(value));
/** Enough pixels to average sensor noise away; more only costs time. */
const samplesWanted = 4_000;

/** Mean linear light of a box, clamped to the picture; null when nothing of it lies inside. */
export function meanLight(image: RgbImage, box: Box, samples = samplesWanted): Light | null {
  const left = Math.max(0, Math.round(box.x));
  const top = Math.max(0, Math.round(box.y));
  const right = Math.min(image.width, Math.round(box.x + box.width));
  const bottom = Math.min(image.height, Math.round(box.y + box.height));
  const area = (right - left) * (bottom - top);
  if (!(right > left) || !(bottom > top)) return null;
  const step = Math.max(1, Math.floor(Math.sqrt(area / samples)));
  let r = 0;
  let g = 0;
  let b = 0;
  let count = 0;
  for (let y = top; y < bottom; y += step) {
    for (let x = left; x < right; x += step) {
      const i = (y * image.width + x) * 3;
      r += linear[image.data[i]!]!;
      g += linear[image.data[i + 1]!]!;
      b += linear[image.data[i + 2]!]!;
      count += 1;
    }
  }
  return [r / count, g / count, b / count];
}

export const faceRegionNames = ['forehead', 'left_cheek', 'right_cheek', 'nose'] as const;
export type FaceRegionName = (typeof faceRegionNames)[number];

/** Skin regions of a face, placed by its landmarks; upright boxes, px. */
export function faceRegions(face: DetectedFace): Readonly<Record<FaceRegionName, Box>> {
  const [leftEye, rightEye, nose, leftMouth, rightMouth] = face.landmarks;
  const eyes = Math.hypot(rightEye.x - leftEye.x, rightEye.y - leftEye.y);
  const mid: Point = { x: (leftEye.x + rightEye.x) / 2, y: (leftEye.y + rightEye.y) / 2 };
  const mouth: Point = { x: (leftMouth.x + rightMouth.x) / 2, y: (leftMouth.y + rightMouth.y) / 2 };
  const cheek = (eye: Point, corner: Point): Point => ({
    x: eye.x + 0.5 * (corner.x - eye.x),
    y: eye.y + 0.55 * (corner.y - eye.y),
  });
  return {
    forehead: around(
      { x: mid.x - 0.5 * (mouth.x - mid.x), y: mid.y - 0.5 * (mouth.y - mid.y) },
      0.7 * eyes,
      0.3 * eyes,
    ),
    left_cheek: around(cheek(leftEye, leftMouth), 0.32 * eyes, 0.32 * eyes),
    right_cheek: around(cheek(rightEye, rightMouth), 0.32 * eyes, 0.32 * eyes),
    nose: around({ x: (nose.x * 2 + mid.x) / 3, y: (nose.y * 2 + mid.y) / 3 }, 0.25 * eyes, 0.25 * eyes),
  };
}

function around(centre: Point, width: number, height: number): Box {
  return { x: centre.x - width / 2, y: centre.y - height / 2, width, height };
}

/** Coarse map of the light in a whole frame, so that the background can be chosen once all faces are known. */
export interface LightGrid {
  readonly columns: number;
  readonly rows: number;
  /** Frame size the grid stands for, px. */
  readonly width: number;
  readonly height: number;
  readonly cells: readonly Light[];
}

const gridColumns = 16;
const gridRows = 12;
/** A background is many cells, so each may be coarse. */
const samplesPerCell = 120;

export function lightGrid(image: RgbImage): LightGrid {
  const cells: Light[] = [];
  const width = image.width / gridColumns;
  const height = image.height / gridRows;
  for (let row = 0; row < gridRows; row += 1) {
    for (let column = 0; column < gridColumns; column += 1) {
      const box = { x: column * width, y: row * height, width, height };
      cells.push(meanLight(image, box, samplesPerCell) ?? [0, 0, 0]);
    }
  }
  return { columns: gridColumns, rows: gridRows, width: image.width, height: image.height, cells };
}

/** Fewer background cells than this (3 %) say nothing. */
const fewestCells = 6;

/**
 * Mean light of what is behind the person: cells above the shoulders and clear of every face box (one and a half
 * widths about its centre). Null when the face fills the picture. The same cells for all frames, so that head motion
 * does not look like light.
 */
export function backgroundLight(grids: readonly LightGrid[], faces: readonly Box[]): readonly Light[] | null {
  const first = grids[0];
  if (first === undefined || faces.length === 0) return null;
  if (grids.some((grid) => grid.width !== first.width || grid.height !== first.height)) return null;
  const left = Math.min(...faces.map((box) => box.x - box.width * 0.5));
  const right = Math.max(...faces.map((box) => box.x + box.width * 1.5));
  const top = Math.min(...faces.map((box) => box.y - box.height * 0.5));
  const chin = Math.max(...faces.map((box) => box.y + box.height * 0.9));
  const chosen: number[] = [];
  first.cells.forEach((_, index) => {
    const x = (((index % first.columns) + 0.5) / first.columns) * first.width;
    const y = ((Math.floor(index / first.columns) + 0.5) / first.rows) * first.height;
    if (y < chin && (x < left || x > right || y < top)) chosen.push(index);
  });
  if (chosen.length < fewestCells) return null;
  return grids.map((grid) => {
    const sum = [0, 0, 0];
    for (const index of chosen) grid.cells[index]!.forEach((value, channel) => (sum[channel]! += value));
    return [sum[0]! / chosen.length, sum[1]! / chosen.length, sum[2]! / chosen.length] as const;
  });
}

/** Client-side region means (sRGB 0–255) as linear light. */
export function lightFromSamples(samples: readonly FlashSample[]): LightSample[] {
  return samples.map(({ tMs, meanR, meanG, meanB }) => ({
    tMs,
    r: linearFromSrgb(meanR),
    g: linearFromSrgb(meanG),
    b: linearFromSrgb(meanB),
  }));
}

/** The background's means of client samples; null unless every sample has them. */
export function backgroundFromSamples(samples: readonly FlashSample[]): LightSample[] | null {
  const light: LightSample[] = [];
  for (const { tMs, backR, backG, backB } of samples) {
    if (backR === undefined || backG === undefined || backB === undefined) return null;
    light.push({ tMs, r: linearFromSrgb(backR), g: linearFromSrgb(backG), b: linearFromSrgb(backB) });
  }
  return light;
}
