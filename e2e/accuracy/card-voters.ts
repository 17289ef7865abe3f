/**
 * `npm run calibrate:card [-- --attacks 16 --clean 64 --choose 101,102 --prove 201,202 --json FILE]`: the evidence of the
 * thresholds in `core/ktp/card-ballots`. Voters are measured on cards of some seeds, where thresholds are chosen, and
 * counted on cards of others, where they are proven. Clean cards are those of the reading test, severity 1 and 2 in all
 * their degradations, and genuine cards under the conditions of the attacks.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { attackKinds, generateAttack } from './cards/attacks.ts';
import { generateCard, planOf } from './cards/generate.ts';
import { portraitSource } from './cards/photo-portraits.ts';
import { loadRegions, openAccuracyVision, root } from './open-vision.ts';
import { suppliedCards } from './supplied.ts';
import { printTable, rateText, type Table } from './tables.ts';
import { percentile, rateOf, wilson, type Rate } from './score.ts';
import { votesOf, type Vote } from './attack-run.ts';

const { values } = parseArgs({
  options: {
    attacks: { type: 'string', default: '16' },
    clean: { type: 'string', default: '64' },
    portraits: { type: 'string', default: 'drawn' },
    choose: { type: 'string', default: '101,102' },
    prove: { type: 'string', default: '201,202' },
    json: { type: 'string', default: join(root, 'resources/calibration/card-voters.json') },
  },
});

interface Sample {
  readonly kind: string;
  readonly found: boolean;
  readonly votes: readonly Vote[];
}

const seedsOf = (text: string): number[] => text.split(',').map(Number);
const regions = loadRegions();
const portraits = portraitSource(values.portraits);
const vision = await openAccuracyVision();

async function look(kind: string, frame: Uint8Array): Promise<Sample> {
  const facts = await vision.analyseCard({ frames: [frame] });
  return { kind, found: facts.reading.available, votes: votesOf(facts, regions) };
}

async function samplesOf(seeds: readonly number[]): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const seed of seeds) {
    for (let index = 0; index < Math.ceil(Number(values.clean) / seeds.length); index += 1) {
      const card = await generateCard(seed, index, planOf(index, [1, 2]), regions, portraits);
      samples.push(await look('clean', card.bytes));
    }
    for (const kind of ['genuine', ...attackKinds] as const) {
      for (let index = 0; index < Math.ceil(Number(values.attacks) / seeds.length); index += 1) {
        samples.push(await look(kind, await generateAttack(kind, seed, index, regions, portraits)));
      }
    }
    process.stdout.write(`seed ${seed}\n`);
  }
  return samples;
}

const chosen = await samplesOf(seedsOf(values.choose));
const proven = await samplesOf(seedsOf(values.prove));
const supplied: Sample[] = [];
for (const { bytes } of suppliedCards()) supplied.push(await look('supplied', bytes));
await vision.close();

const isClean = ({ kind }: Sample) => kind === 'clean' || kind === 'genuine';
const names = [...new Set(proven.flatMap(({ votes }) => votes.map(({ name }) => name)))];
const voteOf = (sample: Sample, name: string) => sample.votes.find((vote) => vote.name === name);
const flagRate = (samples: readonly Sample[], name: string): Rate =>
  rateOf(
    samples.flatMap((sample) => {
      const vote = voteOf(sample, name);
      return vote === undefined || vote.passed === null ? [] : [!vote.passed];
    }),
  );
const anyRate = (samples: readonly Sample[]): Rate =>
  rateOf(samples.map(({ found, votes }) => !found || votes.some((vote) => vote.weight > 0 && vote.passed === false)));
const span = (samples: readonly Sample[], name: string): number[] => {
  const list = samples.flatMap((sample) => voteOf(sample, name)?.value ?? []);
  return [0.02, 0.5, 0.98].map((share) => Math.round(percentile(list, share) * 1000) / 1000);
};
const told = (rate: Rate) => ({
  flagged: rate.hits,
  count: rate.count,
  interval95: wilson(rate).map((value) => Math.round(value * 1000) / 1000),
});

const evidence = names.map((name) => {
  const first = proven.flatMap((sample) => voteOf(sample, name) ?? [])[0]!;
  return {
    voter: name,
    weight: first.weight,
    threshold: proven.flatMap((sample) => voteOf(sample, name)?.threshold ?? [])[0] ?? null,
    choosing: { cleanP2P50P98: span(chosen.filter(isClean), name) },
    proving: {
      clean: told(flagRate(proven.filter(isClean), name)),
      supplied: told(flagRate(supplied, name)),
      attacks: Object.fromEntries(
        attackKinds.map((kind) => {
          const of = proven.filter((sample) => sample.kind === kind);
          return [kind, { ...told(flagRate(of, name)), p2P50P98: span(of, name) }];
        }),
      ),
    },
  };
});
const rows = ['clean', 'genuine', ...attackKinds].map((kind) => {
  const of = proven.filter((sample) => sample.kind === kind);
  return [kind, String(of.length), rateText(anyRate(of)), ...names.map((name) => rateText(flagRate(of, name)))];
});
const table: Table = {
  title: `Share flagged, held-out seeds ${values.prove}`,
  head: ['', 'cards', 'by any voter with weight', ...names],
  rows: [
    ...rows,
    [
      'supplied',
      String(supplied.length),
      rateText(anyRate(supplied)),
      ...names.map((name) => rateText(flagRate(supplied, name))),
    ],
  ],
};
process.stdout.write(printTable(table));
writeFileSync(
  values.json,
  `${JSON.stringify(
    {
      version: 1,
      note: 'Voters of the card on generated cards only: they prove that each measures what it says, and place its threshold. No real print, plastic or camera is among them; a pilot at a branch has to confirm the rates. Seeds of choosing and proving are disjoint.',
      command: `npm run calibrate:card -- --attacks ${values.attacks} --clean ${values.clean} --choose ${values.choose} --prove ${values.prove}`,
      seeds: { choosing: seedsOf(values.choose), proving: seedsOf(values.prove) },
      anyVoterWithWeight: {
        clean: told(anyRate(proven.filter(isClean))),
        attacks: Object.fromEntries(
          attackKinds.map((kind) => [kind, told(anyRate(proven.filter((sample) => sample.kind === kind)))]),
        ),
      },
      voters: evidence,
    },
    null,
    2,
  )}\n`,
);
