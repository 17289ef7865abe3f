/** Cards that are none: shown on a screen, copied, printed, or altered. Made from the same artwork as the clean ones. */
import sharp from 'sharp';
import type { RegionTable } from '../../../src/core/nik/regions.ts';
import type { RgbImage } from '../../../src/vision/image/rgb-image.ts';
import { artworkSize, drawCard, type Area } from './artwork.ts';
import { createDraw, type Draw } from './draw.ts';
import { gluePortrait } from './glued-portrait.ts';
import {
  cardAt,
  composeScene,
  drawnPortrait,
  photographScene,
  plainCard,
  type PlainCard,
  type PortraitSource,
  type Scene,
} from './generate.ts';
import { drawPortrait } from './portrait.ts';
import { frameToCard, toCard, type RgbaImage } from './projection.ts';
import { recapture } from './recapture.ts';
import { drawRecipe, type Recipe } from './severity.ts';

export const attackKinds = [
  'screen_recapture',
  'grey_photocopy',
  'colour_photocopy',
  'print_raster',
  'edited_field',
  'shifted_field',
  'swapped_portrait',
  'glued_portrait',
] as const;
export type AttackKind = (typeof attackKinds)[number];

/** A photograph of an attack, JPEG. `genuine` gives the untouched card in the same conditions. */
export async function generateAttack(
  kind: AttackKind | 'genuine',
  seed: number,
  index: number,
  regions: RegionTable,
  portrait: PortraitSource = drawnPortrait,
): Promise<Uint8Array> {
  const draw = createDraw(seed * 32_452_843 + index);
  const recipe = drawRecipe(draw.pick(['clean', 'perspective', 'clutter', 'jpeg'] as const), 1, draw);
  recipe.scan = false;
  const plain = await plainCard(seed + 77, index, regions, portrait);
  const { png } = plain.artwork;
  switch (kind) {
    case 'genuine':
      return shoot(png, recipe, draw);
    case 'screen_recapture':
      return recapture(png, recipe, draw);
    case 'grey_photocopy':
      return shoot(await greyCopy(png, draw), recipe, draw);
    case 'colour_photocopy':
      return shoot(await colourCopy(png, draw), recipe, draw);
    case 'print_raster':
      return shoot(await halftone(png, draw), recipe, draw);
    case 'edited_field':
      return altered(png, await editedArtwork(plain, draw), editedArea(plain, draw), recipe, draw);
    case 'shifted_field': {
      const { shifted, area } = await shiftedArtwork(plain, draw);
      return altered(png, shifted, area, recipe, draw);
    }
    case 'swapped_portrait': {
      // The stolen photograph was small and compressed before.
      const worse = await sharp(await otherFace(plain, index, draw, portrait))
        .resize({ width: draw.int(110, 170) })
        .jpeg({ quality: draw.int(35, 70) })
        .toBuffer();
      const other = (await drawCard(plain.person, plain.artwork.style, 5, worse)).png;
      return altered(png, other, plain.artwork.areas.portrait, recipe, draw);
    }
    case 'glued_portrait': {
      const face = await otherFace(plain, index, draw, portrait);
      return shoot(await gluePortrait(png, face, plain.artwork.areas.portrait, draw), recipe, draw);
    }
  }
}

async function shoot(png: Buffer, recipe: Recipe, draw: Draw): Promise<Uint8Array> {
  return photographScene(await composeScene(png, recipe, draw), recipe, draw);
}

/** Toner: grey, steep, specks, without the ground's last tones. */
async function greyCopy(png: Buffer, draw: Draw): Promise<Buffer> {
  return remake(png, (image) => {
    const contrast = draw.between(1.25, 1.7);
    for (let i = 0; i < image.data.length; i += 4) {
      const luma = 0.299 * image.data[i]! + 0.587 * image.data[i + 1]! + 0.114 * image.data[i + 2]!;
      const speck = draw.next() < 0.0006 ? -120 : 0;
      const value = Math.max(12, Math.min(250, 214 + (luma - 205) * contrast + speck));
      image.data.fill(value, i, i + 3);
    }
  });
}

