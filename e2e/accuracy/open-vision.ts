/** Vision, regions and test data as the harnesses use them. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Vision } from '../../src/contract/vision.ts';
import { loadRegionTable, type RegionTable } from '../../src/core/nik/regions.ts';
import { createInlineVision } from '../../src/vision/create-vision.ts';
import { findInstallationRoot, readModelManifest } from '../../src/vision/runtime/model-manifest.ts';

export const root = findInstallationRoot() ?? process.cwd();
const modelPack = process.env.LOKET_MODEL_PACK ?? resolve(root, '../shared/models');
const testData = process.env.LOKET_TESTDATA ?? resolve(root, '../shared/testdata');

/** Vision in this process. The recogniser for portraits may be missing; text is read all the same. */
export async function openAccuracyVision(): Promise<Vision> {
  const manifest = readModelManifest(root);
  if (!manifest.ok) throw new Error(manifest.error.message);
  return createInlineVision({
    modelDirectories: [modelPack, join(root, 'models')],
    manifest: manifest.value,
    warmUp: true,
  });
}

export function loadRegions(): RegionTable {
  return loadRegionTable(JSON.parse(readFileSync(join(root, 'resources/regions/regions.json'), 'utf8')));
}

/** A folder of the evaluation data, or null with nothing there. */
export function testDataFolder(name: string): string | null {
  const folder = join(testData, name);
  return existsSync(folder) ? folder : null;
}
