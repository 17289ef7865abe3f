/** Cards and desks drawn pixel by pixel for tests of geometry: nothing on them can be read. */
import type { Point } from '../../../contract/facts.ts';
import type { RgbImage } from '../../image/image.ts';
import type { Quad } from '../quad.ts';

/** A light blue card with dark bars for text and a warm block for the portrait. */
export function drawCard(width = 1000, height = 631): RgbImage {
  const image = filled(width, height, [176, 212, 236]);
  for (let row = 0; row < 12; row += 1) {
    const y = Math.round(height * (0.28 + row * 0.053));
    paint(image, Math.round(width * 0.03), y, Math.round(width * 0.16), Math.round(height * 0.025), [30, 30, 34]);
    paint(image, Math.round(width * 0.27), y, Math.round(width * 0.3), Math.round(height * 0.025), [20, 20, 24]);
  }
  paint(
    image,
    Math.round(width * 0.75),
    Math.round(height * 0.28),
    Math.round(width * 0.21),
    Math.round(height * 0.44),
    [168, 60, 50],
  );
  return image;
}

/** A brown desk with a gentle grain. */
export function drawGround(width: number, height: number): RgbImage {
  const image = filled(width, height, [112, 88, 64]);
  for (let i = 0, k = 0; i < width * height; i += 1, k += 3) {
    const grain = ((i * 2654435761) >>> 28) - 8;
    for (let c = 0; c < 3; c += 1) image.data[k + c]! += grain >> 1;
  }
  return image;
}

type Placement =
  { readonly centre: Point; readonly width: number; readonly angle: number } | { readonly corners: Quad };

/** Lays a card on a ground; the answer also says where its corners are, clockwise from its own top left. */
export function placeCard(ground: RgbImage, card: RgbImage, placement: Placement): { frame: RgbImage; corners: Quad } {
  const corners = 'corners' in placement ? placement.corners : rectangle(placement, card.height / card.width);
  const frame = { ...ground, data: Uint8Array.from(ground.data) };
  const inverse = invert(corners);
  const xs = corners.map((p) => p.x);
  const ys = corners.map((p) => p.y);
  for (let y = Math.max(0, Math.floor(Math.min(...ys))); y < Math.min(frame.height, Math.max(...ys)); y += 1) {
    for (let x = Math.max(0, Math.floor(Math.min(...xs))); x < Math.min(frame.width, Math.max(...xs)); x += 1) {
      const { u, v } = inverse(x + 0.5, y + 0.5);
      if (u < 0 || v < 0 || u >= 1 || v >= 1 || inRoundedCorner(u, v, card.height / card.width)) continue;
      const from = (Math.floor(v * card.height) * card.width + Math.floor(u * card.width)) * 3;
      frame.data.set(card.data.subarray(from, from + 3), (y * frame.width + x) * 3);
    }
  }
  return { frame, corners };
}

function rectangle({ centre, width, angle }: { centre: Point; width: number; angle: number }, aspect: number): Quad {
  const [c, s] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const at = (a: number, b: number): Point => {
    const [dx, dy] = [a * width, b * width * aspect];
    return { x: centre.x + dx * c - dy * s, y: centre.y + dx * s + dy * c };
  };
  return [at(-0.5, -0.5), at(0.5, -0.5), at(0.5, 0.5), at(-0.5, 0.5)];
}

/** ISO/IEC 7810: corner radius 3.18 mm of 85.6 mm. */
function inRoundedCorner(u: number, v: number, aspect: number): boolean {
  const radius = 3.18 / 85.6;
  const dx = Math.max(0, radius - u, u - 1 + radius);
  const dy = Math.max(0, radius - v * aspect, v * aspect - aspect + radius);
  return dx * dx + dy * dy > radius * radius;
}

/** Picture point to card share, by Newton steps on the bilinear map: exact enough to draw with. */
function invert([tl, tr, br, bl]: Quad): (x: number, y: number) => { u: number; v: number } {
  return (x, y) => {
    let [u, v] = [0.5, 0.5];
    for (let step = 0; step < 6; step += 1) {
      const px = (1 - u) * (1 - v) * tl.x + u * (1 - v) * tr.x + u * v * br.x + (1 - u) * v * bl.x - x;
      const py = (1 - u) * (1 - v) * tl.y + u * (1 - v) * tr.y + u * v * br.y + (1 - u) * v * bl.y - y;
      const xu = (1 - v) * (tr.x - tl.x) + v * (br.x - bl.x);
      const xv = (1 - u) * (bl.x - tl.x) + u * (br.x - tr.x);
      const yu = (1 - v) * (tr.y - tl.y) + v * (br.y - bl.y);
      const yv = (1 - u) * (bl.y - tl.y) + u * (br.y - tr.y);
      const d = xu * yv - xv * yu;
      u -= (px * yv - py * xv) / d;
      v -= (py * xu - px * yu) / d;
    }
    return { u, v };
  };
}

function filled(width: number, height: number, colour: readonly number[]): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let k = 0; k < data.length; k += 1) data[k] = colour[k % 3]!;
  return { width, height, data };
}

function paint(
  image: RgbImage,
  left: number,
  top: number,
  width: number,
  height: number,
  colour: readonly number[],
): void {
  for (let y = top; y < Math.min(image.height, top + height); y += 1) {
    for (let x = left; x < Math.min(image.width, left + width); x += 1)
      image.data.set(colour, (y * image.width + x) * 3);
  }
}
