/** The manifest on disk and the folders in which its files are looked for. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Check, Errors } from 'typebox/value';
import { ModelManifestSchema, type ModelManifest } from '../../contract/models.ts';
import { fail, ok, type Result } from '../../contract/result.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder that holds `models/manifest.json`: the repository, or the installed application. Null when there is none. */
export function findInstallationRoot(from: string = import.meta.dirname): string | null {
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    if (existsSync(join(directory, 'models', 'manifest.json'))) return directory;
    if (dirname(directory) === directory) return null;
  }
}

/** Reads and validates `models/manifest.json` below `root`; `validation_failed` says what is wrong with it. */
export function readModelManifest(root: string): Result<ModelManifest> {
  try {
    return parseModelManifest(JSON.parse(readFileSync(join(root, 'models', 'manifest.json'), 'utf8')));
  } catch (error) {
    return fail('validation_failed', `models/manifest.json: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
}

/** Checks a manifest against its schema, and that neither an id nor a file name is used twice. */
export function parseModelManifest(json: unknown): Result<ModelManifest> {
  if (!Check(ModelManifestSchema, json)) {
    const [first] = Errors(ModelManifestSchema, json);
    return fail(
      'validation_failed',
      `models/manifest.json ${first?.instancePath ?? ''}: ${first?.message ?? 'invalid'}`,
    );
  }
  for (const key of ['id', 'file'] as const) {
    const values = json.models.map((entry) => entry[key]);
    const twice = values.find((value, index) => values.indexOf(value) !== index);
    if (twice !== undefined) return fail('validation_failed', `models/manifest.json: ${key} ${twice} is used twice`);
  }
  return ok(json);
}

/** Where installed weights go. */
export function installedModelsDirectory(root: string): string {
  return join(root, 'models');
}

/** `models/`, then `LOKET_MODEL_PACK`, then `../shared/models`; in this order. */
export function modelDirectories(root: string, environment: Environment = process.env): string[] {
  return [installedModelsDirectory(root), ...modelPackDirectories(root, environment)];
}

/** The folders weights may be used or copied from without being installed. */
export function modelPackDirectories(root: string, environment: Environment = process.env): string[] {
  const pack = environment.LOKET_MODEL_PACK;
  return [...(pack === undefined || pack === '' ? [] : [resolve(pack)]), resolve(root, '..', 'shared', 'models')];
}
