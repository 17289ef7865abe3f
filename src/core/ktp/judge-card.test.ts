import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { known, unknownFact, type CardFacts, type FlashResponse } from '../../contract/facts.ts';
import { defaultOrgSettings } from '../../contract/settings.ts';
import type { KtpFieldName } from '../../contract/vocabulary.ts';
import { decodeNik } from '../nik/decode-nik.ts';
import { judgeCard, type CardCase } from './judge-card.ts';
import { readFields } from './read-fields.ts';
import { composeLines, composeReading, printedNik } from './testing/compose-reading.ts';
import { loadRegionTable } from '../nik/regions.ts';

const regions = loadRegionTable(
  JSON.parse(readFileSync(new URL('../../../resources/regions/regions.json', import.meta.url), 'utf8')),
);
const reading = composeReading([...composeLines(), ...composeLines({ engine: 'tesseract', joined: true })]);
const box = { x: 0, y: 0, width: 10, height: 10 };
const flash: FlashResponse = {
  correlation: 0.93,
  orderMargin: 0.3,
  colourMargin: 0.1,
  delayMs: 90,
  signalToNoise: 12,
  depthRatio: 1.1,
  shading: 0.1,
  framesUsed: 30,
  source: 'frames',
};
const facts: CardFacts = {
  frames: [
    {
      index: 0,
      sha256: '0'.repeat(64),
      width: 1280,
      height: 720,
      sharpness: 300,
      brightness: 0.6,
      contrast: 0.2,
      glare: 0,
    },
  ],
  outline: known({
    frameIndex: 0,
    corners: [
      { x: 0, y: 0 },
      { x: 10, y: 0 },
      { x: 10, y: 6 },
      { x: 0, y: 6 },
    ],
    rotation: 0,
    coverage: 0.5,
    confidence: 0.95,
  }),
  cardCount: 1,
  reading: known(reading),
  portrait: known({
    box,
    faceWidthPx: 90,
    template: known({ modelId: 'm', vector: new Float32Array(512), faceWidthPx: 90, framesUsed: [0] }),
  }),
  measurements: [
    { name: 'chroma_spread', value: 0.45 },
    { name: 'template_labels', value: 1 },
    { name: 'moire_peak', value: 18 },
    { name: 'raster_peak', value: 18 },
    { name: 'portrait_excess', value: 0.03 },
    { name: 'portrait_ghost', value: 0.02 },
    { name: 'portrait_turn', value: 0.04 },
    { name: 'guilloche_hue', value: -0.7 },
    { name: 'row_offset', value: 0.001 },
    { name: 'type_outlier', value: 0.08 },
    { name: 'shape_error', value: 0.01 },
  ],
  flash: known(flash),
  models: [],
  renditions: {},
  durationsMs: {},
};
const genuine: CardCase = {
  facts,
  fields: readFields(reading, regions).fields,
  nik: decodeNik(printedNik, regions, '2026-11-20'),
  corrections: [],
  typedByHand: false,
  simulated: false,
  settings: defaultOrgSettings,
};
const codes = (given: CardCase) => judgeCard(given).reasons.map((reason) => reason.code);
const withFacts = (changed: Partial<CardFacts>): CardCase => ({ ...genuine, facts: { ...facts, ...changed } });
const changeField = (given: CardCase, name: KtpFieldName, value: string | null, confidence = 0.95): CardCase => ({
  ...given,
  fields: { ...given.fields, [name]: { ...given.fields[name], value, confidence } },
});
const withField = (name: KtpFieldName, value: string | null, confidence?: number) =>
  changeField(genuine, name, value, confidence);
const without = (given: CardCase, name: string): CardCase => ({
  ...given,
  facts: { ...given.facts, measurements: given.facts.measurements.filter((each) => each.name !== name) },
});

