import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { statSync } from 'node:fs';
import { startMoodyServer, type Mood, type MoodyServer } from '../../connectors/http/testing/moody-server.ts';
import { modelRoles, type ModelEntry } from '../../contract/models.ts';
import { openModelPack } from '../../vision/runtime/model-pack.ts';
import { entryFor, manifestOf, tinyGraph } from '../../vision/testing/tiny-onnx.ts';
import { checkModels } from './check-models.ts';
import { installModels, type InstallModelsOptions, type InstallReport } from './install-models.ts';

const graph = tinyGraph([1, 2, 3]);
const wrong = graph.toReversed();

let folder: string;
let target: string;
let pack: string;
const servers: MoodyServer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loket-install-'));
  target = join(folder, 'models');
  pack = join(folder, 'pack');
  await mkdir(pack);
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  await rm(folder, { recursive: true });
});

async function serve(...moods: Mood[]): Promise<MoodyServer> {
  const server = await startMoodyServer(graph, moods);
  servers.push(server);
  return server;
}

async function run(entries: ModelEntry[], over: Partial<InstallModelsOptions> = {}): Promise<InstallReport> {
  const result = await installModels({
    manifest: manifestOf(...entries),
    target,
    packs: [pack],
    download: { times: { connect: 2_000, headers: 600, idle: 600 }, attempts: 2, retryDelayMs: () => 1 },
    ...over,
  });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

const outcomes = (report: InstallReport) => Object.fromEntries(report.models.map(({ id, outcome }) => [id, outcome]));

describe('installModels', () => {
  it('copies from a read-only pack, and what it installed opens and runs', async () => {
    await writeFile(join(pack, 'tiny.onnx'), graph);
    await chmod(join(pack, 'tiny.onnx'), 0o444);
    const entry = entryFor('tiny', graph);
    expect(outcomes(await run([entry], { offline: true }))).toEqual({ tiny: 'installed' });
    expect(await readdir(target)).toEqual(['tiny.onnx']);
    expect(statSync(join(target, 'tiny.onnx')).mode & 0o200).toBe(0o200);
    const models = await openModelPack({ directories: [target], manifest: manifestOf(entry), threads: 1 });
    expect(await models.get('face_detector')).not.toBeNull();
    await models.close();
    expect(outcomes(await run([entry], { offline: true }))).toEqual({ tiny: 'present' });
  });

  it('downloads what no pack has', async () => {
    const server = await serve({ kind: 'serve' });
    const seen: string[] = [];
    const entry = entryFor('tiny', graph, { url: `${server.origin}/tiny.onnx` });
    const report = await run([entry], { onProgress: ({ id, received }) => seen.push(`${id} ${received}`) });
    expect(report.models[0]).toMatchObject({ outcome: 'installed', source: `${server.origin}/tiny.onnx` });
    expect(await readdir(target)).toEqual(['tiny.onnx']);
    expect(seen.at(-1)).toBe(`tiny ${graph.length}`);
  });

  it('prefers the pack to the network, and asks no network with --from or offline', async () => {
    const server = await serve({ kind: 'serve' });
    const entry = entryFor('tiny', graph, { url: server.origin });
    expect(outcomes(await run([entry], { from: pack }))).toEqual({ tiny: 'missing' });
    expect(outcomes(await run([entry], { offline: true }))).toEqual({ tiny: 'missing' });
    await writeFile(join(pack, 'tiny.onnx'), graph);
    expect(outcomes(await run([entry]))).toEqual({ tiny: 'installed' });
    expect(server.requests).toEqual([]);
  });

  it('looks nowhere but in --from', async () => {
    await writeFile(join(pack, 'tiny.onnx'), graph);
    const empty = join(folder, 'empty');
    await mkdir(empty);
    expect(outcomes(await run([entryFor('tiny', graph)], { from: empty }))).toEqual({ tiny: 'missing' });
  });

  it('goes on with an interrupted download in the next run', async () => {
    const part = join(target, 'tiny.onnx.part');
    const gathered = () => vi.waitUntil(() => statSync(part, { throwIfNoEntry: false })?.size === 40);
    const server = await serve(
      { kind: 'cut', after: 40, when: gathered },
      { kind: 'status', status: 503 },
      { kind: 'serve' },
    );
    const entry = entryFor('tiny', graph, { url: server.origin });
    const download = { attempts: 1, retryDelayMs: () => 1 };
    const first = await run([entry], { download });
    expect([outcomes(first), first.complete]).toEqual([{ tiny: 'failed' }, false]);
    expect(await readdir(target)).toEqual(['tiny.onnx.part']);
    expect(outcomes(await run([entry], { download }))).toEqual({ tiny: 'installed' });
    expect(server.ranges).toEqual([null, 'bytes=40-', 'bytes=40-']);
    expect(await readdir(target)).toEqual(['tiny.onnx']);
  });

  it('refuses wrong bytes from a pack and from a server, names them and installs nothing', async () => {
    await writeFile(join(pack, 'a.onnx'), wrong);
    const server = await serve({ kind: 'serve-other', bytes: wrong });
    const report = await run([entryFor('a', graph), entryFor('b', graph, { url: server.origin, preference: 0 })]);
    expect(report.models).toMatchObject([
      { id: 'a', outcome: 'refused', note: expect.stringContaining('a.onnx: wrong SHA-256') },
      { id: 'b', outcome: 'refused', note: expect.stringContaining('b.onnx: wrong SHA-256') },
    ]);
    expect(report.complete).toBe(false);
    expect(await readdir(target)).toEqual([]);
  });

  it('falls back to the network when the pack has a wrong file', async () => {
    await writeFile(join(pack, 'tiny.onnx'), wrong);
    const server = await serve({ kind: 'serve' });
    expect(outcomes(await run([entryFor('tiny', graph, { url: server.origin })]))).toEqual({ tiny: 'installed' });
  });

  it('replaces a damaged installed file by a good one, and names it when there is none', async () => {
    await mkdir(target);
    await writeFile(join(target, 'tiny.onnx'), wrong);
    const entry = entryFor('tiny', graph);
    expect((await run([entry])).models[0]).toMatchObject({ outcome: 'refused', source: join(target, 'tiny.onnx') });
    expect((await readFile(join(target, 'tiny.onnx'))).equals(wrong)).toBe(true);
    await writeFile(join(pack, 'tiny.onnx'), graph);
    expect(outcomes(await run([entry]))).toEqual({ tiny: 'installed' });
    expect((await readFile(join(target, 'tiny.onnx'))).equals(graph)).toBe(true);
  });

  it('gives up on a server that hangs, without touching the rest', async () => {
    await writeFile(join(pack, 'b.onnx'), graph);
    const server = await serve({ kind: 'hang' });
    const download = { times: { connect: 500, headers: 500, idle: 500 }, attempts: 1 };
    const entries = [entryFor('a', graph, { url: server.origin }), entryFor('b', graph, { preference: 0 })];
    expect(outcomes(await run(entries, { download }))).toEqual({ a: 'failed', b: 'installed' });
  });

  it('takes one export of a family', async () => {
    await writeFile(join(pack, 'best.onnx'), graph);
    const server = await serve({ kind: 'serve' });
    const role = 'passive_liveness';
    const report = await run([
      entryFor('release', graph, { role, family: 'v2', preference: 1, url: server.origin }),
      entryFor('best', graph, { role, family: 'v2', preference: 2 }),
    ]);
    expect(outcomes(report)).toEqual({ best: 'installed', release: 'redundant' });
  });

  it('is complete only when every role is filled', async () => {
    const entries = modelRoles.map((role) => entryFor(role, graph, { role }));
    for (const { file } of entries.slice(1)) await writeFile(join(pack, file), graph);
    const lacking = await run(entries);
    expect([lacking.complete, lacking.rolesWithout]).toEqual([false, ['face_detector']]);
    await writeFile(join(pack, entries[0]!.file), graph);
    expect(await run(entries)).toMatchObject({ complete: true, rolesWithout: [] });
  });

  it('says when the folder cannot be made', async () => {
    await writeFile(target, 'a file in the place of the folder');
    const result = await installModels({ manifest: manifestOf(entryFor('tiny', graph)), target, packs: [] });
    expect(result).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  });
});

describe('checkModels', () => {
  it('tells what is ready, in use, missing and refused', async () => {
    await writeFile(join(pack, 'best.onnx'), graph);
    await writeFile(join(pack, 'second.onnx'), graph);
    await writeFile(join(pack, 'bad.onnx'), wrong);
    const manifest = manifestOf(
      entryFor('second', graph, { preference: 1 }),
      entryFor('best', graph, { preference: 2, evaluationOnly: true }),
      entryFor('gone', graph, { preference: 3 }),
      entryFor('bad', graph, { role: 'face_mesh' }),
    );
    const told = async (production: boolean) => {
      const check = await checkModels({ manifest, directories: [pack], production, allowEvaluationModels: false });
      expect(check.complete).toBe(false);
      return check.models.map(({ id, state, inUse }) => `${id} ${state}${inUse ? ' in use' : ''}`);
    };
    expect(await told(false)).toEqual(['gone missing', 'best ready in use', 'second ready', 'bad refused']);
    expect(await told(true)).toEqual(['gone missing', 'best refused', 'second ready in use', 'bad refused']);
  });
});
