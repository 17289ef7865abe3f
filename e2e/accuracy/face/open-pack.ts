/** The model pack itself, for harnesses that look below the interface of vision. */
import { join, resolve } from 'node:path';
import { readModelManifest } from '../../../src/vision/runtime/model-manifest.ts';
import { openModelPack, type ModelPack } from '../../../src/vision/runtime/model-pack.ts';
import { root } from '../open-vision.ts';

export async function openPack(): Promise<ModelPack> {
  const manifest = readModelManifest(root);
  if (!manifest.ok) throw new Error(manifest.error.message);
  const pack = process.env.LOKET_MODEL_PACK ?? resolve(root, '../shared/models');
  return openModelPack({ directories: [pack, join(root, 'models')], manifest: manifest.value });
}
