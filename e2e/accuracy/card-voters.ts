/**
 * `npm run calibrate:card [-- --attacks 16 --clean 64 --choose 101:drawn,102:testdata --prove 201:drawn,202:testdata
 * --json FILE]`: the evidence of the
 * thresholds in `core/ktp/card-ballots`. Voters are measured on cards of some seeds, where thresholds are chosen, and
 * counted on cards of others, where they are proven. Clean cards are those of the reading test, severity 1 and 2 in all
 * their degradations, and genuine cards under the conditions of the attacks.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cardChecks, type CardCheck } from '../../src/core/ktp/card-ballots.ts';
import { attackKinds, generateAttack, type AttackKind } from './cards/attacks.ts';
import { generateCard, planOf } from './cards/generate.ts';
import { portraitSource } from './cards/photo-portraits.ts';
import { loadRegions, openAccuracyVision, root } from './open-vision.ts';
import { suppliedCards } from './supplied.ts';
import { printTable, rateText, type Table } from './tables.ts';
import { percentile, rateOf, wilson, type Rate } from './score.ts';
import { checksOf, votesOf, type Vote } from './attack-run.ts';

const { values } = parseArgs({
  options: {
    attacks: { type: 'string', default: '16' },
    clean: { type: 'string', default: '64' },
    choose: { type: 'string', default: '101:drawn,102:testdata' },
    prove: { type: 'string', default: '201:drawn,202:testdata' },
    json: { type: 'string', default: join(root, 'resources/calibration/card-voters.json') },
  },
});

interface Sample {
  readonly kind: string;
  readonly portraits: string;
  readonly found: boolean;
  readonly votes: readonly Vote[];
  readonly checks: Readonly<Record<string, number>>;
}

interface CardSet {
  readonly seed: number;
  readonly portraits: string;
}

/** `seed:portraits`, portraits drawn or from the evaluation photos. */
const setsOf = (text: string): CardSet[] =>
  text.split(',').map((part) => {
    const [seed = '', portraits = 'drawn'] = part.split(':');
    return { seed: Number(seed), portraits };
  });
const regions = loadRegions();
const vision = await openAccuracyVision();

async function look(kind: string, portraits: string, frame: Uint8Array): Promise<Sample> {
  const facts = await vision.analyseCard({ frames: [frame] });
  const votes = votesOf(facts, regions);
  return { kind, portraits, found: facts.reading.available, votes, checks: checksOf(facts) };
}

async function samplesOf(sets: readonly CardSet[], kinds: readonly AttackKind[]): Promise<Sample[]> {
  const samples: Sample[] = [];
  const share = (count: string) => Math.ceil(Number(count) / sets.length);
  for (const { seed, portraits } of sets) {
    const source = portraitSource(portraits);
    for (let index = 0; index < share(values.clean); index += 1) {
      const card = await generateCard(seed, index, planOf(index, [1, 2]), regions, source);
      samples.push(await look('clean', portraits, card.bytes));
    }
    for (const kind of ['genuine', ...kinds] as const) {
      for (let index = 0; index < share(values.attacks); index += 1) {
        samples.push(await look(kind, portraits, await generateAttack(kind, seed, index, regions, source)));
      }
    }
    process.stdout.write(`seed ${seed}, portraits ${portraits}\n`);
  }
  return samples;
}

// Of the choosing cards only the genuine ones are told; what was seen of attacks there is in the thresholds.
const chosen = await samplesOf(setsOf(values.choose), []);
const proven = await samplesOf(setsOf(values.prove), attackKinds);
const supplied: Sample[] = [];
for (const { bytes } of suppliedCards()) supplied.push(await look('supplied', 'supplied', bytes));
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
const span = (samples: readonly Sample[], key: string): number[] | null => {
  const list = samples.flatMap(({ checks }) => checks[key] ?? []);
  return list.length === 0 ? null : [0.02, 0.5, 0.98].map((at) => Math.round(percentile(list, at) * 1000) / 1000);
};
const failRate = (samples: readonly Sample[], { voter, measurement, direction, threshold }: CardCheck): Rate =>
  rateOf(
    samples.flatMap(({ checks }) => {
      const value = checks[`${voter}/${measurement}`];
      return value === undefined ? [] : [direction === 'at_least' ? value < threshold : value > threshold];
    }),
  );
const told = (rate: Rate) => ({
  flagged: rate.hits,
  count: rate.count,
  interval95: wilson(rate).map((value) => Math.round(value * 1000) / 1000),
});

/** Attacks that were shown, with `tell` of the cards of each kind. */
const byAttack = <T>(tell: (of: readonly Sample[]) => T): Record<string, T> =>
  Object.fromEntries(attackKinds.map((kind) => [kind, tell(proven.filter((sample) => sample.kind === kind))]));
const evidence = names.map((name) => ({
  voter: name,
  weight: proven.flatMap((sample) => voteOf(sample, name)?.weight ?? [])[0] ?? 0,
  flagged: {
    clean: told(flagRate(proven.filter(isClean), name)),
    supplied: told(flagRate(supplied, name)),
    attacks: byAttack((of) => told(flagRate(of, name))),
  },
  rules: cardChecks
    .filter(({ voter }) => name.endsWith(`.${voter}`))
    .map((check) => {
      const key = `${check.voter}/${check.measurement}`;
      return {
        measurement: check.measurement,
        direction: check.direction,
        threshold: check.threshold,
        choosingCleanP2P50P98: span(chosen.filter(isClean), key),
        provingCleanP2P50P98: span(proven.filter(isClean), key),
        clean: told(failRate(proven.filter(isClean), check)),
        attacks: byAttack((of) => ({ ...told(failRate(of, check)), p2P50P98: span(of, key) })),
      };
    }),
}));
const anyWithWeight = (samples: readonly Sample[]) => ({
  clean: told(anyRate(samples.filter(isClean))),
  attacks: Object.fromEntries(
    attackKinds.map((kind) => [kind, told(anyRate(samples.filter((sample) => sample.kind === kind)))]),
  ),
});
const kindsOfPortraits = [...new Set(proven.map(({ portraits }) => portraits))];
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
      version: 2,
      note: 'Voters of the card on generated cards only: they prove that each measures what it says, and place its threshold. No real print, plastic or camera is among them; a pilot at a branch has to confirm the rates. Seeds of choosing and proving are disjoint; photographs of portraits come from one pool.',
      command: `npm run calibrate:card -- --attacks ${values.attacks} --clean ${values.clean} --choose ${values.choose} --prove ${values.prove}`,
      sets: { choosing: values.choose, proving: values.prove },
      anyVoterWithWeight: {
        ...anyWithWeight(proven),
        byPortraits: Object.fromEntries(
          kindsOfPortraits.map((kind) => [kind, anyWithWeight(proven.filter(({ portraits }) => portraits === kind))]),
        ),
      },
      voters: evidence,
    },
    null,
    2,
  )}\n`,
);
