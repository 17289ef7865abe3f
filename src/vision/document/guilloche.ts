/** The ground of the card: fine lines in a tone of the paper's own blue, printed everywhere where nothing else is. */
import { crop, shrinkByBlocks, type RgbImage } from '../image/image.ts';

export interface Guilloche {
  /** Contrast of the lines: standard deviation of brightness around its surroundings, over the mean. */
  readonly contrast: number;
  /** How far their colour follows: correlation of blueness and brightness around their surroundings, −1 to 1. */
  readonly hue: number;
}

/** Bare paper on every layout: right of the values, left of the portrait and below it. */
const bare = { x: 0.47, y: 0.4, width: 0.25, height: 0.55 } as const;
/** Widths compared, px at 800 px card width: a line and what surrounds it. */
const wide = 6;

/** Measures a straightened card of any size; null where it is too small to show lines. */
export function guilloche(card: RgbImage): Guilloche | null {
  if (card.width < 480) return null;
  const part = crop(card, {
    x: bare.x * card.width,
    y: bare.y * card.height,
    width: bare.width * card.width,
    height: bare.height * card.height,
  });
  const lines = shrinkByBlocks(part, Math.max(1, Math.round(card.width / 500)));
  const luma: number[] = [];
  const blue: number[] = [];
  for (let k = 0; k < lines.data.length; k += 3) {
    const [r, g, b] = [lines.data[k]!, lines.data[k + 1]!, lines.data[k + 2]!];
    luma.push((r + g + b) / 3);
    blue.push((b - r) / Math.max(1, r + g + b));
  }
  const l = withoutGround(luma, lines.width, lines.height);
  const c = withoutGround(blue, lines.width, lines.height);
  // Print that reaches in is far darker than any line of the ground.
  const kept = l.flatMap((value, i) => (Number.isNaN(value) || value < -30 ? [] : [i]));
  if (kept.length < 400) return null;
  const mean = luma.reduce((sum, value) => sum + value, 0) / luma.length;
  const dev = (values: readonly number[]) => Math.sqrt(kept.reduce((sum, i) => sum + values[i]! ** 2, 0) / kept.length);
  const both = kept.reduce((sum, i) => sum + l[i]! * c[i]!, 0) / kept.length;
  return { contrast: dev(l) / Math.max(1, mean), hue: both / Math.max(1e-9, dev(l) * dev(c)) };
}

/** Each value less the mean of the square around it; NaN at the rim. */
function withoutGround(values: readonly number[], width: number, height: number): number[] {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1) {
      row += values[y * width + x]!;
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1]! + row;
    }
  }
  return values.map((value, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (x < wide || y < wide || x >= width - wide || y >= height - wide) return NaN;
    const at = (px: number, py: number) => sums[py * (width + 1) + px]!;
    const total =
      at(x + wide + 1, y + wide + 1) - at(x - wide, y + wide + 1) - at(x + wide + 1, y - wide) + at(x - wide, y - wide);
    return value - total / (2 * wide + 1) ** 2;
  });
}