describe('judgeCard', () => {
  it('passes a card with everything in order, and counts only validated voters', () => {
    const judgement = judgeCard(genuine);
    expect(judgement).toMatchObject({ verdict: 'passed', assuranceTier: 'high', score: 100, reasons: [] });
    expect(judgement.antiSpoof).toMatchObject({ fused: 'live', passed: 4, present: 4 });
    expect(judgement.tamper).toMatchObject({ fused: 'authentic', passed: 4, present: 4 });
    const idle = judgement.antiSpoof.voters.filter((voter) => voter.weight === 0);
    expect(idle.map((voter) => [voter.name, voter.reason])).toEqual([
      ['geometry', 'voter_not_validated'],
      ['edge', 'not_measured'],
    ]);
    const unsaid = judgement.tamper.voters.filter((voter) => voter.weight === 0);
    expect(unsaid.map((voter) => voter.name)).toEqual(['field_alignment', 'hologram_check']);
  });

  it('never finds a still live: without flash it goes to review', () => {
    const judgement = judgeCard(withFacts({ flash: unknownFact('flash_missing') }));
    expect(judgement).toMatchObject({
      verdict: 'requires_review',
      assuranceTier: 'low',
      antiSpoof: { fused: 'unclear' },
    });
    expect(judgement.reasons.map((reason) => reason.code)).toEqual(
      expect.arrayContaining(['card_antispoof_unclear', 'flash_missing']),
    );
  });

  it('sends a doubtful light to review and fails a clear answer to another light', () => {
    expect(judgeCard(withFacts({ flash: known({ ...flash, correlation: 0.45 }) })).verdict).toBe('requires_review');
    expect(judgeCard(withFacts({ flash: known({ ...flash, orderMargin: 0.01 }) })).verdict).toBe('requires_review');
    const still = { ...flash, correlation: 0, orderMargin: 0, signalToNoise: 0 };
    expect(judgeCard(withFacts({ flash: known(still) })).verdict).toBe('requires_review');
    const other = judgeCard(withFacts({ flash: known({ ...flash, correlation: -0.2, orderMargin: -0.6 }) }));
    expect(other).toMatchObject({ verdict: 'failed', antiSpoof: { fused: 'spoof' } });
    expect(other.reasons[0]).toMatchObject({ code: 'card_spoof_suspected' });
  });

  it('sends a grey copy to review', () => {
    const measurements = facts.measurements.map((each) =>
      each.name === 'chroma_spread' ? { ...each, value: 0.008 } : each,
    );
    expect(judgeCard(withFacts({ measurements }))).toMatchObject({
      verdict: 'requires_review',
      antiSpoof: { fused: 'unclear' },
    });
  });

  it.each([
    ['moire_peak', 40, 'screen_recapture', 'card_spoof_suspected'],
    ['raster_peak', 40, 'screen_recapture', 'card_spoof_suspected'],
    ['portrait_excess', 0.4, 'print_raster', 'card_spoof_suspected'],
    ['guilloche_hue', 0.1, 'template_match', 'card_tamper_suspected'],
    ['portrait_ghost', 0.7, 'portrait_integrity', 'card_tamper_suspected'],
    ['portrait_turn', 0.9, 'portrait_integrity', 'card_tamper_suspected'],
    ['type_outlier', 0.4, 'font_match', 'card_tamper_suspected'],
  ] as const)('%s %d: review, however many others pass', (name, value, voter, code) => {
    const measurements = facts.measurements.map((each) => (each.name === name ? { ...each, value } : each));
    const judgement = judgeCard(withFacts({ measurements }));
    expect(judgement.verdict).toBe('requires_review');
    expect(judgement.reasons).toContainEqual(expect.objectContaining({ code, gate: voter, value }));
  });

  it.each([
    ['print_raster', ['portrait_excess']],
    ['portrait_integrity', ['portrait_ghost', 'portrait_turn']],
    ['field_alignment', ['row_offset']],
  ] as const)('%s says nothing where nothing was measured', (voter, names) => {
    const measurements = facts.measurements.filter(({ name }) => !(names as readonly string[]).includes(name));
    const { antiSpoof, tamper } = judgeCard(withFacts({ measurements }));
    const voters = [...antiSpoof.voters, ...tamper.voters];
    expect(voters.find(({ name }) => name === voter)).toMatchObject({ passed: null, reason: 'not_measured' });
  });

  it('shows what shifted fields measure without letting it decide: too few cards were counted', () => {
    const measurements = facts.measurements.map((each) =>
      each.name === 'row_offset' ? { ...each, value: 0.008 } : each,
    );
    const judgement = judgeCard(withFacts({ measurements }));
    expect(judgement.verdict).toBe('passed');
    expect(judgement.tamper.voters.find(({ name }) => name === 'field_alignment')).toMatchObject({ weight: 0 });
  });

  it('takes the ground of a card for no template where its labels are missing', () => {
    const measurements = facts.measurements.filter(({ name }) => name !== 'template_labels');
    const judgement = judgeCard(withFacts({ measurements }));
    expect(judgement.tamper.voters.find(({ name }) => name === 'template_match')).toMatchObject({ passed: null });
    expect(judgement.verdict).toBe('requires_review');
  });

  it('takes another region for a move, another birth date or sex for a doubt', () => {
    const moved = {
      ...genuine,
      fields: { ...genuine.fields, regency: { ...genuine.fields.regency, value: 'KOTA BOGOR' } },
    };
    expect(judgeCard(moved).verdict).toBe('passed');
    expect(codes(moved)).toContain('nik_region_differs');
    // An old NIK of the province this one was taken out of is a risk point too, never a doubt.
    const divided = {
      ...moved,
      fields: { ...genuine.fields, province: { ...genuine.fields.province, value: 'BANTEN' } },
      nik: decodeNik(`3219${printedNik.slice(4)}`, regions, '2026-11-20'),
    };
    expect(judgeCard(divided).verdict).toBe('passed');
    expect(codes(divided)).toContain('nik_region_historic');
    for (const [doubt, code] of [
      [withField('birthDate', '1992-11-06'), 'nik_birth_date_differs'],
      [withField('sex', 'LAKI-LAKI'), 'nik_sex_differs'],
    ] as const) {
      expect(judgeCard(doubt)).toMatchObject({ verdict: 'requires_review', tamper: { fused: 'unclear' } });
      expect(codes(doubt)).toContain(code);
    }
  });

  it('sends a malformed NIK to review', () => {
    const given = { ...genuine, nik: decodeNik('3273079911920003', regions, '2026-11-20') };
    expect(judgeCard(given).verdict).toBe('requires_review');
    expect(codes(given)).toContain('nik_malformed');
  });

  it('asks a person about critical fields that are missing, unsure or corrected', () => {
    expect(codes(withField('nik', null))).toContain('nik_missing');
    expect(codes(withField('fullName', null))).toContain('field_missing');
    expect(codes(withField('fullName', 'SITI', 0.4))).toContain('field_uncertain');
    const correction = { field: 'fullName', from: 'SITI', to: 'SITA', by: 'u', at: '2026-11-20T00:00:00Z' } as const;
    const corrected = { ...genuine, corrections: [correction] };
    expect(codes(corrected)).toContain('field_corrected');
    expect(judgeCard(corrected).verdict).toBe('requires_review');
    expect(judgeCard({ ...genuine, typedByHand: true }).verdict).toBe('requires_review');
  });

  it('notes other unsure fields without stopping for them', () => {
    const given = withField('religion', 'ISLAM', 0.5);
    expect(judgeCard(given).verdict).toBe('passed');
    expect(codes(given)).toContain('field_uncertain');
  });

  it('keeps a simulation out of a live organisation and marks it elsewhere', () => {
    const simulated = { ...genuine, simulated: true };
    expect(judgeCard(simulated).verdict).toBe('passed');
    expect(codes(simulated)).toEqual(['simulated_capture']);
    const live = { ...simulated, settings: { environment: 'live' as const } };
    expect(judgeCard(live).verdict).toBe('requires_review');
  });

  it('names the portrait that is too small', () => {
    const template = unknownFact('portrait_too_small');
    const given = withFacts({ portrait: known({ box, faceWidthPx: 41, template }) });
    expect(judgeCard(given).verdict).toBe('requires_review');
    expect(codes(given)).toContain('portrait_too_small');
  });
});

