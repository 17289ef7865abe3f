import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { known, unknownFact, type FaceFacts } from '../../contract/facts.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import { defaultOrgSettings, OrgSettingsSchema } from '../../contract/settings.ts';
import type { Vision } from '../../contract/vision.ts';
import { Compile } from 'typebox/compile';
import { calibratePairs } from './calibrate-pairs.ts';
import { calibrationHtml } from './report-html.ts';
import { linePlot, ticks } from './svg-plot.ts';
import { tailInWords } from './tail-words.ts';

/** Sees in the picture's text which template it has: `angle 30` or a reason. */
const vision = {
  analyseFace: async ({ frames }: { frames: readonly Uint8Array[] }) => {
    const text = new TextDecoder().decode(frames[0]);
    const angle = /^angle (-?\d+)/.exec(text)?.[1];
    const radians = (Number(angle) * Math.PI) / 180;
    const vector = Float32Array.from([Math.cos(radians), Math.sin(radians)]);
    const template =
      angle === undefined
        ? unknownFact(text.trim() as ReasonCode)
        : known({ modelId: 'm', vector, faceWidthPx: 100, framesUsed: [0] });
    return { frames: [{ faces: [] }], template } as unknown as FaceFacts;
  },
} as unknown as Vision;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loket-calibrate-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const run = (pairsFile: string, targetFmr: readonly number[] = [0.5]) =>
  calibratePairs(vision, { pairsFile, targetFmr, thresholds: () => [0.45] });

describe('calibratePairs', () => {
  it('compares every pair once both pictures have a face, and counts the others apart', async () => {
    put('a.jpg', 'angle 0');
    put('b.jpg', 'angle 30');
    put('c.jpg', 'angle 80');
    put('far.jpg', 'face_too_small');
    put('none.jpg', 'face_not_found');
    const list = put(
      'pairs.csv',
      'a,b,same\na.jpg,b.jpg,1\na.jpg,c.jpg,0\nb.jpg,c.jpg,0\na.jpg,far.jpg,1\nnone.jpg,far.jpg,0\n',
    );
    const result = await run(list);
    if (!result.ok) throw new Error(result.error.message);
    expect(result.value).toMatchObject({
      modelId: 'm',
      images: { total: 5, usable: 3, unusable: { face_too_small: 1, face_not_found: 1 } },
      pairs: { total: 5, genuine: 1, impostor: 2, skipped: 2 },
      auc: 1,
    });
    const [point] = result.value.atThresholds;
    // cos 50° = 0.64 is the impostor above 0.45, cos 30° = 0.87 the genuine pair.
    expect([point!.fmr.errors, point!.fmr.pairs, point!.fnmr.errors]).toEqual([1, 2, 0]);
    expect(result.value.lowestGenuine).toEqual([{ line: 2, similarity: expect.closeTo(Math.cos(Math.PI / 6), 6) }]);
    expect(result.value.highestImpostor[0]!.line).toBe(4);
  });

  it('goes on without any usable pair, with nothing claimed', async () => {
    put('none.jpg', 'face_not_found');
    const result = await run(put('pairs.csv', 'a,b,same\nnone.jpg,none.jpg,1\n'));
    expect(result).toMatchObject({
      ok: true,
      value: { modelId: null, auc: null, equalError: null, forTargets: [], pairs: { skipped: 1 } },
    });
  });

  it('names the line of a path that is not there, and never the path', async () => {
    put('a.jpg', 'angle 0');
    const result = await run(put('pairs.csv', 'a,b,same\na.jpg,a.jpg,1\na.jpg,budi.jpg,1\n'));
    expect(result).toMatchObject({ ok: false, error: { code: 'validation_failed' } });
    expect(!result.ok && result.error.message).toBe(
      '--pairs: line 3, column b: no such file (paths are relative to the list)',
    );
  });

  it('refuses what is no list, and a house without a recogniser', async () => {
    const message = async (file: string) => {
      const result = await run(file);
      return result.ok ? 'ok' : `${result.error.code} ${result.error.message}`;
    };
    expect(await message(join(folder, 'none.csv'))).toBe('validation_failed --pairs: no such file');
    expect(await message(folder)).toBe('validation_failed --pairs: a folder, not a file');
    writeFileSync(join(folder, 'latin.csv'), Buffer.from([0x61, 0xe9, 0x0a]));
    expect(await message(join(folder, 'latin.csv'))).toBe('validation_failed --pairs: not UTF-8 text');
    put('m.jpg', 'model_missing');
    expect(await message(put('pairs.csv', 'a,b,same\nm.jpg,m.jpg,1\n'))).toMatch(/^unavailable .*model_missing/);
  });
});

