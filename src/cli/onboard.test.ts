import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ktpFieldNames } from '../contract/vocabulary.ts';
import type { HeadlessReport } from '../desk/headless/run-onboarding.ts';
import { missingEvaluationData } from '../vision/face/testing/evaluation-data.ts';
import { onboard } from './onboard.ts';

const data = process.env.LOKET_TESTDATA ?? resolve(import.meta.dirname, '../../../shared/testdata');
const ktp = (name: string) => join(data, 'ktp', name);
const face = (name: string) => join(data, 'faces/publicdomain', name);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'loket-onboard-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const grey = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#888888' } });

describe('unusable input is one line and exit 2', () => {
  it('names what is wrong with the file', async () => {
    const good = file('good.jpg', await grey(64, 64).jpeg().toBuffer());
    const whole = await sharp({
      create: {
        width: 600,
        height: 600,
        channels: 3,
        background: '#888888',
        noise: { type: 'gaussian', mean: 120, sigma: 40 },
      },
    })
      .jpeg()
      .toBuffer();
    const cases: readonly (readonly [string, string])[] = [
      [join(folder, 'absent.jpg'), 'there is no such file'],
      [folder, 'cannot be read'],
      [file('empty.jpg', new Uint8Array()), 'is empty'],
      [file('text.jpg', new TextEncoder().encode('not a picture')), 'image_unreadable'],
      [file('gif.jpg', await grey(8, 8).gif().toBuffer()), 'image_unreadable'],
      [file('cut.jpg', whole.subarray(0, Math.floor(whole.length / 2))), 'image_unreadable'],
      [file('huge.png', await grey(20_000, 10_000).png({ compressionLevel: 9 }).toBuffer()), 'image_too_large'],
    ];
    for (const [path, words] of cases) {
      for (const options of [
        { ktp: [path], selfie: [good] },
        { ktp: [good], selfie: [path] },
        { ktp: [good, path], selfie: [good] },
      ]) {
        const result = await onboard(options);
        expect(result).toMatchObject({
          ok: false,
          error: { code: 'image_unusable', message: expect.stringContaining(words) as string },
        });
        if (!result.ok) expect(result.error.message).not.toContain('\n');
      }
    }
  });

  it('wants both kinds of picture, and leaves a foreign directory alone', async () => {
    const good = file('good2.jpg', await grey(64, 64).jpeg().toBuffer());
    expect(await onboard({ ktp: [good] })).toMatchObject({ ok: false, error: { code: 'validation_failed' } });
    const foreign = mkdtempSync(join(folder, 'foreign-'));
    writeFileSync(join(foreign, 'notes.txt'), 'mine');
    const result = await onboard({ ktp: [good], selfie: [good], data: foreign });
    expect(result).toMatchObject({ ok: false, error: { code: 'not_initialised' } });
    expect(readdirSync(foreign)).toEqual(['notes.txt']);
  });
});

const missing = missingEvaluationData();

async function decide(card: string, selfie: string, directory?: string): Promise<HeadlessReport> {
  const result = await onboard({
    ktp: [card],
    selfie: [selfie],
    ...(directory === undefined ? {} : { data: directory }),
  });
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

describe.skipIf(missing !== null)(
  `the main job on real pixels${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    it('reads c01, matches its holder, and never calls stills live', async () => {
      const report = await decide(ktp('c01_clean.jpg'), face('obama1.jpg'));
      // From ktp/c01.json, the ground truth beside the picture.
      expect(report.ktp.ocr).toMatchObject({ nik: '3173051708850001', fullName: 'BUDI CONTOH SANTOSO' });
      expect(Object.keys(report.ktp.ocr).sort()).toEqual([...ktpFieldNames].sort());
      expect(report.match).toMatchObject({ verdict: 'match' });
      expect(report.match.similarity).toBeGreaterThanOrEqual(report.match.threshold);
      expect(report.liveness.verdict).toBe('unclear');
      expect(report.liveness.voters.find((voter) => voter.name === 'flash_reflectance')?.passed).toBeNull();
      expect(['none', 'basic', 'standard']).toContain(report.customer.kycLevel);
      expect(report.bundles).toHaveLength(2);
      for (const bundle of report.bundles)
        expect(bundle).toMatchObject({
          sealed: true,
          delivered: true,
          verificationId: expect.stringMatching(/^ver_/) as string,
        });
      expect(Object.keys(report)).toEqual([
        'customer',
        'ktp',
        'liveness',
        'match',
        'bundles',
        'reasons',
        'durationsMs',
      ]);
    });

    it('tells another face, and keeps the customer in a given directory', async () => {
      const directory = join(folder, 'bank');
      const first = await decide(ktp('c01_clean.jpg'), face('biden2.jpg'), directory);
      expect(first.match.verdict).toBe('no_match');
      const second = await decide(ktp('c01_clean.jpg'), face('obama1.jpg'), directory);
      expect(second.customer.id).toBe(first.customer.id);
      expect(second.match.verdict).toBe('match');
    });

    it('decides, negatively and with reasons, on no card and on no face', async () => {
      const wall = file('wall.jpg', await grey(640, 480).jpeg().toBuffer());
      const noCard = await decide(wall, face('obama1.jpg'));
      expect(noCard.ktp.verdict).not.toBe('passed');
      expect(noCard.reasons.map((reason) => reason.code)).toContain('card_not_found');
      expect(noCard.match.verdict).toBe('unclear');
      const noFace = await decide(ktp('c02_clean.jpg'), wall);
      expect(noFace.liveness.verdict).not.toBe('live');
      expect(noFace.match).toMatchObject({ verdict: 'unclear', similarity: null });
      expect(noFace.reasons.map((reason) => reason.code)).toContain('face_not_found');
    });
  },
);
