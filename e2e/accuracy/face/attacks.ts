/**
 * Presentation and injection attacks of the physical simulator. Every one starts from pictures of the very person it
 * pretends to be, and is shown to the camera under the challenge of the moment (or is fed past it).
 */
import type { FlashSequence } from '../../../src/contract/facts.ts';
import { linearFromSrgb } from '../../../src/core/flash/colour.ts';
import { fractalNoise, seededRandom } from '../../../src/desk/simulator/noise.ts';
import { blankSurfaces, paintWall, type Surfaces } from '../../../src/desk/simulator/surfaces.ts';
import type { RgbImage } from '../../../src/vision/image/image.ts';
import type { Shot } from './camera.ts';
import { frameSize, sway } from './scene.ts';

export const attackSpecies = [
  'flat print',
  'curved print',
  'mask cut-out',
  'phone replay',
  'tablet replay',
  'earlier session',
  'still file',
  'clean file',
] as const;
export type AttackSpecies = (typeof attackSpecies)[number];

/** What an attacker holds before the camera at a moment. `turn`: degrees he turns it when asked to. */
export type Prop = (tMs: number, turn: number) => Shot;

const linear = Float32Array.from({ length: 256 }, (_, value) => linearFromSrgb(value));

interface Sheet {
  /** Half width and half height in the frame, px. */
  readonly halfWidth: number;
  readonly halfHeight: number;
  /** Radius of the bend over the half width; 0 = flat. */
  readonly bend: number;
  /** Ellipse of the face that is left of the sheet after cutting; null = the whole sheet. */
  readonly cut: { readonly x: number; readonly y: number; readonly rx: number; readonly ry: number } | null;
}

/** Ink does not reach black or the colours of a screen, and paper is a little rough. */
const ink = (value: number) => 0.035 + 0.78 * value;

/**
 * A photograph of the person on paper, held up so that the printed face is as large as a face. The sheet is as near to the
 * screen as a face would be and gets the same light; the wall behind gets little.
 */
export function printProp(photo: RgbImage, kind: 'flat print' | 'curved print' | 'mask cut-out', seed: number): Prop {
  const sheet: Sheet = {
    halfWidth: kind === 'flat print' ? 330 : 230,
    halfHeight: 250,
    bend: kind === 'flat print' ? 0 : 0.75,
    cut: kind === 'mask cut-out' ? { x: 0, y: -22, rx: 92, ry: 122 } : null,
  };
  const printed = printOf(photo, seed);
  return (tMs, turn) => {
    const surfaces = wall(seed);
    drawSheet(surfaces, printed, sheet, sway(tMs, seed, 12), turn);
    return { surfaces };
  };
}

let paintedWall: { readonly seed: number; readonly surfaces: Surfaces } | null = null;

/** A fresh copy of the wall; painting it costs more than all the rest. */
function wall(seed: number): Surfaces {
  if (paintedWall?.seed !== seed) {
    const surfaces = blankSurfaces(frameSize.width, frameSize.height);
    paintWall(surfaces, [0.42, 0.42, 0.38], seed);
    paintedWall = { seed, surfaces };
  }
  const { surfaces } = paintedWall;
  return {
    ...surfaces,
    colour: surfaces.colour.slice(),
    normal: surfaces.normal.slice(),
    reach: surfaces.reach.slice(),
    gloss: surfaces.gloss.slice(),
  };
}

/** Reflectance of the printed photograph, 3 per pixel. */
interface Print {
  readonly width: number;
  readonly height: number;
  readonly colour: Float32Array;
}

function printOf(photo: RgbImage, seed: number): Print {
  const colour = new Float32Array(photo.data.length);
  for (let y = 0, p = 0; y < photo.height; y += 1) {
    for (let x = 0; x < photo.width; x += 1, p += 3) {
      const fibre = 1 + 0.03 * fractalNoise(x / 2, y / 2, seed, 1);
      // A halftone of about 150 lines per inch, seen at arm's length.
      const dots = 1 + 0.05 * Math.sin(x * 2.1 + y * 0.4) * Math.sin(y * 2.1 - x * 0.4);
      for (let c = 0; c < 3; c += 1) colour[p + c] = ink(linear[photo.data[p + c]!]!) * fibre * dots;
    }
  }
  return { width: photo.width, height: photo.height, colour };
}

