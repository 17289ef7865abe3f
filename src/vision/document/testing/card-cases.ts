/** Ground truth of the development cards, and frames of a card under a light challenge. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { FlashSequence } from '../../../contract/facts.ts';
import type { KtpFieldName } from '../../../contract/vocabulary.ts';
import { encodeJpeg, type RgbImage } from '../../image/image.ts';
import { findInstallationRoot } from '../../runtime/model-manifest.ts';
import { drawGround, placeCard } from './draw-card.ts';

const shared = resolve(findInstallationRoot()!, '..', 'shared');
const folder = join(process.env.LOKET_TESTDATA ?? join(shared, 'testdata'), 'ktp');

export const devCards = ['c01', 'c02'].flatMap((card) =>
  ['clean', 'blur', 'dark', 'glare', 'noise', 'rot4', 'jpeg30', 'small640', 'small480'].map(
    (kind) => `${card}_${kind}`,
  ),
);

/** Null when the cards are here; else the reason to skip. In CI with the shared folder absence is a failure. */
export function missingDevCards(): string | null {
  if (devCards.every((name) => existsSync(join(folder, `${name}.jpg`)))) return null;
  const reason = 'development cards are not here (LOKET_TESTDATA)';
  if (process.env.CI && existsSync(shared)) throw new Error(reason);
  return reason;
}

export function devCardBytes(name: string): Uint8Array {
  return readFileSync(join(folder, `${name}.jpg`));
}

export function devCardTruth(name: string): Record<KtpFieldName, string> {
  const card = JSON.parse(readFileSync(join(folder, `${name.slice(0, 3)}.json`), 'utf8')) as Record<string, string>;
  const [birthPlace = '', birthDate = ''] = card.ttl!.split(', ');
  return {
    province: card.provinsi!,
    regency: card.kota!,
    nik: card.nik!,
    fullName: card.nama!,
    birthPlace,
    birthDate: birthDate.split('-').reverse().join('-'),
    sex: card.jk!,
    bloodType: card.gol!,
    address: card.alamat!,
    rtRw: card.rtrw!,
    village: card.kel!,
    district: card.kec!,
    religion: card.agama!,
    maritalStatus: card.status!,
    occupation: card.kerja!,
    nationality: card.wn!,
    validUntil: card.berlaku!,
  };
}

/** A card on a desk, filmed while `shown` lights it; `challenge` is what the request claims was shown. */
export async function filmCard(
  card: RgbImage,
  shown: FlashSequence,
): Promise<{ frames: Uint8Array[]; frameTimesMs: number[] }> {
  const { frame } = placeCard(drawGround(1100, 760), card, { centre: { x: 550, y: 380 }, width: 860, angle: 2 });
  const colours = shown.colors.map((hex) => [1, 3, 5].map((at) => (parseInt(hex.slice(at, at + 2), 16) / 255) ** 2.2));
  const total = shown.holdMs.reduce((sum, ms) => sum + ms, 0);
  const frames: Uint8Array[] = [];
  const frameTimesMs: number[] = [];
  for (let tMs = 70; tMs < total; tMs += 80) {
    let left = tMs - 60;
    const step = shown.holdMs.findIndex((ms) => (left -= ms) < 0);
    const light = colours[step] ?? [0, 0, 0];
    frames.push(await encodeJpeg(lit(frame, light, tMs), 80));
    frameTimesMs.push(tMs);
  }
  return { frames, frameTimesMs };
}

/** Room light of 0.8 plus the screen, in linear light, with a little sensor noise that changes from frame to frame. */
function lit(frame: RgbImage, light: readonly number[], seed: number): RgbImage {
  const table = light.map((value) =>
    Uint8Array.from({ length: 256 }, (_, v) =>
      Math.min(255, 255 * ((v / 255) ** 2.2 * (0.8 + 0.12 * value)) ** (1 / 2.2)),
    ),
  );
  let state = seed * 2654435761;
  const data = frame.data.map((value, k) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.max(0, Math.min(255, table[k % 3]![value]! + (state >>> 30) - 1));
  });
  return { ...frame, data };
}
