/** Several frames of one card that is turned in the hand while the lamp stands still. */
import type { RegionTable } from '../../../src/core/nik/regions.ts';
import { addNoise, compress, lightScene, throughLens } from './camera.ts';
import { drawDesk } from './desk.ts';
import { createDraw, type Draw } from './draw.ts';
import { cardAt, plainCard, type PortraitSource } from './generate.ts';
import type { CardPerson } from './people.ts';
import { drawInto, projectCard, type Corners, type RgbaImage } from './projection.ts';
import { drawRecipe } from './severity.ts';

export interface CardFilm {
  readonly person: CardPerson;
  /** JPEG, one camera, one desk. */
  readonly frames: readonly Uint8Array[];
}

const size = { width: 1600, height: 1100 } as const;

/**
 * Tilts by up to 14° and turns by up to 4° between frames; a reflection lies on another place of the card in each. `bent`
 * makes it a sheet of paper: its middle bows by 1–3 % of its height, another way in each frame.
 */
export async function generateFilm(
  seed: number,
  index: number,
  regions: RegionTable,
  portrait: PortraitSource,
  { count, bent, glare }: { count: number; bent: boolean; glare: boolean },
): Promise<CardFilm> {
  const { person, artwork } = await plainCard(seed + 55, index, regions, portrait);
  const draw = createDraw(seed * 49_979_687 + index);
  const base = drawRecipe(glare ? 'glare' : 'clean', 2, draw);
  const deskSeed = draw.int(1, 1e9);
  const frames: Uint8Array[] = [];
  for (let n = 0; n < count; n += 1) {
    const recipe = {
      ...base,
      cardWidth: draw.between(880, 1000),
      turn: draw.between(-4, 4),
      tiltX: draw.between(-14, 14),
      tiltY: draw.between(-14, 14),
    };
    const flat = projectCard(recipe.cardWidth, recipe.turn, recipe.tiltX, recipe.tiltY);
    const [dx, dy] = [size.width / 2 + draw.between(-90, 90), size.height / 2 + draw.between(-60, 60)];
    const corners = flat.map(({ x, y }) => ({ x: x + dx, y: y + dy })) as unknown as Corners;
    const frame = await drawDesk(size.width, size.height, corners, 1, createDraw(deskSeed));
    const card = await cardAt(artwork.png, recipe.cardWidth);
    drawInto(frame, bent ? bow(card, draw) : card, corners);
    lightScene(frame, corners, recipe, draw);
    const seen = await throughLens(frame, recipe);
    addNoise(seen, recipe.noise, draw);
    frames.push(await compress(seen, recipe.jpeg));
  }
  return { person, frames };
}

/** Columns sink towards the middle, as a curled sheet does that is looked at from above its edge. */
function bow(card: RgbaImage, draw: Draw): RgbaImage {
  const depth = draw.between(0.01, 0.03) * draw.sign() * card.height;
  const data = new Uint8Array(card.data.length);
  for (let x = 0; x < card.width; x += 1) {
    const shift = depth * (Math.sin((Math.PI * (x + 0.5)) / card.width) - 0.5);
    for (let y = 0; y < card.height; y += 1) {
      const from = y - shift;
      const y0 = Math.floor(from);
      const part = from - y0;
      if (y0 < 0 || y0 + 1 >= card.height) continue;
      const [a, b] = [(y0 * card.width + x) * 4, ((y0 + 1) * card.width + x) * 4];
      for (let c = 0; c < 4; c += 1)
        data[(y * card.width + x) * 4 + c] = card.data[a + c]! * (1 - part) + card.data[b + c]! * part;
    }
  }
  return { ...card, data };
}