function drawSheet(
  out: Surfaces,
  print: Print,
  sheet: Sheet,
  shift: { readonly x: number; readonly y: number },
  turn: number,
): void {
  const angle = (turn * Math.PI) / 180;
  const squeeze = Math.cos(angle);
  const centreX = frameSize.width / 2 + shift.x - 14;
  const centreY = frameSize.height / 2 + shift.y - 14;
  for (let y = 0; y < out.height; y += 1) {
    for (let x = 0; x < out.width; x += 1) {
      const u = (x - centreX) / squeeze;
      const v = y - centreY;
      if (Math.abs(u) > sheet.halfWidth || Math.abs(v) > sheet.halfHeight || outsideCut(u, v, sheet.cut)) continue;
      const i = y * out.width + x;
      // On a bent sheet the picture runs along the arc, and its surface turns away to the sides.
      const lean = sheet.bend === 0 ? 0 : Math.asin(Math.min(0.95, (u / sheet.halfWidth) * sheet.bend));
      const along = sheet.bend === 0 ? u : (lean / sheet.bend) * sheet.halfWidth;
      const px = Math.min(print.width - 1, Math.max(0, Math.round(along + print.width / 2)));
      const py = Math.min(print.height - 1, Math.max(0, Math.round(v + print.height / 2)));
      const from = (py * print.width + px) * 3;
      out.colour.set(print.colour.subarray(from, from + 3), i * 3);
      out.normal.set([Math.sin(lean + angle), -0.05, Math.cos(lean + angle)], i * 3);
      out.reach[i] = 0.95;
      out.gloss[i] = 0.15;
    }
  }
}

function outsideCut(u: number, v: number, cut: Sheet['cut']): boolean {
  if (cut === null) return false;
  return ((u - cut.x) / cut.rx) ** 2 + ((v - cut.y) / cut.ry) ** 2 > 1;
}

/**
 * A screen that shows a recording. It shines by itself (the recording's light does not depend on ours), its glass mirrors
 * a little of the challenge, it has a pixel grid, and a phone has a bezel with a hand and the wall around it.
 */
export function screenProp(recording: readonly RgbImage[], kind: 'phone replay' | 'tablet replay', seed: number): Prop {
  const half = kind === 'phone replay' ? { x: 150, y: 210 } : { x: 300, y: 225 };
  const bezel = kind === 'phone replay' ? 10 : 22;
  return (tMs, turn) => {
    const picture = recording[Math.floor(tMs / 100) % recording.length]!;
    const surfaces = wall(seed);
    const emission = new Float32Array(surfaces.colour.length);
    const shift = sway(tMs, seed, 10);
    const squeeze = Math.cos((turn * Math.PI) / 180);
    for (let y = 0; y < frameSize.height; y += 1) {
      for (let x = 0; x < frameSize.width; x += 1) {
        const u = (x - frameSize.width / 2 - shift.x + 14) / squeeze;
        const v = y - frameSize.height / 2 - shift.y + 14;
        if (Math.abs(u) > half.x + bezel || Math.abs(v) > half.y + bezel) continue;
        const i = y * frameSize.width + x;
        const glass = Math.abs(u) <= half.x && Math.abs(v) <= half.y;
        surfaces.colour.fill(glass ? 0.03 : 0.02, i * 3, i * 3 + 3);
        surfaces.normal.set([Math.sin((turn * Math.PI) / 180), 0, squeeze], i * 3);
        surfaces.reach[i] = 0.95;
        surfaces.gloss[i] = glass ? 0.8 : 0.3;
        if (glass) glow(picture, u, v, emission, i * 3);
      }
    }
    return { surfaces, emission };
  };
}

function glow(picture: RgbImage, u: number, v: number, emission: Float32Array, at: number): void {
  const px = Math.min(picture.width - 1, Math.max(0, Math.round(u + picture.width / 2)));
  const py = Math.min(picture.height - 1, Math.max(0, Math.round(v + picture.height / 2)));
  const grid = 1 + 0.07 * Math.sin(u * 2.7) * Math.sin(v * 2.7);
  for (let c = 0; c < 3; c += 1) {
    emission[at + c] = 0.75 * grid * linear[picture.data[(py * picture.width + px) * 3 + c]!]!;
  }
}

/** Another challenge than the one given: what an earlier session was lit by. */
export function otherSequence(
  random: () => number,
  make: (random: (max: number) => number) => FlashSequence,
  not: FlashSequence,
) {
  for (;;) {
    const other = make((max) => Math.floor(random() * max));
    if (other.colors.join() !== not.colors.join()) return other;
  }
}

/** A file fed past the camera, without its noise: rendered pixels that move a little, lit evenly. */
export function cleanFrame(photo: RgbImage, tMs: number, seed: number): RgbImage {
  const { x, y } = sway(tMs, seed, 9);
  const random = seededRandom(seed);
  const data = new Uint8Array(photo.data.length);
  const [dx, dy] = [x - 14, y - 14];
  for (let row = 0; row < photo.height; row += 1) {
    const from = Math.min(photo.height - 1, Math.max(0, row + dy));
    for (let column = 0; column < photo.width; column += 1) {
      const source = (from * photo.width + Math.min(photo.width - 1, Math.max(0, column + dx))) * 3;
      const to = (row * photo.width + column) * 3;
      data[to] = photo.data[source]!;
      data[to + 1] = photo.data[source + 1]!;
      data[to + 2] = photo.data[source + 2]!;
    }
  }
  // One pixel differs, so that no two files are the same bytes: a careful attacker's trick.
  data[Math.floor(random() * 100) * 3] = Math.floor(tMs) % 256;
  return { ...photo, data };
}
