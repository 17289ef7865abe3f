/**
 * `resources/screening/regression.csv`: pairs of the accuracy run's generator, both names of one fictional person, kept as they
 * were drawn, whether the scorer of that day found them or not. Written anew by `accuracy:screening -- --regression N`.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { SubjectType } from '../../contract/screening.ts';
import { IndexBuilder } from './build-index.ts';
import type { NameIndex } from './name-index.ts';
import { askIndex, searchIndex } from './search-index.ts';

interface Pair {
  readonly treatment: string;
  readonly type: SubjectType;
  readonly listed: string;
  readonly asked: string;
  readonly born: string;
}

const file = new URL('../../../resources/screening/regression.csv', import.meta.url);
const pairs = parse<Pair>(readFileSync(file, 'utf8'), { columns: true });

function build(): NameIndex {
  const builder = new IndexBuilder();
  for (const { type, listed, born } of pairs) {
    const [year = 0, month = 0, day = 0] = born.split('-').map(Number);
    const birthDates = [{ year, month, day }];
    builder.add({ type, names: [listed], birthDates, birthPlaces: [], countries: [], idNumbers: [] });
  }
  const steps = builder.finish();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

describe('treated names of one person', () => {
  const index = build();
  const found = (pair: Pair, at: number): boolean => {
    const asked = askIndex(index, { name: pair.asked, type: pair.type, dob: pair.born });
    return asked !== null && searchIndex(index, asked).some(({ entry }) => entry === at);
  };
  const treatments = [...new Set(pairs.map(({ treatment }) => treatment))];

  it('are there for sixteen treatments', () => {
    expect(treatments).toHaveLength(16);
  });

  it.each(treatments)('%s: at least 95 of 100 are found with the birth date', (treatment) => {
    const results = pairs.flatMap((pair, at) => (pair.treatment === treatment ? [found(pair, at)] : []));
    expect(results.length).toBeGreaterThanOrEqual(20);
    expect(results.filter(Boolean).length / results.length).toBeGreaterThanOrEqual(0.95);
  });

  it('are found at 99 of 100 over all', () => {
    const results = pairs.map(found);
    expect(results.filter(Boolean).length / results.length).toBeGreaterThanOrEqual(0.99);
  });
});
