import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ktpFieldNames } from '../../contract/vocabulary.ts';
import { defaultOrgSettings } from '../../contract/settings.ts';
import { makeFlashSequence } from '../../core/flash/challenge.ts';
import { judgeCard } from '../../core/ktp/judge-card.ts';
import { readFields } from '../../core/ktp/read-fields.ts';
import { decodeNik } from '../../core/nik/decode-nik.ts';
import type { CardFacts } from '../../contract/facts.ts';
import { missingEvaluationData, openEvaluationPack, photoBytes } from '../face/testing/evaluation-data.ts';
import { decodeImage, encodeJpeg, encodePng, rotateQuarter, type RgbImage } from '../image/image.ts';
import { openModelPack, type ModelPack } from '../runtime/model-pack.ts';
import { analyseCard, closeCardReader, coachCard } from './analyse-card.ts';
import { devCardBytes, devCards, devCardTruth, filmCard, missingDevCards } from './testing/card-cases.ts';
import { drawCard, drawGround, placeCard } from './testing/draw-card.ts';
import { loadRegionTable } from '../../core/nik/regions.ts';

const regions = loadRegionTable(
  JSON.parse(readFileSync(new URL('../../../resources/regions/regions.json', import.meta.url), 'utf8')),
);
const withoutCards = missingDevCards();
const withoutFaces = missingEvaluationData();
const named = (reason: string | null) => (reason === null ? '' : ` [skipped: ${reason}]`);
let models: ModelPack;

beforeAll(async () => {
  models = await openEvaluationPack();
});
afterAll(async () => {
  await closeCardReader(models);
  await models.close();
});

function judged(facts: CardFacts) {
  if (!facts.reading.available) throw new Error(facts.reading.reason);
  const { fields } = readFields(facts.reading.value, regions);
  const nik = decodeNik(fields.nik.value ?? '', regions, '2026-11-20');
  const rest = { corrections: [], typedByHand: false, simulated: false, settings: defaultOrgSettings };
  return { fields, judgement: judgeCard({ facts, fields, nik, ...rest }) };
}

async function picture(bytes: Uint8Array): Promise<RgbImage> {
  const decoded = await decodeImage(bytes);
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.image;
}

describe.skipIf(withoutCards !== null)(`the development cards${named(withoutCards)}`, () => {
  it.each(devCards)('%s: all seventeen fields exact', async (name) => {
    const facts = await analyseCard(models, { frames: [devCardBytes(name)] });
    const { fields, judgement } = judged(facts);
    expect(Object.fromEntries(ktpFieldNames.map((field) => [field, fields[field].value]))).toEqual(devCardTruth(name));
    expect(facts.cardCount).toBe(1);
    // A still is never live, however well it reads.
    expect(judgement).toMatchObject({ verdict: 'requires_review', antiSpoof: { fused: 'unclear' } });
    expect(judgement.reasons.map((reason) => reason.code)).toContain('flash_missing');
  });

  it.each([90, 180, 270] as const)('reads a card turned by %d degrees', async (degrees) => {
    const turned = rotateQuarter(await picture(devCardBytes('c01_clean')), degrees);
    const facts = await analyseCard(models, { frames: [await encodeJpeg(turned)] });
    expect(facts.outline).toMatchObject({ available: true, value: { rotation: degrees } });
    expect(judged(facts).fields.nik.value).toBe(devCardTruth('c01_clean').nik);
  });

  it('reads a leaning card on a desk, upside down', async () => {
    const card = await picture(devCardBytes('c02_clean'));
    const { frame } = placeCard(drawGround(1280, 900), card, { centre: { x: 640, y: 450 }, width: 900, angle: 168 });
    const facts = await analyseCard(models, { frames: [await encodeJpeg(frame)] });
    const { fields } = judged(facts);
    const truth = devCardTruth('c02_clean');
    expect([fields.nik.value, fields.fullName.value]).toEqual([truth.nik, truth.fullName]);
  });

  it.skipIf(withoutFaces !== null)(
    `measures the portrait at the camera's resolution${named(withoutFaces)}`,
    async () => {
      const large = await analyseCard(models, { frames: [devCardBytes('c02_clean')] });
      const small = await analyseCard(models, { frames: [devCardBytes('c02_small480')] });
      expect(large.portrait).toMatchObject({ available: true, value: { template: { available: true } } });
      expect(small.portrait).toMatchObject({
        available: true,
        value: { template: { available: false, reason: 'portrait_too_small' } },
      });
      expect(large.renditions.card).toBeDefined();
      expect((await picture(large.renditions.card!)).width).toBe(1000);
    },
  );

  describe.skipIf(withoutFaces !== null)(`under the light challenge${named(withoutFaces)}`, () => {
    const sequence = (seed: number) => {
      let state = seed;
      return { nonce: 'test', ...makeFlashSequence(5, (max) => (state = (state * 31 + 7) % 10_007) % max) };
    };

    it('passes a card that answers it, and fails or doubts one that answers another', async () => {
      const card = await picture(devCardBytes('c01_clean'));
      const shown = sequence(11);
      const film = await filmCard(card, shown);
      const facts = await analyseCard(models, { ...film, flash: shown });
      const { judgement } = judged(facts);
      expect(judgement.antiSpoof.fused).toBe('live');
      expect(judgement).toMatchObject({ verdict: 'passed', assuranceTier: 'high' });
      const other = { ...shown, colors: [...shown.colors.slice(2), ...shown.colors.slice(0, 2)] };
      const replayed = judged(await analyseCard(models, { ...film, flash: other })).judgement;
      expect(replayed.verdict).not.toBe('passed');
      expect(replayed.antiSpoof.fused).not.toBe('live');
    }, 180_000);
  });
});

