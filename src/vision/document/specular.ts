/** Light that moves over the card from frame to frame: laminate, hologram and gloss answer, paper and screens hardly. */
import type { RgbImage } from '../image/image.ts';
import { quadPoint } from '../image/geometry.ts';
import type { Quad } from './quad.ts';

const columns = 20;
const rows = 12;
const fewestFrames = 3;

/**
 * 98th percentile over the card's places of how far the place's share of the card's light moves between frames; the colour
 * and strength of the flash cancel. Null with fewer than three frames. The card must lie still (`quad` in frame px).
 */
export function specularShift(
  frames: readonly { readonly small: RgbImage | null; readonly factor: number }[],
  quad: Quad,
): number | null {
  const maps = frames.flatMap(({ small, factor }) => (small === null ? [] : [lightMap(small, factor, quad)]));
  if (maps.length < fewestFrames) return null;
  const moves = Array.from({ length: columns * rows }, (_, i) => {
    const values = maps.map((map) => map[i]!);
    return Math.max(...values) - Math.min(...values);
  });
  return moves.sort((p, q) => p - q)[Math.floor(moves.length * 0.98)]!;
}

/** Green over the mean green of the card, by place; green answers every colour of the flash a little. */
function lightMap({ width, height, data }: RgbImage, factor: number, quad: Quad): number[] {
  const values: number[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const { x, y } = quadPoint(quad, (column + 0.5) / columns, (row + 0.5) / rows);
      const cx = Math.max(1, Math.min(width - 2, Math.round(x / factor)));
      const cy = Math.max(1, Math.min(height - 2, Math.round(y / factor)));
      let sum = 0;
      for (let dy = -1; dy <= 1; dy += 1) {
        for (let dx = -1; dx <= 1; dx += 1) sum += data[((cy + dy) * width + cx + dx) * 3 + 1]!;
      }
      values.push(sum / 9);
    }
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value / Math.max(1, mean));
}
