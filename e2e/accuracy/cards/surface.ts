/** What age and plastic do to the card before anybody photographs it. */
import { fractalNoise } from '../../../src/desk/simulator/noise.ts';
import type { Draw } from './draw.ts';
import type { RgbaImage } from './projection.ts';

/**
 * Worn print: in patches, dark ink comes off down to the pale paper (`wear` = share of it lost in the worst places), and a
 * few scratches cross the card.
 */
export function wearCard(card: RgbaImage, wear: number, draw: Draw): void {
  if (wear <= 0) return;
  const { width, height, data } = card;
  const seed = draw.int(1, 60_000);
  const paper = [198, 224, 238] as const;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const patch = fractalNoise((x / width) * 9, (y / width) * 9, seed, 2) + 0.55;
      const grit = fractalNoise((x / width) * 240, (y / width) * 240, seed + 9, 2) + 0.5;
      const lost = wear * Math.max(0, Math.min(1, patch)) * (0.55 + 0.45 * Math.max(0, Math.min(1, grit)));
      const k = (y * width + x) * 4;
      for (let c = 0; c < 3; c += 1) data[k + c] = data[k + c]! + (paper[c]! - data[k + c]!) * lost;
    }
  }
  for (let n = 0; n < 4 + wear * 14; n += 1) scratch(card, draw, wear);
}

function scratch({ width, height, data }: RgbaImage, draw: Draw, wear: number): void {
  let x = draw.between(0, width);
  let y = draw.between(0, height);
  const angle = draw.between(0, Math.PI * 2);
  const length = draw.between(0.05, 0.4) * width;
  const white = draw.chance(0.7) ? 240 : 90;
  for (let step = 0; step < length; step += 1) {
    x += Math.cos(angle);
    y += Math.sin(angle) + draw.between(-0.3, 0.3);
    const cx = Math.round(x);
    const cy = Math.round(y);
    if (cx < 0 || cy < 0 || cx >= width || cy >= height) return;
    const k = (cy * width + cx) * 4;
    for (let c = 0; c < 3; c += 1) data[k + c] = data[k + c]! + (white - data[k + c]!) * (0.25 + wear * 0.5);
  }
}

/** Laminate: a milky veil (`haze` of the contrast lost), streaks of reflected light, a few bubbles. */
export function laminateCard(card: RgbaImage, haze: number, draw: Draw): void {
  if (haze <= 0) return;
  const { width, height, data } = card;
  const seed = draw.int(1, 60_000);
  const angle = draw.between(0.3, 1.2) * draw.sign();
  const bubbles = Array.from({ length: draw.int(2, 6) }, () => ({
    x: draw.between(0, width),
    y: draw.between(0, height),
    radius: draw.between(0.004, 0.014) * width,
  }));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const across = (x * Math.cos(angle) + y * Math.sin(angle)) / width;
      const streak = Math.max(0, fractalNoise(across * 7, 1, seed, 2) - 0.15) * 0.9;
      const rim = bubbles.some((bubble) => Math.abs(Math.hypot(x - bubble.x, y - bubble.y) - bubble.radius) < 1.2)
        ? 0.35
        : 0;
      const veil = Math.min(0.9, haze * (0.8 + streak) + rim * haze * 2);
      const k = (y * width + x) * 4;
      for (let c = 0; c < 3; c += 1) data[k + c] = data[k + c]! * (1 - veil) + 226 * veil;
    }
  }
}