describe('what is no KTP', () => {
  const flat = (value: number, width = 800, height = 600) =>
    encodePng({ width, height, data: new Uint8Array(width * height * 3).fill(value) });

  it.each<[string, () => Promise<Uint8Array>, string]>([
    ['all black', () => flat(0), 'card_not_found'],
    ['all white', () => flat(255), 'card_not_found'],
    ['all white, card-shaped', () => flat(255, 1012, 638), 'card_not_found'],
    ['a bare desk', () => encodeJpeg(drawGround(1280, 720)), 'card_not_found'],
    ['one pixel', () => flat(9, 1, 1), 'image_too_small'],
    ['no bytes', () => Promise.resolve(new Uint8Array(0)), 'image_unreadable'],
    ['no picture', () => Promise.resolve(new TextEncoder().encode('bukan gambar')), 'image_unreadable'],
  ])('%s', async (_, make, reason) => {
    const bytes = await make();
    const facts = await analyseCard(models, { frames: [bytes] });
    for (const fact of [facts.outline, facts.reading, facts.portrait, facts.flash]) {
      expect(fact).toEqual({ available: false, reason });
    }
    expect(facts.cardCount).toBe(0);
    expect(facts.frames).toHaveLength(1);
    expect((await coachCard(models, bytes)).outline).toMatchObject({ available: false });
  });

  it('tells a card without KTP labels from no card', async () => {
    const { frame } = placeCard(drawGround(1280, 900), drawCard(), {
      centre: { x: 640, y: 450 },
      width: 800,
      angle: 3,
    });
    const facts = await analyseCard(models, { frames: [await encodeJpeg(frame)] });
    expect(facts.outline).toEqual({ available: false, reason: 'card_not_ktp' });
    expect(facts.reading).toEqual({ available: false, reason: 'card_not_ktp' });
  });

  it('says so when there are no frames', async () => {
    expect((await analyseCard(models, { frames: [] })).outline).toEqual({ available: false, reason: 'too_few_frames' });
  });

  it.skipIf(withoutFaces !== null)(`takes no portrait photo for a card${named(withoutFaces)}`, async () => {
    const facts = await analyseCard(models, { frames: [photoBytes('faces/publicdomain/obama1.jpg')] });
    expect(facts.reading.available).toBe(false);
    expect(facts.outline.available).toBe(false);
  });
});

describe('coachCard', () => {
  it('follows the outline without reading anything', async () => {
    const { frame } = placeCard(drawGround(1280, 720), drawCard(), {
      centre: { x: 640, y: 360 },
      width: 800,
      angle: 5,
    });
    const coaching = await coachCard(models, await encodeJpeg(frame));
    expect(coaching).toMatchObject({ outline: { available: true }, frameWidth: 1280, frameHeight: 720 });
    expect(coaching.sharpness).toBeGreaterThan(0);
    expect(coaching.brightness).toBeGreaterThan(0.3);
  });
});

describe.skipIf(withoutCards !== null)(`with an engine missing${named(withoutCards)}`, () => {
  it('reads by Tesseract alone when there is no PP-OCR', async () => {
    const none = await openModelPack({ directories: [], manifest: { version: 1, models: [] } });
    try {
      const facts = await analyseCard(none, { frames: [devCardBytes('c01_clean')] });
      expect(facts.reading.available).toBe(true);
      expect(facts.portrait).toEqual({ available: false, reason: 'model_missing' });
      const { fields, judgement } = judged(facts);
      expect(fields.fullName.value).toBe(devCardTruth('c01_clean').fullName);
      expect(judgement.verdict).toBe('requires_review');
    } finally {
      await closeCardReader(none);
      await none.close();
    }
  });
});
