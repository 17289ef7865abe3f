/** One card from a seed: person, artwork, what happened to it, and the photograph. */
import sharp from 'sharp';
import type { RegionTable } from '../../../src/core/nik/regions.ts';
import type { KtpFieldName } from '../../../src/contract/vocabulary.ts';
import type { RgbImage } from '../../../src/vision/image/rgb-image.ts';
import { artworkSize, drawCard, drawStyle, type Artwork, type CardStyle } from './artwork.ts';
import { addNoise, compress, lightScene, throughLens } from './camera.ts';
import { drawDesk } from './desk.ts';
import { createDraw, type Draw } from './draw.ts';
import { makePerson, type CardPerson } from './people.ts';
import { drawPortrait } from './portrait.ts';
import { drawInto, projectCard, type Corners, type RgbaImage } from './projection.ts';
import { degradations, drawRecipe, type Degradation, type Recipe, type Severity } from './severity.ts';
import { laminateCard, wearCard } from './surface.ts';

export interface CardTruth {
  readonly id: string;
  readonly seed: number;
  readonly fields: Readonly<Record<KtpFieldName, string>>;
  readonly moved: boolean;
  readonly degradation: Degradation;
  readonly severity: Severity;
  readonly recipe: Recipe;
  readonly font: string;
  readonly nikKind: CardStyle['nikKind'];
  readonly frame: { readonly width: number; readonly height: number };
  readonly corners: Corners;
}

export interface GeneratedCard {
  readonly truth: CardTruth;
  /** JPEG. */
  readonly bytes: Uint8Array;
}

/** A card laid out and drawn, before anything happened to it. */
export interface PlainCard {
  readonly person: CardPerson;
  readonly artwork: Artwork;
}

/** Heads cost most of the drawing; a run shares this many of each sex, like a town in which some look alike. */
const faces = 10;
const portraits = new Map<string, Promise<Buffer>>();

/** Replaces drawn faces, e.g. by photographs from the evaluation set. */
export type PortraitSource = (person: CardPerson, seed: number) => Promise<Buffer>;

export const drawnPortrait: PortraitSource = (person, seed) => {
  const face = seed % faces;
  const red = Number(person.fields.birthDate.slice(3, 4)) % 2 === 1;
  const key = `${face} ${person.female} ${red}`;
  let known = portraits.get(key);
  if (known === undefined) {
    known = drawPortrait(face * 7919 + (person.female ? 1 : 0), { female: person.female, old: face % 4 === 3, red });
    portraits.set(key, known);
  }
  return known;
};

/** The plan of a run: kinds take turns inside every severity, so that each cell of the table has its share. */
export function planOf(index: number, severities: readonly Severity[]): { kind: Degradation; severity: Severity } {
  const severity = severities[index % severities.length]!;
  const kind = degradations[Math.floor(index / severities.length) % degradations.length]!;
  return { kind, severity };
}

export async function plainCard(
  seed: number,
  index: number,
  regions: RegionTable,
  portrait: PortraitSource = drawnPortrait,
): Promise<PlainCard> {
  const person = makePerson(seed, index, regions);
  const cardSeed = seed * 7_368_787 + index;
  const style = drawStyle(createDraw(cardSeed));
  return { person, artwork: await drawCard(person, style, cardSeed + 1, await portrait(person, cardSeed >>> 0)) };
}

export async function generateCard(
  seed: number,
  index: number,
  plan: { kind: Degradation; severity: Severity },
  regions: RegionTable,
  portrait: PortraitSource = drawnPortrait,
): Promise<GeneratedCard> {
  const plain = await plainCard(seed, index, regions, portrait);
  const draw = createDraw(seed * 15_485_863 + index);
  const recipe = drawRecipe(plan.kind, plan.severity, draw);
  const scene = await composeScene(plain.artwork.png, recipe, draw);
  const bytes = await photographScene(scene, recipe, draw);
  const truth: CardTruth = {
    id: `${seed}-${String(index).padStart(4, '0')}`,
    seed,
    fields: plain.person.fields,
    moved: plain.person.moved,
    degradation: plan.kind,
    severity: plan.severity,
    recipe,
    font: plain.artwork.style.family,
    nikKind: plain.artwork.style.nikKind,
    frame: { width: scene.frame.width, height: scene.frame.height },
    corners: scene.corners,
  };
  return { truth, bytes };
}

