/**
 * A camera whose card comes from our own generator: a hand that moves it about for a few seconds and then holds it still.
 * What is on the card and where it lies is known, so that the station can be held to it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRegionTable } from '../../src/core/nik/regions.ts';
import type { KtpFieldName } from '../../src/contract/vocabulary.ts';
import { decodeImage, encodeJpeg, resize, type RgbImage } from '../../src/vision/image/image.ts';
import { plainCard } from '../accuracy/cards/generate.ts';

const width = 1280;
const height = 720;
const cardHeight = 560;
/** As Chromium plays the file. */
const framesPerSecond = 30;
/** Below 90 the encoder subsamples colour 4:2:0, the only kind Chromium's reader takes. */
const quality = 89;

export interface GeneratedFeed {
  readonly flags: readonly string[];
  readonly fields: Readonly<Record<KtpFieldName, string>>;
  /** Corners of the card while it is held still, shares of the frame, from its top left clockwise. */
  readonly corners: readonly { readonly x: number; readonly y: number }[];
  /** The card alone, as a scanner would save it. */
  readonly scan: Uint8Array;
  close(): void;
}

export async function openGeneratedFeed(
  seed: number,
  seconds: { moving: number; still: number },
): Promise<GeneratedFeed> {
  const regions = loadRegionTable(
    JSON.parse(readFileSync(new URL('../../resources/regions/regions.json', import.meta.url), 'utf8')),
  );
  const { person, artwork } = await plainCard(seed, 0, regions);
  const drawn = await decodeImage(new Uint8Array(artwork.png));
  if (!drawn.ok) throw new Error(drawn.reason);
  const card = await resize(drawn.image, Math.round((drawn.image.width / drawn.image.height) * cardHeight), cardHeight);
  const left = (width - card.width) >> 1;
  const top = (height - card.height) >> 1;

  const moving: Uint8Array[] = [];
  for (let n = 0; n < seconds.moving * framesPerSecond; n += 1) {
    // Back and forth, a tenth of the picture and more between any two looks.
    const swing = Math.round(Math.sin(n * 0.9) * 130);
    moving.push(await encodeJpeg(onDesk(card, left + swing, top + Math.round(swing / 4)), quality));
  }
  // A held card trembles by a pixel or two: equal frames in a row would be a stuck camera.
  const tremble = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ] as const;
  const held = await Promise.all(tremble.map(([x, y]) => encodeJpeg(onDesk(card, left + x, top + y), quality)));
  const still = Array.from({ length: seconds.still * framesPerSecond }, (_, n) => held[n % held.length]!);

  const folder = mkdtempSync(join(tmpdir(), 'loket-generated-'));
  const film = join(folder, 'card.mjpeg');
  writeFileSync(film, Buffer.concat([...moving, ...still]));
  const corner = (x: number, y: number) => ({ x: (left + x) / width, y: (top + y) / height });
  return {
    flags: [
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${film}`,
    ],
    fields: person.fields,
    corners: [corner(0, 0), corner(card.width, 0), corner(card.width, card.height), corner(0, card.height)],
    scan: await encodeJpeg(await resize(drawn.image, 1012, 638), 92),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function onDesk(card: RgbImage, left: number, top: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i += 3) data.set([62, 52, 44], i);
  for (let y = 0; y < card.height; y += 1) {
    const row = card.data.subarray(y * card.width * 3, (y + 1) * card.width * 3);
    data.set(row, ((top + y) * width + left) * 3);
  }
  return { width, height, data };
}