describe('the impostor tail', () => {
  it('is fitted to the pairs of different persons, and said with the command that uses it', async () => {
    const people = Array.from({ length: 90 }, (_, index) => `p${index}.jpg`);
    people.forEach((name, index) => put(name, `angle ${index}`));
    const rows = people.flatMap((a, i) => people.slice(i + 1).map((b) => `${a},${b},0`));
    const result = await run(put('pairs.csv', `a,b,same\n${rows.join('\n')}\n`));
    if (!result.ok) throw new Error(result.error.message);
    const { impostorTail: fit } = result.value;
    expect(fit).toMatchObject({ pairs: 4005, tailPairs: 41 });
    const lines = tailInWords(result.value);
    expect(lines[0]).toMatch(/^impostor tail: 41 of 4005 pairs above 0\.999/);
    const [, set] = /loket org set 'duplicates\.tail=(.*)'$/.exec(lines.at(-1) ?? '') ?? [];
    const settings = { ...defaultOrgSettings, duplicates: { tail: JSON.parse(set ?? '') as unknown } };
    expect(Compile(OrgSettingsSchema).Check(settings)).toBe(true);
    expect(calibrationHtml(result.value, { at: '', version: '1' })).toContain('impostor tail: 41 of 4005');
  });

  it('is not fitted to few pairs: it is said which rule duplicates go by', async () => {
    put('a.jpg', 'angle 0');
    put('b.jpg', 'angle 30');
    const result = await run(put('pairs.csv', 'a,b,same\na.jpg,b.jpg,0\n'));
    if (!result.ok) throw new Error(result.error.message);
    expect(tailInWords(result.value)).toEqual([
      'impostor tail: not fitted, 1 impostor pairs are too few; duplicates go by the rule of thumb',
    ]);
  });
});

describe('the report', () => {
  it('draws its plots itself, quotes nothing below 3 / N, and names no picture', async () => {
    put('secret-name.jpg', 'angle 0');
    put('b.jpg', 'angle 85');
    const result = await run(
      put('pairs.csv', 'a,b,same\nsecret-name.jpg,secret-name.jpg,1\nsecret-name.jpg,b.jpg,0\n'),
      [0.01],
    );
    if (!result.ok) throw new Error(result.error.message);
    const html = calibrationHtml(result.value, { at: '2026-01-01T00:00:00Z', version: '1' });
    expect(html.match(/<svg/g)).toHaveLength(3);
    expect(html).toContain('cannot be shown: needs 300 impostor pairs');
    expect(html).toContain('≤ 100.00 % (0/1');
    expect(html).not.toContain('secret-name');
    expect(html).not.toMatch(/NaN|Infinity|undefined|<script|https?:(?!\/\/www\.w3\.org)/);
  });
  it('marks decades and round numbers', () => {
    expect(ticks({ label: '', min: 0.001, max: 1, log: true })).toEqual([0.001, 0.01, 0.1, 1]);
    expect(ticks({ label: '', min: 0, max: 1 })).toEqual([0, 0.2, 0.4, 0.6000000000000001, 0.8, 1]);
    expect(linePlot({ x: { label: 'x', min: 0, max: 0 }, y: { label: 'y', min: 0, max: 0 }, lines: [] })).not.toContain(
      'NaN',
    );
  });
});
