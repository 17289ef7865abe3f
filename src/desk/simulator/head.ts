import { bell, fractalNoise, mix, ramp } from './noise.ts';
import type { Person } from './person.ts';

/**
 * Face coordinates: x −1…1 from one cheek to the other, y −1.35 hairline … 1.3 chin, z towards the camera.
 * The head is an ellipsoid with the features raised on its front; its colour is painted in the same coordinates.
 */
export interface Expression {
  /** 1 open, 0 closed. */
  readonly eyesOpen: number;
  /** 0 calm, 1 a broad smile. */
  readonly smile: number;
}

export const calm: Expression = { eyesOpen: 1, smile: 0 };

const eyeY = -0.14;

/** How far the surface stands out of the ellipsoid, towards the camera. */
export function relief(person: Person, expression: Expression, x: number, y: number): number {
  const side = Math.abs(x);
  const noseTip = 0.02 + person.noseLength;
  const along = ramp(-0.28, noseTip - 0.02, y) * (1 - ramp(noseTip, noseTip + 0.09, y));
  const nose =
    0.27 * along * Math.exp(-((x / (0.1 + 0.07 * along)) ** 2)) +
    0.1 * bell(x, y, 0, noseTip - 0.05, person.noseWidth * 0.75, 0.1) +
    0.075 * bell(side, y, person.noseWidth * 0.82, noseTip - 0.01, 0.085, 0.08);
  const sockets =
    -0.1 * bell(side, y, person.eyeDistance, eyeY - 0.04, 0.26, 0.15) +
    0.05 * bell(side, y, person.eyeDistance, eyeY, 0.14, 0.085);
  const brow = 0.055 * bell(side, y, 0.4, person.browHeight + 0.04, 0.33, 0.09);
  const cheeks = (0.05 + 0.05 * expression.smile) * bell(side, y, 0.55, 0.25 - 0.06 * expression.smile, 0.24, 0.2);
  const lips = mouthRelief(person, expression, x, y);
  const chin = 0.09 * bell(x, y, 0, 1.16, 0.26, 0.16);
  const fold = -0.02 * (0.6 + expression.smile) * bell(side, y, 0.42, 0.55, 0.06, 0.16);
  return nose + sockets + brow + cheeks + lips + chin + fold;
}

function mouthRelief(person: Person, expression: Expression, x: number, y: number): number {
  const width = person.mouthWidth * (1 + 0.28 * expression.smile);
  const line = mouthLine(expression, x, width);
  const upper = 0.055 * bell(x, y, 0, line - 0.05, width, 0.05);
  const lower = 0.07 * bell(x, y, 0, line + 0.075, width * 0.85, 0.065);
  const gap = -0.03 * bell(x, y, 0, line, width, 0.018);
  return upper + lower + gap;
}

/** Height of the line between the lips at x; corners rise with a smile. */
function mouthLine(expression: Expression, x: number, width: number): number {
  return 0.72 - 0.09 * expression.smile * (x / width) ** 2 + 0.012 * (x / width) ** 2;
}

/** Radii of the head at a height: wide at the cheeks, narrower at the jaw and the crown. */
export function headWidth(person: Person, y: number): number {
  const jaw = ramp(0.35, 1.35, y);
  return mix(1, person.jaw, jaw) * (1 - 0.04 * ramp(-0.4, -1.3, y));
}

type Rgb = [number, number, number];

/** Linear reflectance of the head at face coordinates; `behind` is hair all over. */
export function headColour(person: Person, expression: Expression, x: number, y: number): Rgb {
  const colour = skin(person, x, y);
  blush(person, expression, colour, x, y);
  lips(person, expression, colour, x, y);
  nostrils(person, colour, x, y);
  eye(person, expression, colour, Math.abs(x), y, x < 0 ? 1 : -1);
  brow(person, colour, x, y);
  occlusion(person, colour, x, y);
  hair(person, colour, x, y);
  return colour;
}

function skin(person: Person, x: number, y: number): Rgb {
  const blotch = 1 + 0.1 * fractalNoise(x * 2.2, y * 2.2, person.seed, 3);
  const pores = 1 + 0.09 * fractalNoise(x * 42, y * 42, person.seed + 7, 3);
  const beard = 0.1 * ramp(0.5, 0.85, y) * (0.6 + fractalNoise(x * 70, y * 70, person.seed + 13, 2));
  return person.skin.map((channel, index) => channel * blotch * pores * (1 - beard * (index === 0 ? 0.7 : 0.4))) as Rgb;
}