/** A colour copier: paler, a cast, streaks along the feed, and paper instead of plastic. */
async function colourCopy(png: Buffer, draw: Draw): Promise<Buffer> {
  const cast = [draw.between(-10, 10), draw.between(-6, 6), draw.between(-10, 10)];
  const saturation = draw.between(0.6, 1.1);
  return remake(await halftone(png, draw, draw.between(200, 240)), (image) => {
    for (let y = 0; y < image.height; y += 1) {
      const streak = 4 * Math.sin(y * 0.21) * (y % 13 === 0 ? 1 : 0.3);
      for (let x = 0; x < image.width; x += 1) {
        const k = (y * image.width + x) * 4;
        const luma = 0.299 * image.data[k]! + 0.587 * image.data[k + 1]! + 0.114 * image.data[k + 2]!;
        for (let c = 0; c < 3; c += 1)
          image.data[k + c] = clamp(luma + (image.data[k + c]! - luma) * saturation + cast[c]! + streak);
      }
    }
  });
}

const cosines = Float32Array.from({ length: 4096 }, (_, i) => Math.cos((i * 2 * Math.PI) / 4096));

/** Offset or laser print: four screens at 15°, 75°, 0° and 45°, `lines` to the inch on a card of 3.37 inches. */
async function halftone(png: Buffer, draw: Draw, lines = draw.between(100, 150)): Promise<Buffer> {
  const { data, info } = await sharp(png)
    .resize({ width: artworkSize.width * 1.5 })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const unit = (4096 * lines * 3.37) / info.width;
  const screens = [15, 75, 0, 45].map((angle) => {
    const radians = (angle * Math.PI) / 180;
    return [Math.cos(radians) * unit, Math.sin(radians) * unit] as const;
  });
  // The dot grows with the tone: a hill of two cosines, cut at the height that leaves that share.
  const inked = (n: number, amount: number, x: number, y: number): number => {
    const [a, b] = screens[n]!;
    const hill = (cosines[(a * x + b * y) & 4095]! + cosines[(a * y - b * x) & 4095]!) / 4 + 0.5;
    return Math.max(0, Math.min(1, 0.5 + (hill - 1 + amount) * 2.5));
  };
  for (let y = 0, k = 0; y < info.height; y += 1) {
    for (let x = 0; x < info.width; x += 1, k += 4) {
      const [c, m, j] = [1 - data[k]! / 255, 1 - data[k + 1]! / 255, 1 - data[k + 2]! / 255];
      const grey = Math.min(c, m, j);
      const black = grey * Math.sqrt(grey);
      const key = 1 - inked(3, black, x, y) * 0.92;
      data[k] = 255 * (1 - inked(0, c - black, x, y) * 0.94) * key;
      data[k + 1] = 255 * (1 - inked(1, m - black, x, y) * 0.94) * key;
      data[k + 2] = 255 * (1 - inked(2, j - black, x, y) * 0.94) * key;
    }
  }
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } })
    .resize({ width: artworkSize.width })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

