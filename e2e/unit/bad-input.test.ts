/** Everything that may lie under the camera and is no KTP: a reason with advice for the teller, no crash, never `passed`. */
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reasonCatalogue, type ReasonCode } from '../../src/contract/reasons.ts';
import { defaultOrgSettings } from '../../src/contract/settings.ts';
import type { CardJudgement } from '../../src/contract/verdicts.ts';
import type { Vision } from '../../src/contract/vision.ts';
import { judgeCard } from '../../src/core/ktp/judge-card.ts';
import { readFields } from '../../src/core/ktp/read-fields.ts';
import { decodeNik } from '../../src/core/nik/decode-nik.ts';
import { nothingRead } from '../../src/services/evaluate-card.ts';
import { generateAttack } from '../accuracy/cards/attacks.ts';
import { drawDesk } from '../accuracy/cards/desk.ts';
import { createDraw } from '../accuracy/cards/draw.ts';
import { cardAt, generateCard, plainCard, type GeneratedCard } from '../accuracy/cards/generate.ts';
import { photographDocument, type OtherDocument } from '../accuracy/cards/other-documents.ts';
import { drawInto, projectCard, type Corners } from '../accuracy/cards/projection.ts';
import { loadRegions, openAccuracyVision } from '../accuracy/open-vision.ts';

const regions = loadRegions();
const slow = 60_000;
let vision: Vision;
let card: GeneratedCard;

beforeAll(async () => {
  vision = await openAccuracyVision();
  card = await generateCard(41, 0, { kind: 'clutter', severity: 1 }, regions);
}, slow);
afterAll(() => vision.close());

async function judge(bytes: Uint8Array): Promise<CardJudgement & { nik: string | null }> {
  const facts = await vision.analyseCard({ frames: [bytes] });
  const fields = facts.reading.available ? readFields(facts.reading.value, regions).fields : nothingRead();
  const nik = fields.nik.value === null ? null : decodeNik(fields.nik.value, regions, '2026-11-20');
  const rest = { corrections: [], typedByHand: false, simulated: false, settings: defaultOrgSettings };
  return { ...judgeCard({ facts, fields, nik, ...rest }), nik: fields.nik.value };
}

/** Not passed, and every reason has words for the teller in both languages; one of `codes` is among them. */
function expectRefused(judgement: CardJudgement, ...codes: ReasonCode[]): void {
  expect(judgement.verdict).not.toBe('passed');
  const given = judgement.reasons.map(({ code }) => code);
  expect(given.filter((code) => codes.includes(code))).not.toEqual([]);
  for (const code of given) {
    expect(reasonCatalogue[code].id.length).toBeGreaterThan(5);
    expect(reasonCatalogue[code].en.length).toBeGreaterThan(5);
  }
}

const png = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
const pixels = async () => sharp(card.bytes).raw().toBuffer({ resolveWithObject: true });

describe('other documents', () => {
  it.each<[OtherDocument, ReasonCode]>([
    ['driving_licence', 'card_not_ktp'],
    ['passport', 'card_not_ktp'],
    ['tax_card', 'card_not_ktp'],
    ['card_back', 'card_back_side'],
  ])(
    '%s: %s',
    async (which, code) => {
      expectRefused(await judge(await photographDocument(which)), code);
    },
    slow,
  );

  it('no card at all: a desk with papers', async () => {
    const desk = await sharp({ create: { width: 1280, height: 800, channels: 3, background: '#6b5138' } })
      .jpeg()
      .toBuffer();
    expectRefused(await judge(desk), 'card_not_found');
  });
});

describe('a KTP shown badly', () => {
  it(
    'half of it outside the frame',
    async () => {
      const { width = 0, height = 0 } = await sharp(card.bytes).metadata();
      for (const left of [0, Math.round(width / 2)]) {
        const half = await sharp(card.bytes)
          .extract({ left, top: 0, width: Math.floor(width / 2), height })
          .jpeg()
          .toBuffer();
        expectRefused(
          await judge(half),
          'card_not_found',
          'card_not_ktp',
          'nik_missing',
          'field_missing',
          'portrait_not_found',
        );
      }
    },
    slow,
  );

  it(
    'two of them side by side',
    async () => {
      const both = await twoCards();
      expectRefused(await judge(both), 'card_several');
    },
    slow,
  );

  async function twoCards(): Promise<Uint8Array> {
    const spots = [0, 1].map((i) =>
      projectCard(760, i === 0 ? 4 : -6, 0, 0).map(({ x, y }) => ({ x: x + 460 + i * 920, y: y + 420 })),
    ) as unknown as readonly Corners[];
    const desk = await drawDesk(1840, 840, spots[0]!, 0, createDraw(3));
    for (const [i, corners] of spots.entries()) {
      drawInto(desk, await cardAt((await plainCard(41, i, regions)).artwork.png, 760), corners);
    }
    const { width, height, data } = desk;
    return sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 90 })
      .toBuffer();
  }

  it(
    "on a telephone's screen",
    async () => {
      const judgement = await judge(await generateAttack('screen_recapture', 41, 0, regions));
      expectRefused(judgement, 'card_antispoof_unclear', 'card_spoof_suspected');
    },
    slow,
  );
});

describe('files that are no photograph of a card', () => {
  it.each<[string, ReasonCode, () => Promise<Uint8Array>]>([
    ['all black', 'card_not_found', () => png(1280, 720, '#000')],
    ['all white', 'card_not_found', () => png(1280, 720, '#fff')],
    ['one pixel', 'image_too_small', () => png(1, 1, '#888')],
    ['200 megapixels', 'image_too_large', () => png(20_000, 10_000, '#888')],
    ['animated', 'image_animated', animated],
    ['cut off', 'image_unreadable', () => Promise.resolve(card.bytes.slice(0, card.bytes.length >> 1))],
    ['overwritten', 'image_unreadable', overwritten],
    ['empty', 'image_unreadable', () => Promise.resolve(new Uint8Array(0))],
    ['a text', 'image_unreadable', () => Promise.resolve(new TextEncoder().encode('KTP'))],
  ])(
    '%s: %s',
    async (_, code, make) => {
      expectRefused(await judge(await make()), code);
    },
    slow,
  );

  async function animated(): Promise<Uint8Array> {
    const frames = await Promise.all(['#200', '#020'].map((background) => png(300, 200, background)));
    return sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
  }

  function overwritten(): Promise<Uint8Array> {
    const bytes = Uint8Array.from(card.bytes);
    bytes.fill(0, 200, bytes.length - 2);
    return Promise.resolve(bytes);
  }
});

describe('unusual files of a real card are read all the same, and still not passed without a light challenge', () => {
  it.each<[string, () => Promise<Uint8Array>]>([
    ['CMYK', async () => sharp(card.bytes).toColourspace('cmyk').jpeg({ quality: 92 }).toBuffer()],
    [
      '16 bits a channel',
      async () => {
        const { data, info } = await pixels();
        const wide = Uint16Array.from(data, (value) => value * 257);
        return sharp(wide, { raw: { width: info.width, height: info.height, channels: 3 } })
          .toColourspace('rgb16')
          .png()
          .toBuffer();
      },
    ],
    [
      'turned by EXIF',
      async () => sharp(card.bytes).rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 92 }).toBuffer(),
    ],
  ])(
    '%s',
    async (_, make) => {
      const judgement = await judge(await make());
      expect(judgement.nik).toBe(card.truth.fields.nik);
      expectRefused(judgement, 'flash_missing');
    },
    slow,
  );
});