function blush(_person: Person, expression: Expression, colour: Rgb, x: number, y: number): void {
  const side = Math.abs(x);
  const red =
    0.16 * bell(side, y, 0.55, 0.3, 0.25, 0.22) * (1 + 0.3 * expression.smile) +
    0.14 * bell(x, y, 0, 0.36, 0.17, 0.16) +
    0.1 * bell(x, y, 0, 1.15, 0.2, 0.15);
  colour[1] *= 1 - red * 0.8;
  colour[2] *= 1 - red * 0.7;
  const shade = 0.16 * bell(side, y, 0.42, 0.02, 0.2, 0.07);
  for (let i = 0; i < 3; i += 1) colour[i] = (colour[i] ?? 0) * (1 - shade);
}

function blend(colour: Rgb, other: readonly number[], amount: number): void {
  for (let i = 0; i < 3; i += 1) colour[i] = mix(colour[i] ?? 0, other[i] ?? 0, amount);
}

function lips(person: Person, expression: Expression, colour: Rgb, x: number, y: number): void {
  const width = person.mouthWidth * (1 + 0.28 * expression.smile);
  const line = mouthLine(expression, x, width);
  const reach = 1 - ramp(0.8, 1.06, Math.abs(x) / width);
  const bow = 0.085 * reach * (1 - 0.22 * bell(x, 0, 0, 0, 0.06, 1));
  const below = 0.125 * Math.sqrt(Math.max(0, 1 - (x / width) ** 2));
  const upper = ramp(line - bow - 0.02, line - bow + 0.02, y) * (1 - ramp(line - 0.004, line + 0.008, y)) * reach;
  const lower = ramp(line - 0.008, line + 0.01, y) * (1 - ramp(line + below - 0.02, line + below + 0.02, y)) * reach;
  const creases = 1 + 0.18 * fractalNoise(x * 34, y * 7, person.seed + 21, 2);
  blend(colour, [0.33 * creases, 0.12 * creases, 0.1 * creases], 0.75 * upper);
  blend(colour, [0.4 * creases, 0.155 * creases, 0.125 * creases], 0.7 * lower);
  const teeth =
    expression.smile * 0.9 * bell(0, y, 0, line + 0.01, 1, 0.03) * (1 - ramp(0.6, 0.9, Math.abs(x) / width));
  blend(colour, [0.62, 0.58, 0.5], teeth);
  blend(colour, [0.05, 0.015, 0.012], 0.85 * (1 - expression.smile * 0.7) * bell(0, y, 0, line, 1, 0.013) * reach);
  blend(colour, [0.12, 0.05, 0.04], 0.5 * bell(Math.abs(x), y, width, line, 0.04, 0.03));
}

function nostrils(person: Person, colour: Rgb, x: number, y: number): void {
  const tip = 0.02 + person.noseLength;
  const side = Math.abs(x);
  blend(
    colour,
    [0.03, 0.012, 0.01],
    0.9 * ramp(0.35, 0.75, bell(side, y, person.noseWidth * 0.5, tip + 0.045, 0.06, 0.032)),
  );
  blend(colour, [0.2, 0.09, 0.06], 0.45 * bell(side, y, person.noseWidth * 1.22, tip + 0.0, 0.028, 0.08));
  blend(colour, [0.2, 0.09, 0.06], 0.3 * bell(x, y, 0, tip + 0.1, 0.16, 0.025));
}

