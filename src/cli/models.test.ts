import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findInstallationRoot } from '../vision/runtime/model-manifest.ts';
import { checkText, installText, modelsCommand, progressLine } from './models.ts';

afterEach(() => {
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

async function run(...args: string[]): Promise<{ out: string; error: string; code: number }> {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const error = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await modelsCommand().parseAsync(args, { from: 'user' });
  const text = (spy: typeof out) => spy.mock.calls.map(([chunk]) => String(chunk)).join('');
  return { out: text(out), error: text(error), code: Number(process.exitCode ?? 0) };
}

describe('loket models', () => {
  it('check prints one JSON document with every entry of the manifest', async () => {
    const { out, error, code } = await run('check', '--json');
    const report = JSON.parse(out) as { complete: boolean; models: { id: string; state: string }[] };
    expect(report.models.find(({ id }) => id === 'ppocr-v4-rec')?.state).toBe('ready');
    expect(report.models.map(({ id }) => id)).toContain('auraface-v1');
    expect([error, code]).toEqual(['', report.complete ? 0 : 1]);
  });

  const pack = process.env.LOKET_MODEL_PACK ?? resolve(findInstallationRoot()!, '..', 'shared', 'models');
  it.skipIf(!existsSync(pack))(
    'check refuses evaluation models in production (skipped: no model pack here)',
    async () => {
      const { out } = await run('check', '--json', '--production');
      const { models } = JSON.parse(out) as { models: { id: string; state: string; note?: string }[] };
      expect(models.find(({ id }) => id === 'w600k-mbf-w8')).toMatchObject({
        state: 'refused',
        note: 'w600k_mbf_w8.onnx: licensed for evaluation only',
      });
    },
  );

  it('install says in one line what is wrong with --from', async () => {
    const { out, error, code } = await run('install', '--from', '/no/such/folder', '--json');
    expect([out, error, code]).toEqual(['', '--from: not a folder: /no/such/folder\n', 2]);
  });
});

describe('what people read', () => {
  it('names what lacks', () => {
    const text = installText({
      complete: false,
      rolesWithout: ['face_mesh'],
      models: [
        { id: 'a', role: 'face_detector', file: 'a.onnx', outcome: 'installed', licence: 'L', evaluationOnly: true },
        {
          id: 'b',
          role: 'face_mesh',
          file: 'b.onnx',
          outcome: 'refused',
          note: 'b.onnx: wrong',
          licence: 'L',
          evaluationOnly: false,
        },
      ],
    });
    expect(text.split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual([
      'installed a evaluation only',
      'refused b b.onnx: wrong',
      'Not filled, their facts will be unavailable: face_mesh.',
    ]);
    expect(checkText({ complete: true, rolesWithout: [], models: [] })).toBe('Every role is filled.');
  });

  it('writes progress sparingly into a log', () => {
    const lines: string[] = [];
    const show = progressLine({ write: (text) => lines.push(text) });
    for (let received = 0; received <= 1_000; received += 1) show({ id: 'a', received: received * 1e4, total: 1e7 });
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe('a: 10.0 MB (100 %)\n');
  });
});
