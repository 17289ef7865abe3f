/** The card generator: the same seed, the same card; truth that agrees with itself; drawn where it says. */
import { describe, expect, it } from 'vitest';
import { ktpFieldNames } from '../../src/contract/vocabulary.ts';
import { decodeNik } from '../../src/core/nik/decode-nik.ts';
import { createDraw } from '../accuracy/cards/draw.ts';
import { planOf } from '../accuracy/cards/generate.ts';
import { makePerson } from '../accuracy/cards/people.ts';
import { frameToCard, projectCard, toCard, toFrame } from '../accuracy/cards/projection.ts';
import { degradations, drawRecipe, limits, severities } from '../accuracy/cards/severity.ts';
import { loadRegions } from '../accuracy/open-vision.ts';
import { characterErrors, scoreFields, wilson } from '../accuracy/score.ts';

const regions = loadRegions();
const people = Array.from({ length: 200 }, (_, index) => makePerson(3, index, regions));

describe('fictional people', () => {
  it('are the same for the same seed and others for another', () => {
    expect(makePerson(3, 7, regions)).toEqual(people[7]);
    expect(makePerson(4, 7, regions).fields.nik).not.toBe(people[7]!.fields.nik);
  });

  it('live in every province, and most NIKs were issued where they live', () => {
    expect(new Set(people.map(({ fields }) => fields.province)).size).toBe(regions.provinces().length);
    const elsewhere = people.filter(({ moved }) => moved).length;
    expect(elsewhere).toBeGreaterThan(15);
    expect(elsewhere).toBeLessThan(80);
  });

  it('print all seventeen fields', () => {
    for (const { fields } of people) {
      expect(Object.keys(fields).sort()).toEqual([...ktpFieldNames].sort());
      expect(Object.values(fields).filter((value) => value.trim() === '')).toEqual([]);
    }
  });

  it('carry a NIK that agrees with birth date and sex', () => {
    for (const { fields, female } of people) {
      const decoded = decodeNik(fields.nik, regions, '2025-11-20');
      expect(decoded).toMatchObject({ wellFormed: true, consistent: true, sex: female ? 'female' : 'male' });
      expect(decoded.district).not.toBeNull();
      expect(fields.birthDate.slice(2)).toBe(decoded.birthDate?.slice(2));
    }
  });
});

describe('recipes', () => {
  it('stay inside the limits of their level', () => {
    const draw = createDraw(9);
    for (const severity of severities) {
      for (const kind of degradations) {
        const recipe = drawRecipe(kind, severity, draw);
        const level = limits[severity];
        expect(recipe.extras.length).toBe(kind === 'clean' ? 0 : level.extras);
        expect(recipe.blur).toBeLessThanOrEqual(level.blur);
        expect(recipe.noise).toBeLessThanOrEqual(level.noise);
        expect(recipe.jpeg).toBeGreaterThanOrEqual(level.jpeg);
        expect(recipe.light).toBeGreaterThanOrEqual(level.dark);
        expect(recipe.cardWidth).toBeGreaterThanOrEqual(level.lowWidth[0]);
      }
    }
  });

  it('grow harder by level, down to a card of 480 px and JPEG 30', () => {
    const grows = [
      'blur',
      'motion',
      'noise',
      'glareArea',
      'glareLoss',
      'haze',
      'wear',
      'tilt',
      'objects',
      'extras',
    ] as const;
    const shrinks = ['dark', 'shadow', 'jpeg'] as const;
    for (const [easier, harder] of [
      [limits[1], limits[2]],
      [limits[2], limits[3]],
    ] as const) {
      for (const name of grows) expect([name, harder[name] > easier[name]]).toEqual([name, true]);
      for (const name of shrinks) expect([name, harder[name] < easier[name]]).toEqual([name, true]);
    }
    expect([limits[3].lowWidth[0], limits[3].jpeg]).toEqual([480, 30]);
  });

  it('give every cell of the table its share', () => {
    const cells = new Map<string, number>();
    for (let index = 0; index < 96; index += 1) {
      const { kind, severity } = planOf(index, severities);
      cells.set(`${kind} ${severity}`, (cells.get(`${kind} ${severity}`) ?? 0) + 1);
    }
    expect(cells.size).toBe(48);
    expect(new Set(cells.values())).toEqual(new Set([2]));
  });
});

describe('projection', () => {
  it('maps the corners to the corners and back', () => {
    const corners = projectCard(1000, 30, 15, -20);
    const h = frameToCard(corners);
    const [u, v] = toCard(h, corners[2].x, corners[2].y);
    expect([u, v].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([1, 1]);
    const middle = toFrame(corners, 0.3, 0.7);
    const [mu, mv] = toCard(h, middle.x, middle.y);
    expect(mu).toBeCloseTo(0.3);
    expect(mv).toBeCloseTo(0.7);
  });
});

describe('scores', () => {
  it('count a card that was not read as wrong in every field', () => {
    const scores = scoreFields(people[0]!.fields, null);
    expect(scores).toHaveLength(17);
    expect(scores.every(({ right }) => !right)).toBe(true);
  });

  it('count characters against the truth', () => {
    expect(characterErrors('JL. MELATI', 'JL. MELATI')).toEqual({ edits: 0, length: 10 });
    expect(characterErrors('JL. MELATI', 'JL MELATl')).toEqual({ edits: 2, length: 10 });
    expect(characterErrors('ABC', null)).toEqual({ edits: 3, length: 3 });
  });

  it('give the interval of Wilson: 0 of 10 is not 0 for certain', () => {
    // Newcombe, Statistics in Medicine 1998, table I: 0/20 → 0.0000–0.1611; 81/263 → 0.2553–0.3662.
    expect(wilson({ hits: 0, count: 20 })[1]).toBeCloseTo(0.1611, 3);
    const [low, high] = wilson({ hits: 81, count: 263 });
    expect(low).toBeCloseTo(0.2553, 3);
    expect(high).toBeCloseTo(0.3662, 3);
  });
});
