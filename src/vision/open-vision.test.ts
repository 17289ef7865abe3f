import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CardFacts } from '../contract/facts.ts';
import type { Vision } from '../contract/vision.ts';
import { installedVisionOptions, openVision } from './open-vision.ts';
import { findInstallationRoot } from './runtime/model-manifest.ts';

const shared = resolve(findInstallationRoot()!, '..', 'shared');
const pack = process.env.LOKET_MODEL_PACK ?? join(shared, 'models');
const data = process.env.LOKET_TESTDATA ?? join(shared, 'testdata');
const card = join(data, 'ktp', 'c01_clean.jpg');
const portrait = join(data, 'faces', 'publicdomain', 'obama1.jpg');
// In CI a shared folder without its files is a fault, not a reason to skip.
const expected = process.env.CI !== undefined && existsSync(shared);
const here = expected || [pack, card, portrait].every((path) => existsSync(path));

function options() {
  const result = installedVisionOptions();
  if (!result.ok) throw new Error(result.error.message);
  return { ...result.value, threads: 1 };
}

describe('openVision', () => {
  let inline: Vision;
  let supervised: Vision;
  beforeAll(async () => {
    inline = await openVision(options(), { LOKET_VISION: 'inline' });
    supervised = await openVision(options(), {});
  });
  afterAll(async () => {
    await inline.close();
    await supervised.close();
  });

  it('picks the host by LOKET_VISION', async () => {
    expect((await inline.status()).host).toBe('inline');
    expect((await supervised.status()).host).toBe('process');
  });

  it.skipIf(!here)('gives equal facts on both hosts (skipped: no models or no test data here)', async () => {
    const request = { frames: [readFileSync(portrait)], frameTimesMs: [0], purpose: 'selfie' as const };
    const { durationsMs: _a, ...face } = await inline.analyseFace(request);
    const { durationsMs: _b, ...faceThere } = await supervised.analyseFace(request);
    expect(face.template.available).toBe(true);
    expect(comparable(faceThere)).toEqual(comparable(face));
    const { durationsMs: _c, ...read } = await inline.analyseCard({ frames: [readFileSync(card)] });
    const { durationsMs: _d, ...readThere } = await supervised.analyseCard({ frames: [readFileSync(card)] });
    expect(read.reading.available).toBe(true);
    // The second reader has a deadline where the first is sure, so its lines may be there or not.
    expect(comparable(byFirstReader(readThere))).toEqual(comparable(byFirstReader(read)));
    for (const frame of [readFileSync(portrait), readFileSync(card)]) {
      expect(await supervised.coachFace(frame)).toEqual(await inline.coachFace(frame));
      expect(await supervised.coachCard(frame)).toEqual(await inline.coachCard(frame));
    }
  });

  it('answers bad pixels with facts, not exceptions, and without a restart', async () => {
    const jpeg = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#456' } })
      .jpeg()
      .toBuffer();
    const huge = Buffer.from(jpeg);
    const size = huge.indexOf(Buffer.from([0xff, 0xc0])) + 5;
    huge.writeUInt16BE(10_000, size);
    huge.writeUInt16BE(20_000, size + 2);
    const dot = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    const frames = [new Uint8Array(0), Buffer.from('not a picture'), jpeg.subarray(0, 200), huge, dot, jpeg];
    for (const vision of [inline, supervised]) {
      const face = await vision.analyseFace({ frames, purpose: 'selfie' });
      const read = await vision.analyseCard({ frames });
      for (const facts of [face, read]) {
        const problems = facts.frames.map(({ problem }) => problem);
        expect(problems.slice(0, 4)).toEqual([
          'image_unreadable',
          'image_unreadable',
          'image_unreadable',
          'image_too_large',
        ]);
      }
      expect(face.template.available).toBe(false);
      expect(read.portrait.available).toBe(false);
      for (const frame of frames) {
        expect((await vision.coachFace(frame)).faces).toEqual([]);
        await expect(vision.coachCard(frame)).resolves.toBeDefined();
      }
      expect((await vision.analyseFace({ frames: [], purpose: 'reference' })).template.available).toBe(false);
      expect((await vision.analyseCard({ frames: [] })).reading.available).toBe(false);
    }
    expect((await supervised.status()).restarts).toBe(0);
  });
});

/** Bytes as plain arrays: one host answers Buffers where the other answers Uint8Arrays. */
function byFirstReader(facts: Omit<CardFacts, 'durationsMs'>) {
  const { reading } = facts;
  if (!reading.available) return facts;
  const lines = reading.value.lines.filter((line) => line.engine === 'ppocr');
  return { ...facts, reading: { ...reading, value: { ...reading.value, lines } } };
}

function comparable(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, part: unknown) => {
      if (part instanceof Float32Array) return [...part];
      const bytes = part as { type?: string; data?: number[] } | Uint8Array | null;
      if (bytes instanceof Uint8Array) return Buffer.from(bytes).toString('base64');
      return bytes?.type === 'Buffer' && Array.isArray(bytes.data) ? Buffer.from(bytes.data).toString('base64') : part;
    }),
  );
}
