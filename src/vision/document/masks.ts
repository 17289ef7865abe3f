/** Which pixels of a small frame may belong to a card: several views, since no single one holds on every desk. */
import { toGrey, type RgbImage } from '../image/image.ts';

/** 1 = may be card. */
export type Mask = Uint8Array;

/**
 * All views of a frame. Intersections come last: the things that touch a card look like it in one view (white paper is
 * as bright, a blue folder as blue), seldom in two.
 */
export function cardMasks(image: RgbImage): Mask[] {
  const grey = toGrey(image);
  const blue = channelDifference(image);
  const bluish = otsu(blue);
  const bright = above(grey, otsu(grey));
  // Once more among the bluer half: a warm desk, white paper and a blue card are three classes, not two.
  const bluest = above(blue, otsu(blue.filter((value) => value > bluish)));
  const other = otherThanBorder(image);
  const smooth = smoothParts(image);
  return [
    enclosed(grey, image.width, image.height),
    other,
    above(blue, bluish),
    bluest,
    bright,
    bright.map((value) => 1 - value),
    both(bluest, bright),
    both(bluest, other),
    both(bright, smooth),
    both(other, smooth),
  ];
}

function both(a: Mask, b: Mask): Mask {
  return a.map((value, i) => value & b[i]!);
}

/**
 * Pixels without an edge in any colour. Paper that touches the card is parted from it by the line between them, thin as
 * it is; print leaves holes, which an outline does not mind.
 */
function smoothParts(image: RgbImage): Mask {
  const { width, height, data } = image;
  const gradient = new Uint8Array(width * height);
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1, i = y * width + 1; x < width - 1; x += 1, i += 1) {
      let most = 0;
      for (let c = 0; c < 3; c += 1) {
        const k = i * 3 + c;
        const dx = Math.abs(data[k + 3]! - data[k - 3]!);
        const dy = Math.abs(data[k + width * 3]! - data[k - width * 3]!);
        most = Math.max(most, dx + dy);
      }
      gradient[i] = Math.min(255, most);
    }
  }
  const limit = Math.max(20, percentile(gradient, 0.8));
  return gradient.map((value) => (value < limit ? 1 : 0));
}

/** What smooth ground reaching in from the frame's border does not flood: things with a closed outline. */
function enclosed(grey: Uint8Array, width: number, height: number): Mask {
  const gradient = new Uint8Array(grey.length);
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1, i = y * width + 1; x < width - 1; x += 1, i += 1) {
      const dx = grey[i + 1]! - grey[i - 1]!;
      const dy = grey[i + width]! - grey[i - width]!;
      gradient[i] = Math.min(255, Math.abs(dx) + Math.abs(dy));
    }
  }
  const limit = Math.max(14, percentile(gradient, 0.8));
  const flooded = new Uint8Array(grey.length);
  const stack: number[] = [];
  const visit = (i: number) => {
    if (flooded[i] === 0 && gradient[i]! < limit) {
      flooded[i] = 1;
      stack.push(i);
    }
  };
  for (let x = 0; x < width; x += 1) {
    visit(x);
    visit((height - 1) * width + x);
  }
  for (let y = 0; y < height; y += 1) {
    visit(y * width);
    visit(y * width + width - 1);
  }
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    const x = i % width;
    if (x > 0) visit(i - 1);
    if (x < width - 1) visit(i + 1);
    if (i >= width) visit(i - width);
    if (i < grey.length - width) visit(i + width);
  }
  // A gradient is felt one pixel outside the edge that makes it; the ground is given that pixel back.
  return flooded.map((value, i) => {
    const beside = flooded[i - 1] === 1 || flooded[i + 1] === 1 || flooded[i - width] === 1 || flooded[i + width] === 1;
    return value === 1 || beside ? 0 : 1;
  });
}

/** Pixels whose colour is far from the median colour of the frame's border. */
function otherThanBorder(image: RgbImage): Mask {
  const { width, height, data } = image;
  const border: number[][] = [[], [], []];
  const take = (x: number, y: number) => {
    for (let c = 0; c < 3; c += 1) border[c]!.push(data[(y * width + x) * 3 + c]!);
  };
  for (let x = 0; x < width; x += 2) {
    take(x, 0);
    take(x, height - 1);
  }
  for (let y = 0; y < height; y += 2) {
    take(0, y);
    take(width - 1, y);
  }
  const [r, g, b] = border.map((values) => values.sort((p, q) => p - q)[values.length >> 1]!) as [
    number,
    number,
    number,
  ];
  const far = new Uint8Array(width * height);
  for (let i = 0, k = 0; i < far.length; i += 1, k += 3) {
    far[i] = Math.min(255, (Math.abs(data[k]! - r) + Math.abs(data[k + 1]! - g) + Math.abs(data[k + 2]! - b)) / 2);
  }
  return above(far, otsu(far));
}

/** Blue over red, shifted to 0–255: the guilloche field of a KTP is light blue. */
function channelDifference(image: RgbImage): Uint8Array {
  const { data } = image;
  const out = new Uint8Array(image.width * image.height);
  for (let i = 0, k = 0; i < out.length; i += 1, k += 3) {
    out[i] = Math.max(0, Math.min(255, 128 + (data[k + 2]! - data[k]!)));
  }
  return out;
}

function above(values: Uint8Array, limit: number): Mask {
  return values.map((value) => (value > limit ? 1 : 0));
}

/** Threshold that best separates two classes (Otsu, IEEE SMC 1979). */
function otsu(values: Uint8Array): number {
  const histogram = new Uint32Array(256);
  for (const value of values) histogram[value]! += 1;
  let all = 0;
  for (let v = 0; v < 256; v += 1) all += v * histogram[v]!;
  let [weight, sum, best, at] = [0, 0, -1, 127];
  for (let v = 0; v < 255; v += 1) {
    weight += histogram[v]!;
    sum += v * histogram[v]!;
    const rest = values.length - weight;
    if (weight === 0 || rest === 0) continue;
    const apart = sum / weight - (all - sum) / rest;
    const between = weight * rest * apart * apart;
    if (between > best) {
      best = between;
      at = v;
    }
  }
  return at;
}

function percentile(values: Uint8Array, share: number): number {
  const histogram = new Uint32Array(256);
  for (const value of values) histogram[value]! += 1;
  let seen = 0;
  for (let v = 0; v < 256; v += 1) {
    seen += histogram[v]!;
    if (seen >= values.length * share) return v;
  }
  return 255;
}
