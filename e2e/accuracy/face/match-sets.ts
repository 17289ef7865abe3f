/** Every pair of the supplied photos, and portraits on cards against selfies, scored as the product scores them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ratesAt, sortScores, type OperatingPoint, type SortedScores } from '../../../src/core/calibration/rates.ts';
import { seededRandom } from '../../../src/desk/simulator/noise.ts';
import { crop, decodeImage, encodeJpeg, resize, type RgbImage } from '../../../src/vision/image/image.ts';
import { dot, embedLargestFace } from '../../../src/vision/face/embed.ts';
import { detectFaces } from '../../../src/vision/face/detect-faces.ts';
import type { ModelPack } from '../../../src/vision/runtime/model-pack.ts';
import { testDataFolder } from '../open-vision.ts';

interface Photo {
  readonly file: string;
  readonly identity: string;
}

/** Labelled photos of the evaluation data; empty where they are not installed. `persons`: of AT&T, at most so many. */
export function labelledPhotos(set: 'web' | 'att', persons: number): { folder: string; photos: Photo[] } {
  const folder = testDataFolder('.');
  if (folder === null || !existsSync(join(folder, 'manifest.json'))) return { folder: '', photos: [] };
  const listed = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Partial<Photo>[];
  const wanted = set === 'web' ? /^faces\/(deepface|publicdomain|compreface)\// : /^faces\/att\/s\d+\//;
  const photos = listed.filter(
    (one): one is Photo => typeof one.file === 'string' && typeof one.identity === 'string' && wanted.test(one.file),
  );
  const kept = new Set(
    [...new Set(photos.map(({ identity }) => identity))].slice(0, set === 'att' ? persons : undefined),
  );
  return { folder, photos: photos.filter(({ identity }) => kept.has(identity)) };
}

interface Embedded {
  readonly identity: string;
  readonly file: string;
  readonly vector: Float32Array;
}

export interface SetResult {
  readonly name: string;
  readonly modelId: string;
  readonly images: number;
  readonly refused: number;
  readonly scores: SortedScores;
  /** Impostor scores within either half of the persons, so that what is fitted to one is counted on the other. */
  readonly halves?: readonly [readonly number[], readonly number[]];
  at(threshold: number): OperatingPoint;
}

async function embedAll(pack: ModelPack, folder: string, photos: readonly Photo[]) {
  const embedded: Embedded[] = [];
  for (const { file, identity } of photos) {
    const image = await open(join(folder, file));
    const found = image === null ? null : await embedLargestFace(pack, image);
    if (found?.template.available === true) embedded.push({ identity, file, vector: found.template.value.vector });
  }
  return embedded;
}

async function open(path: string): Promise<RgbImage | null> {
  const decoded = await decodeImage(readFileSync(path));
  return decoded.ok ? decoded.image : null;
}

function resultOf(
  name: string,
  modelId: string,
  images: number,
  refused: number,
  genuine: number[],
  impostor: number[],
): SetResult {
  const scores = sortScores({ genuine, impostor });
  return { name, modelId, images, refused, scores, at: (threshold) => ratesAt(scores, threshold) };
}

/** All pairs of one set. Null when the set or a model is missing. */
export async function photoPairs(pack: ModelPack, set: 'web' | 'att', persons: number): Promise<SetResult | null> {
  const model = await pack.get('face_recogniser');
  const { folder, photos } = labelledPhotos(set, persons);
  if (model === null || photos.length === 0) return null;
  const embedded = await embedAll(pack, folder, photos);
  const [genuine, impostor]: [number[], number[]] = [[], []];
  const halves: [number[], number[]] = [[], []];
  const identities = [...new Set(embedded.map(({ identity }) => identity))];
  const halfOf = (identity: string) => (2 * identities.indexOf(identity) < identities.length ? 0 : 1);
  embedded.forEach((a, i) =>
    embedded.slice(i + 1).forEach((b) => {
      const score = dot(a.vector, b.vector);
      (a.identity === b.identity ? genuine : impostor).push(score);
      if (a.identity !== b.identity && halfOf(a.identity) === halfOf(b.identity))
        halves[halfOf(a.identity)].push(score);
    }),
  );
  const name = set === 'web' ? 'web photos, all pairs' : `AT&T (${persons} persons), all pairs`;
  const refused = photos.length - embedded.length;
  return { ...resultOf(name, model.entry.id, photos.length, refused, genuine, impostor), halves };
}

