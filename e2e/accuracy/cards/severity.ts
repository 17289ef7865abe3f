/** What may happen to a card between the customer's hand and the file: kinds, three levels, and recipes drawn from them. */
import type { Draw } from './draw.ts';

export const degradations = [
  'clean',
  'perspective',
  'rotation',
  'quarter_turn',
  'upside_down',
  'blur',
  'motion',
  'noise',
  'dark',
  'glare',
  'shadow',
  'low_resolution',
  'jpeg',
  'lamination',
  'worn',
  'clutter',
] as const;
export type Degradation = (typeof degradations)[number];
export type Severity = 1 | 2 | 3;
export const severities = [1, 2, 3] as const satisfies readonly Severity[];

/** Limits of a level; README.md says them in words. Lengths in thousandths of the card's width unless told otherwise. */
export interface SeverityLimits {
  /** Card width in the frame, px; a low-resolution card lies between the two. */
  readonly cardWidth: readonly [number, number];
  readonly lowWidth: readonly [number, number];
  /** Gaussian sigma. */
  readonly blur: number;
  readonly motion: number;
  /** Standard deviation, 0–255. */
  readonly noise: number;
  /** Linear light left, 0–1. */
  readonly dark: number;
  /** Share of the card's area under glare, and how much of the picture is lost in its middle, 0–1. */
  readonly glareArea: number;
  readonly glareLoss: number;
  /** Light left in the deepest shadow, 0–1. */
  readonly shadow: number;
  readonly jpeg: number;
  /** Contrast lost to the laminate, 0–1. */
  readonly haze: number;
  /** Ink lost in worn places, 0–1. */
  readonly wear: number;
  /** Tilt away from the camera, degrees. */
  readonly tilt: number;
  readonly objects: number;
  /** Further kinds on top of the named one, and from which level. */
  readonly extras: number;
}

export const limits: Readonly<Record<Severity, SeverityLimits>> = {
  1: {
    cardWidth: [900, 1250],
    lowWidth: [720, 880],
    blur: 0.8,
    motion: 1.6,
    noise: 5,
    dark: 0.5,
    glareArea: 0.03,
    glareLoss: 0.5,
    shadow: 0.6,
    jpeg: 60,
    haze: 0.1,
    wear: 0.25,
    tilt: 10,
    objects: 3,
    extras: 0,
  },
  2: {
    cardWidth: [800, 1150],
    lowWidth: [600, 720],
    blur: 1.4,
    motion: 3,
    noise: 10,
    dark: 0.28,
    glareArea: 0.08,
    glareLoss: 0.75,
    shadow: 0.4,
    jpeg: 40,
    haze: 0.22,
    wear: 0.45,
    tilt: 20,
    objects: 6,
    extras: 1,
  },
  3: {
    cardWidth: [700, 1000],
    lowWidth: [480, 600],
    blur: 2.2,
    motion: 5,
    noise: 18,
    dark: 0.14,
    glareArea: 0.15,
    glareLoss: 1,
    shadow: 0.22,
    jpeg: 30,
    haze: 0.36,
    wear: 0.65,
    tilt: 32,
    objects: 10,
    extras: 2,
  },
};

/** Everything that happens to one card, as numbers. */
export interface Recipe {
  readonly kind: Degradation;
  readonly severity: Severity;
  readonly extras: readonly Degradation[];
  cardWidth: number;
  /** The frame shows nothing but the card, as a scanner's does. */
  scan: boolean;
  /** Degrees. */
  turn: number;
  tiltX: number;
  tiltY: number;
  blur: number;
  motion: number;
  motionAngle: number;
  noise: number;
  light: number;
  glare: number;
  glareLoss: number;
  shadow: number;
  jpeg: number;
  haze: number;
  wear: number;
  objects: number;
}

/** A recipe for one kind: its own limit of the level reached between 60 and 100 %, the rest as on a good day. */
export function drawRecipe(kind: Degradation, severity: Severity, draw: Draw): Recipe {
  const level = limits[severity];
  const others = degradations.filter((other) => other !== kind && other !== 'clean' && !isTurn(other));
  const extras = kind === 'clean' ? [] : Array.from({ length: level.extras }, () => draw.pick(others));
  const recipe: Recipe = {
    kind,
    severity,
    extras,
    cardWidth: draw.between(...level.cardWidth),
    scan: kind === 'clean' && draw.chance(0.4),
    turn: draw.between(-3, 3),
    tiltX: draw.between(-2.5, 2.5),
    tiltY: draw.between(-2.5, 2.5),
    blur: 0.25,
    motion: 0,
    motionAngle: draw.between(0, Math.PI),
    noise: draw.between(0.8, 1.8),
    light: draw.between(0.85, 1),
    glare: 0,
    glareLoss: 0,
    shadow: 1,
    jpeg: draw.int(84, 93),
    haze: 0,
    wear: 0,
    objects: 0,
  };
  apply(recipe, kind, severity, draw);
  for (const extra of extras) apply(recipe, extra, (severity - 1) as Severity, draw);
  return recipe;
}

function isTurn(kind: Degradation): boolean {
  return kind === 'rotation' || kind === 'quarter_turn' || kind === 'upside_down';
}

function apply(recipe: Recipe, kind: Degradation, severity: Severity, draw: Draw): void {
  const level = limits[severity];
  const strength = draw.between(0.6, 1);
  const steps: Readonly<Record<Degradation, () => void>> = {
    clean: () => undefined,
    perspective: () => {
      recipe.tiltX = level.tilt * strength * draw.sign();
      recipe.tiltY = level.tilt * draw.between(0.3, 1) * draw.sign();
    },
    rotation: () => (recipe.turn = draw.between(8, 172) * draw.sign()),
    quarter_turn: () => (recipe.turn = 90 * draw.sign() + draw.between(-3, 3)),
    upside_down: () => (recipe.turn = 180 + draw.between(-3, 3)),
    blur: () => (recipe.blur = level.blur * strength),
    motion: () => (recipe.motion = level.motion * strength),
    noise: () => (recipe.noise = level.noise * strength),
    dark: () => {
      recipe.light = level.dark / strength ** 0.5;
      recipe.noise = Math.max(recipe.noise, level.noise * 0.4);
    },
    glare: () => {
      recipe.glare = level.glareArea * strength;
      recipe.glareLoss = level.glareLoss;
    },
    shadow: () => (recipe.shadow = Math.min(1, level.shadow / strength ** 0.5)),
    low_resolution: () => (recipe.cardWidth = draw.between(...level.lowWidth)),
    jpeg: () => (recipe.jpeg = Math.min(90, Math.round(level.jpeg / strength ** 0.3))),
    lamination: () => (recipe.haze = level.haze * strength),
    worn: () => (recipe.wear = level.wear * strength),
    clutter: () => (recipe.objects = Math.max(2, Math.round(level.objects * strength))),
  };
  steps[kind]();
}