export interface Scene {
  readonly frame: RgbImage;
  readonly corners: Corners;
}

/** Lays the card on its desk, or alone on the glass of a scanner. */
export async function composeScene(png: Buffer, recipe: Recipe, draw: Draw): Promise<Scene> {
  const flat = projectCard(recipe.cardWidth, recipe.turn, recipe.tiltX, recipe.tiltY);
  const place = recipe.scan ? scannerFrame(recipe.cardWidth) : frameAround(flat, draw);
  const corners = (
    recipe.scan ? place.corners : flat.map(({ x, y }) => ({ x: x + place.dx, y: y + place.dy }))
  ) as Corners;
  const card = await cardAt(png, recipe.cardWidth);
  wearCard(card, recipe.wear, draw);
  laminateCard(card, recipe.haze, draw);
  const frame = recipe.scan
    ? { ...place, data: new Uint8Array(place.width * place.height * 3).fill(250) }
    : await drawDesk(place.width, place.height, corners, recipe.objects, draw);
  const picture: RgbImage = { width: frame.width, height: frame.height, data: frame.data };
  drawInto(picture, card, corners);
  return { frame: picture, corners };
}

/** Light, lens, sensor, file. */
export async function photographScene(scene: Scene, recipe: Recipe, draw: Draw): Promise<Uint8Array> {
  lightScene(scene.frame, scene.corners, recipe, draw);
  const seen = await throughLens(scene.frame, recipe);
  addNoise(seen, recipe.noise, draw);
  return compress(seen, recipe.jpeg);
}

/** The artwork at the size it will have in the frame, so that drawing needs no filter. */
export async function cardAt(png: Buffer, width: number): Promise<RgbaImage> {
  const size = { width: Math.round(width), height: Math.round((width * artworkSize.height) / artworkSize.width) };
  const data = await sharp(png)
    .resize({ ...size, fit: 'fill' })
    .ensureAlpha()
    .raw()
    .toBuffer();
  return { ...size, data: new Uint8Array(data) };
}

interface Place {
  readonly width: number;
  readonly height: number;
  readonly dx: number;
  readonly dy: number;
  readonly corners: Corners | null;
}

function scannerFrame(cardWidth: number): Place & { corners: Corners } {
  const width = Math.round(cardWidth);
  const height = Math.round((cardWidth * artworkSize.height) / artworkSize.width);
  const corners: Corners = [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: width, y: height },
    { x: 0, y: height },
  ];
  return { width, height, dx: 0, dy: 0, corners };
}

/** A frame of a common shape around the card, which fills 45–80 % of its tighter side. */
function frameAround(flat: Corners, draw: Draw): Place {
  const xs = flat.map((point) => point.x);
  const ys = flat.map((point) => point.y);
  const spanX = Math.max(...xs) - Math.min(...xs);
  const spanY = Math.max(...ys) - Math.min(...ys);
  const aspect = draw.pick([16 / 9, 16 / 9, 4 / 3]);
  const fill = draw.between(0.55, 0.88);
  const height = Math.max(spanY / fill, spanX / fill / aspect);
  const width = height * aspect;
  const dx = draw.between(0.25, 0.75) * (width - spanX) - Math.min(...xs);
  const dy = draw.between(0.25, 0.75) * (height - spanY) - Math.min(...ys);
  return { width: Math.round(width), height: Math.round(height), dx, dy, corners: null };
}
