/** A card on a screen, photographed: the panel's stripes beat against the sensor's grid, as they do in life. */
import type { RgbImage } from '../../../src/vision/image/rgb-image.ts';
import { addNoise, compress, throughLens } from './camera.ts';
import type { Draw } from './draw.ts';
import { cardAt } from './generate.ts';
import { frameToCard, projectCard, toCard, type Corners, type RgbaImage } from './projection.ts';
import type { Recipe } from './severity.ts';

/** Share of the screen's picture that the card fills. */
const zoom = { width: 0.86, height: 0.8 };

/**
 * Every frame pixel is the mean of nine rays. A ray meets one of three colour stripes of a panel pixel, with a dark gap
 * between pixels; the panel shines of its own and stands in a dark bezel.
 */
export async function recapture(png: Buffer, recipe: Recipe, draw: Draw): Promise<Uint8Array> {
  const shown = await cardAt(png, draw.between(760, 1200));
  const panel = {
    width: Math.round(shown.width / zoom.width),
    height: Math.round(shown.height / zoom.height),
    background: draw.pick([18, 32, 245]),
  };
  const screen = projectCard(recipe.cardWidth / zoom.width, recipe.turn, recipe.tiltX, recipe.tiltY);
  const xs = screen.map((point) => point.x);
  const ys = screen.map((point) => point.y);
  const margin = recipe.cardWidth * 0.12;
  const width = Math.round(Math.max(...xs) - Math.min(...xs) + 2 * margin);
  const height = Math.round(Math.max(...ys) - Math.min(...ys) + 2 * margin);
  // The projection has the aspect of a card; a screen picture of nearly that shape is near enough.
  const corners = screen.map(({ x, y }) => ({
    x: x - Math.min(...xs) + margin,
    y: y - Math.min(...ys) + margin,
  })) as unknown as Corners;
  const frame: RgbImage = { width, height, data: new Uint8Array(width * height * 3) };
  drawPanel(frame, corners, shown, panel, draw);
  const seen = await throughLens(frame, { ...recipe, blur: Math.min(recipe.blur, 0.5) });
  addNoise(seen, recipe.noise, draw);
  return compress(seen, recipe.jpeg);
}

function drawPanel(
  frame: RgbImage,
  corners: Corners,
  shown: RgbaImage,
  panel: { width: number; height: number; background: number },
  draw: Draw,
): void {
  const h = frameToCard(corners);
  const gap = draw.between(0.55, 0.85);
  const stripes = draw.between(0.45, 0.9);
  const brightness = draw.between(0.9, 1.15);
  const bezel = draw.between(8, 26);
  for (let y = 0; y < frame.height; y += 1) {
    for (let x = 0; x < frame.width; x += 1) {
      const sum = [0, 0, 0];
      for (let ray = 0; ray < 9; ray += 1) {
        const [u, v] = toCard(h, x + ((ray % 3) + 0.5) / 3, y + (Math.floor(ray / 3) + 0.5) / 3);
        if (u < 0 || v < 0 || u >= 1 || v >= 1) {
          for (let c = 0; c < 3; c += 1) sum[c]! += u < -0.06 || v < -0.08 || u > 1.06 || v > 1.08 ? 60 : bezel;
          continue;
        }
        const px = u * panel.width;
        const py = v * panel.height;
        const stripe = Math.floor((px - Math.floor(px)) * 3);
        const dark = py - Math.floor(py) > 0.82 ? gap : 1;
        for (let c = 0; c < 3; c += 1) {
          const mask = (c === stripe ? 1 + 2 * stripes : 1 - stripes) * dark;
          sum[c]! += pixelOf(shown, panel, px, py, c) * mask * brightness;
        }
      }
      const k = (y * frame.width + x) * 3;
      frame.data[k] = Math.min(255, sum[0]! / 9);
      frame.data[k + 1] = Math.min(255, sum[1]! / 9);
      frame.data[k + 2] = Math.min(255, (sum[2]! / 9) * 1.04);
    }
  }
}

function pixelOf(
  shown: RgbaImage,
  panel: { width: number; height: number; background: number },
  x: number,
  y: number,
  c: number,
): number {
  const sx = Math.floor(x) - Math.floor((panel.width - shown.width) / 2);
  const sy = Math.floor(y) - Math.floor((panel.height - shown.height) / 2);
  if (sx < 0 || sy < 0 || sx >= shown.width || sy >= shown.height) return panel.background;
  const k = (sy * shown.width + sx) * 4;
  const alpha = shown.data[k + 3]! / 255;
  return shown.data[k + c]! * alpha + panel.background * (1 - alpha);
}
