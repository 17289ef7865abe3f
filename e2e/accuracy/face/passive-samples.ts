/** The few labelled pictures that came with the passive networks, scored one by one. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Vision } from '../../../src/contract/vision.ts';
import { testDataFolder } from '../open-vision.ts';

export interface PassiveSample {
  readonly name: string;
  readonly label: string;
  /** Softmax of living, one per network; empty without a face. */
  readonly scores: readonly number[];
}

/** `most` pictures at most; empty where the evaluation data is not installed. */
export async function scorePassiveSamples(vision: Vision, most: number): Promise<PassiveSample[]> {
  const folder = testDataFolder('.');
  if (folder === null) return [];
  const listed = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { file: string; label?: string }[];
  const samples: PassiveSample[] = [];
  for (const { file, label } of listed.filter((one) => one.file.startsWith('spoof/')).slice(0, most)) {
    const facts = await vision.analyseFace({ frames: [readFileSync(join(folder, file))], purpose: 'selfie' });
    samples.push({ name: basename(file), label: label ?? '', scores: Object.values(facts.frames[0]?.passive ?? {}) });
  }
  return samples;
}