async function remake(png: Buffer, change: (image: RgbaImage) => void): Promise<Buffer> {
  const image = await cardAt(png, artworkSize.width);
  change(image);
  return sharp(image.data, { raw: { width: image.width, height: image.height, channels: 4 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** The same card with another digit in the NIK and another name, set in another face. */
async function editedArtwork({ person, artwork }: PlainCard, draw: Draw): Promise<Buffer> {
  const digits = person.fields.nik.split('');
  for (const at of [7, 11, 15]) digits[at] = String((Number(digits[at]) + draw.int(1, 8)) % 10);
  const fields = {
    ...person.fields,
    nik: digits.join(''),
    fullName: `${person.fields.fullName.split(' ')[0]} BARU`,
    birthDate: '1991-01-01',
  };
  const style = {
    ...artwork.style,
    family: 'DejaVu Sans',
    nikKind: 'sans' as const,
    size: artwork.style.size * 0.93,
    valueWeight: 400,
  };
  return (await drawCard({ ...person, fields }, style, 5, await blank())).png;
}

async function blank(): Promise<Buffer> {
  return sharp({ create: { width: 30, height: 39, channels: 3, background: '#888' } })
    .png()
    .toBuffer();
}

function editedArea({ artwork }: PlainCard, draw: Draw): Area {
  return artwork.areas[draw.pick(['nik', 'fullName', 'birthDate'] as const)];
}

/** The same print, but one value cut out and set back a little higher, lower or askew: a paste that was not lined up. */
async function shiftedArtwork({ artwork }: PlainCard, draw: Draw): Promise<{ shifted: Buffer; area: Area }> {
  const row = artwork.areas[draw.pick(['fullName', 'birthDate'] as const)];
  const area = {
    x: Math.round(row.x),
    y: Math.round(row.y),
    width: Math.round(row.width),
    height: Math.round(row.height),
  };
  const piece = await sharp(artwork.png)
    .extract({ left: area.x, top: area.y, width: area.width, height: area.height })
    .png()
    .toBuffer();
  const dy = draw.between(5, 11) * draw.sign();
  const turn = draw.between(-0.6, 0.6);
  const place = `translate(${area.x} ${area.y + dy}) rotate(${turn})`;
  const overlay =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${artworkSize.width}" height="${artworkSize.height}">` +
    `<image transform="${place}" width="${area.width}" height="${area.height}" href="data:image/png;base64,${piece.toString('base64')}"/></svg>`;
  const shifted = await sharp(artwork.png)
    .composite([{ input: Buffer.from(overlay), left: 0, top: 0 }])
    .png({ compressionLevel: 1 })
    .toBuffer();
  return { shifted, area };
}

async function otherFace({ person }: PlainCard, index: number, draw: Draw, portrait: PortraitSource): Promise<Buffer> {
  const red = draw.chance(0.5);
  return portrait === drawnPortrait
    ? drawPortrait(900_001 + (index % 8), { female: person.female, old: false, red })
    : portrait(person, 900_001 + index);
}

/** Retouched after the photograph: inside the area the altered card, without the sensor's noise; all compressed again. */
async function altered(png: Buffer, other: Buffer, area: Area, recipe: Recipe, draw: Draw): Promise<Uint8Array> {
  const seed = draw.int(1, 1e9);
  const scene = await composeScene(png, recipe, createDraw(seed));
  const retouched = await composeScene(other, recipe, createDraw(seed));
  const genuine = await decode(await photographScene(scene, recipe, createDraw(seed + 1)));
  const pasted = await decode(
    await photographScene(retouched, { ...recipe, noise: 0.2, jpeg: 95 }, createDraw(seed + 1)),
  );
  paste(genuine, pasted, scene, area);
  return new Uint8Array(
    await sharp(genuine.data, { raw: { width: genuine.width, height: genuine.height, channels: 3 } })
      .jpeg({ quality: 92 })
      .toBuffer(),
  );
}

async function decode(jpeg: Uint8Array): Promise<RgbImage> {
  const { data, info } = await sharp(jpeg).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

function paste(into: RgbImage, from: RgbImage, scene: Scene, area: Area): void {
  const h = frameToCard(scene.corners);
  for (let y = 0; y < into.height; y += 1) {
    for (let x = 0; x < into.width; x += 1) {
      const [u, v] = toCard(h, x + 0.5, y + 0.5);
      const px = u * artworkSize.width - area.x;
      const py = v * artworkSize.height - area.y;
      if (px < 0 || py < 0 || px > area.width || py > area.height) continue;
      const k = (y * into.width + x) * 3;
      into.data.set(from.data.subarray(k, k + 3), k);
    }
  }
}