function eye(person: Person, expression: Expression, colour: Rgb, side: number, y: number, sign: number): void {
  const half = 0.185 * person.eyeSize;
  const dx = (side - person.eyeDistance) / half;
  if (Math.abs(dx) > 1.5) return;
  const arch = Math.sqrt(Math.max(0, 1 - dx * dx));
  const tilt = -0.012 * dx;
  const upper = eyeY + tilt - 0.088 * person.eyeSize * arch * expression.eyesOpen + 0.02 * (1 - expression.eyesOpen);
  const lower = eyeY + tilt + 0.052 * person.eyeSize * arch;
  const inside =
    ramp(upper - 0.006, upper + 0.006, y) * (1 - ramp(lower - 0.008, lower + 0.006, y)) * (Math.abs(dx) < 1 ? 1 : 0);
  if (expression.eyesOpen > 0.25 && inside > 0) {
    const shade = 1 - 0.45 * (1 - ramp(upper, upper + 0.05, y));
    blend(colour, [0.6 * shade, 0.55 * shade, 0.52 * shade], inside);
    const gaze = Math.hypot(side - person.eyeDistance + 0.012 * sign, (y - eyeY + 0.014) * 1.02) / person.eyeSize;
    const fibres =
      1 + 0.5 * fractalNoise(Math.atan2(y - eyeY, side - person.eyeDistance) * 9, gaze * 30, person.seed + 31, 2);
    blend(colour, [0.055 * fibres, 0.026 * fibres, 0.014 * fibres], inside * (1 - ramp(0.076, 0.084, gaze)));
    blend(
      colour,
      [0.012, 0.008, 0.006],
      inside * (0.8 * ramp(0.06, 0.078, gaze) * (1 - ramp(0.078, 0.088, gaze)) + (1 - ramp(0.03, 0.037, gaze))),
    );
    blend(
      colour,
      [0.95, 0.95, 0.95],
      inside * 0.95 * (1 - ramp(0.012, 0.02, Math.hypot(side - person.eyeDistance + 0.03 * sign, y - eyeY + 0.045))),
    );
    blend(colour, [0.4, 0.16, 0.13], inside * 0.7 * bell(dx, 0, -0.97, 0, 0.14, 1));
  }
  const lid = bell(0, y, 0, upper - 0.006, 1, 0.016 + 0.006 * (dx + 1)) * (1 - ramp(0.98, 1.12, Math.abs(dx)));
  blend(colour, [0.018, 0.013, 0.011], 0.9 * lid);
  blend(
    colour,
    [0.16, 0.075, 0.055],
    0.5 * bell(0, y, 0, lower + 0.008, 1, 0.014) * (1 - ramp(0.8, 1.05, Math.abs(dx))),
  );
  blend(
    colour,
    [0.16, 0.08, 0.055],
    0.55 * bell(0, y, 0, upper - 0.062, 1, 0.014) * (1 - ramp(0.75, 1.1, Math.abs(dx))),
  );
}

function brow(person: Person, colour: Rgb, x: number, y: number): void {
  const side = Math.abs(x);
  const t = (side - 0.16) / 0.56;
  if (t < -0.1 || t > 1.1) return;
  const centre = person.browHeight - 0.055 * Math.sin(Math.min(1, Math.max(0, t)) * 2.2) + 0.03 * t;
  const thick = person.browThickness * (1 - 0.62 * Math.max(0, t)) * ramp(-0.1, 0.12, t) * (1 - ramp(0.92, 1.1, t));
  const strokes = 0.86 + 0.35 * fractalNoise(side * 30 + (y - centre) * 26, (y - centre) * 9, person.seed + 41, 2);
  blend(
    colour,
    [0.026, 0.019, 0.016],
    Math.min(1, 0.92 * strokes * (1 - ramp(thick * 0.6, thick * 1.25 + 0.008, Math.abs(y - centre)))),
  );
}

/** Light that does not reach folds: beside the nose, under the brow, the lip and the chin, at the temples. */
function occlusion(person: Person, colour: Rgb, x: number, y: number): void {
  const side = Math.abs(x);
  const dark =
    0.2 * bell(side, y, 0.2, eyeY - 0.02, 0.09, 0.13) +
    0.14 * bell(side, y, person.noseWidth * 1.35, 0.34, 0.06, 0.12) +
    0.22 * bell(x, y, 0, 0.94, 0.26, 0.05) +
    0.25 * ramp(1.22, 1.5, y) +
    0.2 * ramp(0.82, 1.05, side);
  for (let i = 0; i < 3; i += 1) colour[i] = (colour[i] ?? 0) * (1 - Math.min(0.6, dark));
}

function hair(person: Person, colour: Rgb, x: number, y: number): void {
  const edge =
    -0.9 + 0.42 * Math.max(0, Math.abs(x) - 0.55) ** 1.2 + 0.06 * fractalNoise(x * 7, 3, person.seed + 51, 3);
  const crown = 1 - ramp(edge - 0.05, edge + 0.05, y);
  const temple = ramp(0.9, 0.97, Math.abs(x) / headWidth(person, y)) * (1 - ramp(-0.05, 0.22, y));
  const strands = 1 + 1.1 * fractalNoise(x * 46, y * 5, person.seed + 61, 3);
  const amount = Math.max(crown, temple);
  blend(
    colour,
    person.hair.map((channel) => channel * strands),
    amount,
  );
}
