/** Shows attacks and genuine cards to the voters and counts who speaks up. */
import type { CardFacts } from '../../src/contract/facts.ts';
import type { Vision } from '../../src/contract/vision.ts';
import { antiSpoofBallots, cardChecks, tamperBallots } from '../../src/core/ktp/card-ballots.ts';
import { readFields } from '../../src/core/ktp/read-fields.ts';
import { compareNikWithCard, decodeNik } from '../../src/core/nik/decode-nik.ts';
import type { RegionTable } from '../../src/core/nik/regions.ts';
import { attackKinds, generateAttack } from './cards/attacks.ts';
import type { PortraitSource } from './cards/generate.ts';
import type { Report } from './report.ts';
import { percentile, rateOf } from './score.ts';
import { rateText, type Table } from './tables.ts';

export interface Vote {
  readonly name: string;
  readonly passed: boolean | null;
  readonly value: number | null;
  readonly threshold: number | null;
  readonly weight: number;
}

interface Shown {
  readonly kind: string;
  readonly found: boolean;
  readonly votes: readonly Vote[];
}

/** `count` cards of every kind, and twice as many genuine ones under the same conditions. */
export async function runAttacks(
  vision: Vision,
  regions: RegionTable,
  { seed, count, portraits }: { seed: number; count: number; portraits: PortraitSource },
  report: Report,
): Promise<Table[]> {
  const shown: Shown[] = [];
  for (const kind of ['genuine', ...attackKinds] as const) {
    const cards = kind === 'genuine' ? count * 2 : count;
    for (let index = 0; index < cards; index += 1) {
      const frame = await generateAttack(kind, seed, index, regions, portraits);
      if (index === 0) await report.addPicture(kind, frame);
      const facts = await vision.analyseCard({ frames: [frame] });
      shown.push({ kind, found: facts.reading.available, votes: votesOf(facts, regions) });
    }
    process.stdout.write(`${cards} ${kind}\n`);
  }
  return [rateTable(shown), valueTable(shown)];
}

/** What each rule measured, by `voter/measurement`. */
export function checksOf({ measurements }: CardFacts): Readonly<Record<string, number>> {
  return Object.fromEntries(
    cardChecks.flatMap(({ voter, measurement }) => {
      const value = measurements.find(({ name }) => name === measurement)?.value;
      return value === undefined ? [] : [[`${voter}/${measurement}`, value]];
    }),
  );
}

/** Every voter's word on one card; empty where no KTP was read. */
export function votesOf(facts: CardFacts, regions: RegionTable): Vote[] {
  if (!facts.reading.available) return [];
  const reading = facts.reading.value;
  const { fields } = readFields(reading, regions);
  const nik = fields.nik.value === null ? null : decodeNik(fields.nik.value, regions, '2025-11-20');
  const printed = Object.fromEntries(
    Object.entries(fields).flatMap(([name, { value }]) => (value === null ? [] : [[name, value]])),
  );
  const ballots = [
    ...antiSpoofBallots(facts),
    ...tamperBallots(facts, nik, nik === null ? [] : compareNikWithCard(nik, printed)),
  ];
  return ballots.map(({ name, passed, value, threshold, weight }, index) => ({
    // Two voters share no name, but both rooms have a measurement of geometry; the order tells them apart.
    name: `${index < 6 ? 'card' : 'tamper'}.${name}`,
    passed,
    value: value ?? null,
    threshold: threshold ?? null,
    weight: weight ?? 0,
  }));
}

function rateTable(shown: readonly Shown[]): Table {
  const voters = [...new Set(shown.flatMap(({ votes }) => votes.map(({ name }) => name)))].filter((name) =>
    shown.some(({ votes }) => votes.some((vote) => vote.name === name && vote.passed !== null)),
  );
  const flagged = (card: Shown, name: string) => card.votes.some((vote) => vote.name === name && vote.passed === false);
  const weighty = (card: Shown) =>
    !card.found || card.votes.some(({ passed, weight }) => passed === false && weight > 0);
  const any = (card: Shown) => !card.found || card.votes.some(({ passed }) => passed === false);
  const rows = ['genuine', ...attackKinds].map((kind) => {
    const cards = shown.filter((card) => card.kind === kind);
    return [
      kind === 'genuine' ? 'genuine (false flags)' : kind,
      String(cards.length),
      rateText(rateOf(cards.map(({ found }) => !found))),
      rateText(rateOf(cards.map(weighty))),
      rateText(rateOf(cards.map(any))),
      ...voters.map((name) => rateText(rateOf(cards.filter(({ found }) => found).map((card) => flagged(card, name))))),
    ];
  });
  const head = [
    'attack',
    'cards',
    'not taken for a KTP',
    'flagged by a voter with weight',
    'flagged by any voter',
    ...voters,
  ];
  return { title: 'Attacks: share flagged', head, rows };
}

/** What the measurements were: 5th, 50th and 95th percentile, to set thresholds by. */
function valueTable(shown: readonly Shown[]): Table {
  const voters = [
    ...new Set(shown.flatMap(({ votes }) => votes.filter(({ value }) => value !== null).map(({ name }) => name))),
  ];
  const rows = ['genuine', ...attackKinds].map((kind) => [
    kind,
    ...voters.map((name) => {
      const values = shown
        .filter((card) => card.kind === kind)
        .flatMap(({ votes }) =>
          votes.flatMap((vote) => (vote.name === name && vote.value !== null ? [vote.value] : [])),
        );
      if (values.length === 0) return '–';
      return [0.05, 0.5, 0.95].map((share) => percentile(values, share).toFixed(3)).join(' / ');
    }),
  ]);
  return { title: 'Attacks: measured values (p5 / p50 / p95)', head: ['attack', ...voters], rows };
}