describe('a missing fact is never a pass', () => {
  const removals: readonly (readonly [string, (given: CardCase) => CardCase])[] = [
    ['outline', (given) => ({ ...given, facts: { ...given.facts, outline: unknownFact('card_not_found') } })],
    ['reading', (given) => ({ ...given, facts: { ...given.facts, reading: unknownFact('ocr_unavailable') } })],
    ['portrait', (given) => ({ ...given, facts: { ...given.facts, portrait: unknownFact('model_missing') } })],
    [
      'template',
      (given) => ({
        ...given,
        facts: { ...given.facts, portrait: known({ box, faceWidthPx: 90, template: unknownFact('model_missing') }) },
      }),
    ],
    ['flash', (given) => ({ ...given, facts: { ...given.facts, flash: unknownFact('too_few_frames') } })],
    ['measurements', (given) => ({ ...given, facts: { ...given.facts, measurements: [] } })],
    ['colour', (given) => without(given, 'chroma_spread')],
    ['labels', (given) => without(given, 'template_labels')],
    ['frames', (given) => ({ ...given, facts: { ...given.facts, frames: [] } })],
    ['one card', (given) => ({ ...given, facts: { ...given.facts, cardCount: 2 } })],
    ['nik decode', (given) => ({ ...given, nik: null })],
    ['nik', (given) => changeField(given, 'nik', null)],
    ['name', (given) => changeField(given, 'fullName', null)],
    ['birth date', (given) => changeField(given, 'birthDate', null)],
    ['confidence', (given) => changeField(given, 'nik', printedNik, Number.NaN)],
    [
      'flash number',
      (given) => ({ ...given, facts: { ...given.facts, flash: known({ ...flash, correlation: Number.NaN }) } }),
    ],
  ];

  it.each(removals)('%s', (_, remove) => {
    expect(judgeCard(remove(genuine)).verdict).not.toBe('passed');
  });

  it('in any combination', () => {
    fc.assert(
      fc.property(fc.subarray([...removals], { minLength: 1 }), (chosen) => {
        const judgement = judgeCard(chosen.reduce((given, [, remove]) => remove(given), genuine));
        expect(judgement.verdict).not.toBe('passed');
        expect(judgement.reasons.length).toBeGreaterThan(0);
        expect(judgement.assuranceTier).toBe('low');
      }),
    );
  });
});
