/** A card without a camera, and a scanner that speaks before the card does. */
import { describe, expect, it } from 'vitest';
import { known } from '../../contract/facts.ts';
import type { Scan } from '../scanner/scanner-driver.ts';
import { realCamera, specimen } from './testing/fake-ports.ts';
import { bench, expectOk, jpeg, operator, selfie, toCard } from './testing/walk.ts';

const nik = '3171014101900001';
const otherNik = '3171014101900002';
const scanned = (text: string, part: Partial<Scan> = {}): Scan => ({
  text,
  driver: 'hid_pos',
  simulated: false,
  at: '2026-03-02T03:00:01.000Z',
  ...part,
});
const card = { frames: [jpeg(1)], camera: realCamera };
const fieldOf = (
  view: ReturnType<typeof expectOk<import('../../contract/desk/answers.ts').OnboardingView>>,
  name: string,
) => view.card?.fields.find((field) => field.name === name);

describe('a scanned NIK', () => {
  it('that the card confirms leaves its mark in the evidence, and changes nothing else', async () => {
    const { house, desk } = bench();
    await toCard(desk);
    house.reader.push(scanned(nik));
    const view = expectOk(await desk.submitCard(operator, card));
    expect(fieldOf(view, 'nik')).toMatchObject({ value: nik, uncertain: false });
    expectOk(await desk.confirmFields(operator, { fields: {} }));
    expect(expectOk(await selfie(desk)).result?.outcome).toBe('verified');
    const evidence = house.sealed[0]?.manifest.evidence;
    expect(evidence?.scan).toMatchObject({ driver: 'hid_pos', kind: 'nik', agrees: ['nik'], differs: [] });
    expect(JSON.stringify(evidence?.scan)).not.toContain(nik);
  });

  it('that the card contradicts is a doubt of its own: the reading stays, a person decides', async () => {
    const { house, desk } = bench((house) => (house.deliver = null));
    await toCard(desk);
    house.reader.push(scanned(otherNik));
    const view = expectOk(await desk.submitCard(operator, card));
    expect(fieldOf(view, 'nik')).toMatchObject({ value: nik, uncertain: true });
    expect(view.card?.reasons).toContainEqual({ code: 'scan_differs', gate: 'nik', field: 'nik' });
    expectOk(await desk.confirmFields(operator, { fields: {} }));
    const result = expectOk(await selfie(desk)).result;
    expect(result).toMatchObject({ outcome: 'review' });
    expect(result?.reasons.map((reason) => reason.code)).toContain('scan_differs');
    expect(house.sealed[0]?.manifest.evidence?.scan?.differs).toEqual(['nik']);
  });

  it('fills in what the card left open, always as something to confirm', async () => {
    const { house, desk } = bench((house) => (house.reading = known({ ...specimen, nik: '' })));
    await toCard(desk);
    house.reader.push(scanned(nik));
    const view = expectOk(await desk.submitCard(operator, card));
    expect(fieldOf(view, 'nik')).toMatchObject({ value: nik, uncertain: true, prefilled: true, original: '' });
  });

  it('is kept for the next try of the same card, and not for the next customer', async () => {
    const { house, desk } = bench();
    await toCard(desk);
    house.reader.push(scanned(otherNik));
    expectOk(await desk.submitCard(operator, card));
    expectOk(await desk.cancel(operator));
    await toCard(desk);
    expect(fieldOf(expectOk(await desk.submitCard(operator, card)), 'nik')).toMatchObject({ uncertain: false });
  });

  it('that was read before the customer was there is forgotten', async () => {
    const { house, desk } = bench();
    house.reader.push(scanned(otherNik));
    await toCard(desk);
    expect(fieldOf(expectOk(await desk.submitCard(operator, card)), 'nik')).toMatchObject({ uncertain: false });
  });

  it('of a simulated scanner is not heard in a live organisation', async () => {
    const { house, desk } = bench((house) => (house.settings.environment = 'live'));
    await toCard(desk);
    house.reader.push(scanned(otherNik, { simulated: true }));
    const view = expectOk(await desk.submitCard(operator, card));
    expect(view.card?.reasons.map((reason) => reason.code)).not.toContain('scan_differs');
  });
});

describe('a picture from the scanner folder', () => {
  const origin = { source: 'scanner_folder', sha256: 'a'.repeat(64) } as const;

  it('is put away when its evidence is sealed, not before', async () => {
    const { house, desk } = bench();
    await toCard(desk);
    expectOk(await desk.submitCard(operator, card, origin));
    expectOk(await desk.confirmFields(operator, { fields: {} }));
    expect(house.released).toEqual([]);
    expectOk(await selfie(desk));
    expect(house.released).toEqual([origin.sha256]);
    expect(house.sealed[0]?.manifest.evidence?.source).toBe('scanner_folder');
  });

  it('is put away too when the customer leaves, retaken ones included', async () => {
    const { house, desk } = bench();
    await toCard(desk);
    expectOk(await desk.submitCard(operator, card, origin));
    expectOk(await desk.retake(operator, { step: 'card' }));
    expectOk(await desk.submitCard(operator, card));
    expectOk(await desk.cancel(operator));
    expect(house.released).toEqual([origin.sha256]);
  });
});

it('a card from a file always meets a second pair of eyes', async () => {
  const { house, desk } = bench((house) => (house.deliver = null));
  await toCard(desk);
  expectOk(await desk.submitCard(operator, card, { source: 'file', sha256: 'b'.repeat(64) }));
  expectOk(await desk.confirmFields(operator, { fields: {} }));
  const result = expectOk(await selfie(desk)).result;
  expect(result?.outcome).toBe('review');
  expect(result?.reasons.map((reason) => reason.code)).toContain('card_from_file');
  expect(house.sealed[0]?.manifest.evidence?.source).toBe('file');
  expect(house.released).toEqual([]);
});

it('the evidence names the frame that each field was read from', async () => {
  const { house, desk } = bench();
  const evaluate = house.ports.evaluateCard;
  // Of a card of 1000 × 630 px, the upper half was read from the third frame; the fields of the fake lie there.
  const upper = { region: 'nik', frameIndex: 2, box: { x: 0, y: 0, width: 1000, height: 315 } };
  const fromThird: typeof evaluate = async (input) => {
    const evaluation = await evaluate(input);
    const { reading } = evaluation.facts;
    if (!reading.available) throw new Error(reading.reason);
    const fused = known({ ...reading.value, regionFrames: [upper] });
    const low = { ...evaluation.fields.province, box: { x: 100, y: 500, width: 200, height: 21 } };
    const fields = { ...evaluation.fields, province: low };
    return { ...evaluation, facts: { ...evaluation.facts, reading: fused }, fields };
  };
  Object.assign(house.ports, { evaluateCard: fromThird });
  await toCard(desk);
  expectOk(await desk.submitCard(operator, { frames: [jpeg(1), jpeg(2), jpeg(4)], camera: realCamera }));
  expectOk(await desk.confirmFields(operator, { fields: {} }));
  expectOk(await selfie(desk));
  const frames = house.sealed[0]?.manifest.evidence?.reading?.fieldFrames;
  expect(frames).toMatchObject({ nik: 2, fullName: 2, province: 0 });
  expect(frames).not.toHaveProperty('religion');
});
