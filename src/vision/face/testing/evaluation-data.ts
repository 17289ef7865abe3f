/** Where tests find weights and evaluation photos, and what they say when those are not there. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { decodeImage, type RgbImage } from '../../image/image.ts';
import { findInstallationRoot, readModelManifest } from '../../runtime/model-manifest.ts';
import { openModelPack, type ModelPack } from '../../runtime/model-pack.ts';

const root = findInstallationRoot()!;
const shared = resolve(root, '..', 'shared');
const packFolder = process.env.LOKET_MODEL_PACK ?? join(shared, 'models');
const dataFolder = process.env.LOKET_TESTDATA ?? join(shared, 'testdata');

const needed = [
  join(packFolder, 'face_detection_yunet_2023mar.onnx'),
  join(packFolder, 'w600k_mbf_w8.onnx'),
  join(packFolder, 'MiniFASNetV2.onnx'),
  join(packFolder, 'MiniFASNetV1SE.onnx'),
  join(packFolder, 'face_landmark_468.onnx'),
  join(dataFolder, 'manifest.json'),
];

/** Null when models and photos are here; else the reason to skip. In CI with the shared folder absence is a failure. */
export function missingEvaluationData(): string | null {
  const missing = needed.filter((path) => !existsSync(path));
  if (missing.length === 0) return null;
  const reason = `models or evaluation photos are not here (${missing.length} files; LOKET_MODEL_PACK, LOKET_TESTDATA)`;
  if (process.env.CI && existsSync(shared)) throw new Error(reason);
  return reason;
}

export async function openEvaluationPack(): Promise<ModelPack> {
  const manifest = readModelManifest(root);
  if (!manifest.ok) throw new Error(manifest.error.message);
  return openModelPack({ directories: [packFolder], manifest: manifest.value, threads: 1 });
}

export function photoBytes(path: string): Uint8Array {
  return readFileSync(join(dataFolder, path));
}

export async function photo(path: string): Promise<RgbImage> {
  const decoded = await decodeImage(photoBytes(path));
  if (!decoded.ok) throw new Error(`${path}: ${decoded.reason}`);
  return decoded.image;
}

export interface LabelledPhoto {
  readonly file: string;
  readonly identity: string;
}

/** Photos of one set with an identity label. */
export function labelledPhotos(set: RegExp): readonly LabelledPhoto[] {
  const listed = JSON.parse(readFileSync(join(dataFolder, 'manifest.json'), 'utf8')) as
    Partial<LabelledPhoto>[] | { files: Partial<LabelledPhoto>[] };
  const files = Array.isArray(listed) ? listed : listed.files;
  return files.filter(
    (one): one is LabelledPhoto => one.identity !== undefined && one.identity !== null && set.test(one.file ?? ''),
  );
}