/**
 * One side printed on a card: the face at `width` px, on the blue of a KTP, washed out, blurred, noisy, strongly
 * compressed, found again. Every card against every other photo.
 */
export async function cardPairs(
  pack: ModelPack,
  set: 'web' | 'att',
  persons: number,
  widths: readonly number[],
): Promise<SetResult | null> {
  const model = await pack.get('face_recogniser');
  const { folder, photos } = labelledPhotos(set, persons);
  if (model === null || photos.length === 0) return null;
  const selfies = await embedAll(pack, folder, photos);
  const [genuine, impostor]: [number[], number[]] = [[], []];
  let refused = 0;
  let cards = 0;
  for (const [index, selfie] of selfies.entries()) {
    const image = await open(join(folder, selfie.file));
    const card = image === null ? null : await printOnCard(pack, image, widths[index % widths.length]!, 400 + index);
    if (card === null) continue;
    cards += 1;
    const found = await embedLargestFace(pack, card);
    if (found?.template.available !== true) {
      refused += 1;
      continue;
    }
    const { vector } = found.template.value;
    for (const other of selfies) {
      if (other.file !== selfie.file)
        (other.identity === selfie.identity ? genuine : impostor).push(dot(vector, other.vector));
    }
  }
  const name = `card portraits ${widths[0]}–${widths.at(-1)} px against ${set === 'web' ? 'web photos' : 'AT&T'}`;
  return resultOf(name, model.entry.id, cards, refused, genuine, impostor);
}

const cardBlue = [168, 196, 214] as const;

async function printOnCard(pack: ModelPack, image: RgbImage, width: number, seed: number): Promise<RgbImage | null> {
  const face = (await detectFaces(pack, image))?.[0];
  if (face === undefined) return null;
  const { box } = face;
  const part = {
    x: box.x - box.width * 0.45,
    y: box.y - box.height * 0.4,
    width: box.width * 1.9,
    height: box.height * 1.7,
  };
  const cut = crop(image, part);
  const scale = width / box.width;
  const small = await resize(cut, Math.round(cut.width * scale), Math.round(cut.height * scale));
  const random = seededRandom(seed);
  const size = { width: small.width + 120, height: small.height + 100 };
  const data = new Uint8Array(size.width * size.height * 3);
  for (let y = 0, p = 0; y < size.height; y += 1) {
    for (let x = 0; x < size.width; x += 1, p += 3) {
      const inside = x >= 60 && y >= 50 && x < 60 + small.width && y < 50 + small.height;
      const from = ((y - 50) * small.width + (x - 60)) * 3;
      const grey = inside ? (small.data[from]! + small.data[from + 1]! + small.data[from + 2]!) / 3 : 0;
      const noise = 10 * (random() - 0.5);
      for (let c = 0; c < 3; c += 1) {
        const value = inside ? 18 + 0.85 * (0.55 * small.data[from + c]! + 0.45 * grey) : cardBlue[c]!;
        data[p + c] = Math.max(0, Math.min(255, value + noise));
      }
    }
  }
  const compressed = await decodeImage(await encodeJpeg({ ...size, data: soften(data, size.width) }, 50));
  return compressed.ok ? compressed.image : null;
}

/** A lens that does not quite resolve the print: a light 3-tap blur both ways. */
function soften(data: Uint8Array, width: number): Uint8Array {
  let from = data;
  for (const step of [3, width * 3]) {
    const out = Uint8Array.from(from);
    for (let i = step; i < from.length - step; i += 1) out[i] = (from[i - step]! + 2 * from[i]! + from[i + step]!) / 4;
    from = out;
  }
  return from;
}
