/** Cards that are turned in the hand: what several frames read that one does not, and whether the card stayed a plane. */
import type { CardFacts } from '../../src/contract/facts.ts';
import type { Vision } from '../../src/contract/vision.ts';
import { cardThresholds } from '../../src/core/ktp/card-ballots.ts';
import { readFields } from '../../src/core/ktp/read-fields.ts';
import type { RegionTable } from '../../src/core/nik/regions.ts';
import { generateFilm } from './cards/film.ts';
import type { PortraitSource } from './cards/generate.ts';
import { percentile, rateOf, scoreFields } from './score.ts';
import { rateText, type Table } from './tables.ts';

const kinds = [
  { name: 'card, reflection that moves', bent: false, glare: true },
  { name: 'card', bent: false, glare: false },
  { name: 'sheet of paper that bends', bent: true, glare: false },
] as const;
const frames = 4;

/** `count` films of four frames of each kind, tilted by up to 14° between them. */
export async function runFilms(
  vision: Vision,
  regions: RegionTable,
  { seed, count, portraits }: { seed: number; count: number; portraits: PortraitSource },
): Promise<Table> {
  const rows: string[][] = [];
  for (const { name, bent, glare } of kinds) {
    const right = { one: [] as boolean[], all: [] as boolean[] };
    const plane: number[] = [];
    let joined = 0;
    for (let index = 0; index < count; index += 1) {
      const film = await generateFilm(seed, index, regions, portraits, { count: frames, bent, glare });
      const truth = film.person.fields;
      const one = await vision.analyseCard({ frames: film.frames.slice(0, 1) });
      const all = await vision.analyseCard({ frames: film.frames });
      right.one.push(...scoreFields(truth, fieldsOf(one, regions)).map((field) => field.right));
      right.all.push(...scoreFields(truth, fieldsOf(all, regions)).map((field) => field.right));
      if (all.reading.available && (all.reading.value.regionFrames?.length ?? 0) > 0) joined += 1;
      const found = all.measurements.find((each) => each.name === 'plane_error');
      if (found !== undefined) plane.push(found.value);
    }
    process.stdout.write(`${count} films: ${name}\n`);
    rows.push([
      name,
      String(count),
      rateText(rateOf(right.one)),
      rateText(rateOf(right.all)),
      `${joined}/${count}`,
      plane.length === 0 ? '–' : [0.05, 0.5, 0.95].map((share) => percentile(plane, share).toFixed(4)).join(' / '),
      rateText(rateOf(plane.map((value) => value > cardThresholds.planeError))),
    ]);
  }
  const head = [
    `${frames} frames, tilted between them`,
    'films',
    'fields right, first frame alone',
    'fields right, all frames',
    'put together from several',
    'plane_error p5 / p50 / p95',
    'bends (no weight)',
  ];
  return { title: 'Moving cards', head, rows };
}

function fieldsOf(facts: CardFacts, regions: RegionTable) {
  return facts.reading.available ? readFields(facts.reading.value, regions).fields : null;
}
