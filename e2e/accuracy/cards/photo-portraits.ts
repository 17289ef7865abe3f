/** Portraits from the evaluation photos, where they are installed: real faces are rougher than drawn ones. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { testDataFolder } from '../open-vision.ts';
import { drawnPortrait, type PortraitSource } from './generate.ts';

/** Collections of colour photographs of one face each. */
const collections = ['publicdomain', 'compreface', 'deepface'];
const size = { width: 300, height: 390 } as const;

/**
 * `drawn` (default) or `testdata`, which throws where no photos are installed. The photo stands for any person: age and
 * sex on the card do not follow it.
 */
export function portraitSource(kind: string): PortraitSource {
  if (kind !== 'testdata') return drawnPortrait;
  const files = collections.flatMap((name) => {
    const folder = testDataFolder(join('faces', name));
    return folder === null ? [] : photosBelow(folder);
  });
  if (files.length === 0) throw new Error('--portraits testdata: no evaluation photos here (LOKET_TESTDATA)');
  return (_, seed) =>
    sharp(files[seed % files.length])
      .resize({ ...size, fit: 'cover', position: sharp.strategy.attention })
      .removeAlpha()
      .toColourspace('srgb')
      .png()
      .toBuffer();
}

function photosBelow(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? photosBelow(path) : /\.(jpe?g|png)$/i.test(path) ? [path] : []));
}
