/**
 * `npm run accuracy:face [-- --genuine 6 --attacks 1 --persons 8 --flash 1000 --passive 8 --seed 1 --first 0 --json FILE
 * --report FILE.html]`: genuine captures and attacks in the physical simulator, all pairs of the supplied photos and of
 * card portraits against them, the light challenge on generated streams, passive scores. The default stays small;
 * the evidence of the shipped thresholds is `--persons 20`; `--first 100` takes simulated people that no limit was set on:
 * `--genuine 100 --attacks 20 --first 1000 --seed 31 --persons 20` is the whole, held out. The impostor tail of
 * resources/calibration/face-tail.json alone: `--persons 20 --cards no --genuine 0 --attacks 0 --flash 0 --passive 0`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { openAccuracyVision, root } from './open-vision.ts';
import { deskFaceSteps } from '../../src/core/flash/challenge.ts';
import { attackSpecies } from './face/attacks.ts';
import { runStreams, type StreamCounts } from './face/flash-streams.ts';
import { cardPairs, photoPairs } from './face/match-sets.ts';
import { openPack } from './face/open-pack.ts';
import { scorePassiveSamples } from './face/passive-samples.ts';
import { runSession, type SessionResult } from './face/sessions.ts';
import { flashTable, livenessTable, matchTable, passiveTable } from './face/tables.ts';
import { heldOutTailTable, tailTable } from './face/tail-tables.ts';
import { createReport } from './report.ts';
import { printTable, type Table } from './tables.ts';

const { values } = parseArgs({
  options: {
    genuine: { type: 'string', default: '6' },
    attacks: { type: 'string', default: '1' },
    persons: { type: 'string', default: '8' },
    flash: { type: 'string', default: '1000' },
    passive: { type: 'string', default: '8' },
    cards: { type: 'string', default: 'yes' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    json: { type: 'string', default: join(root, 'e2e/.artifacts/accuracy-face.json') },
    report: { type: 'string', default: join(root, 'e2e/.artifacts/accuracy-face.html') },
  },
});
const number = (text: string, name: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} takes a whole number`);
  return value;
};
const seed = number(values.seed, 'seed');
const first = number(values.first, 'first');
const counts = {
  genuine: number(values.genuine, 'genuine'),
  attacks: number(values.attacks, 'attacks'),
  persons: number(values.persons, 'persons'),
  flash: number(values.flash, 'flash'),
  passive: number(values.passive, 'passive'),
};
const cardWidths = [50, 54, 58, 62, 64];
const tables: Table[] = [];
const report = createReport({ title: 'Faces', intro: 'Rates with errors, count and Clopper–Pearson 95 % interval' });
const say = (table: Table) => {
  tables.push(table);
  process.stdout.write(printTable(table));
};

if (counts.flash > 0) {
  const streams: StreamCounts[] = [
    runStreams('ordinary', 'frames', counts.flash, seed, deskFaceSteps),
    runStreams('hard', 'frames', counts.flash, seed, deskFaceSteps),
    runStreams('hard', 'frames', Math.ceil(counts.flash / 4), seed),
    runStreams('ordinary', 'samples', Math.ceil(counts.flash / 4), seed),
  ];
  say(flashTable(streams));
}

const vision = await openAccuracyVision();
const sessions: SessionResult[] = [];
for (let index = 0; index < Math.max(counts.genuine, counts.attacks); index += 1) {
  for (const species of ['genuine', ...attackSpecies] as const) {
    if (index >= (species === 'genuine' ? counts.genuine : counts.attacks)) continue;
    const result = await runSession(vision, species, first + index, seed);
    if (index === 0) await report.addPicture(`${species}: ${result.judgement.fused}`, result.picture);
    sessions.push({ ...result, picture: new Uint8Array() });
  }
}
if (sessions.length > 0) say(livenessTable(sessions));
if (counts.passive > 0) say(passiveTable(await scorePassiveSamples(vision, counts.passive)));
await vision.close();

const pack = await openPack();
const sets =
  counts.persons === 0
    ? []
    : [
        { source: 'onboarding_selfie' as const, result: await photoPairs(pack, 'web', counts.persons) },
        { source: 'onboarding_selfie' as const, result: await photoPairs(pack, 'att', counts.persons) },
        ...(values.cards === 'no'
          ? []
          : [
              { source: 'ktp_extract' as const, result: await cardPairs(pack, 'web', counts.persons, cardWidths) },
              { source: 'ktp_extract' as const, result: await cardPairs(pack, 'att', counts.persons, cardWidths) },
            ]),
      ];
await pack.close();
const measured = sets.flatMap(({ source, result }) => (result === null ? [] : [{ ...result, source }]));
if (measured.length > 0) {
  say(matchTable(measured));
  say(tailTable(measured));
  say(heldOutTailTable(measured));
} else
  process.stdout.write('\nmatching: no recogniser or no evaluation photos here (LOKET_MODEL_PACK, LOKET_TESTDATA)\n');

for (const file of [values.json, values.report]) mkdirSync(dirname(file), { recursive: true });
const note = `seed ${seed}; simulated people from ${first}; ${JSON.stringify(counts)}`;
writeFileSync(values.json, JSON.stringify({ note, tables, sessions: sessions.map(plain) }, null, 1));
writeFileSync(values.report, report.html(tables, note));
process.stdout.write(`\nreport ${values.report}\ndata   ${values.json}\n`);

function plain({ species, index, facts, judgement, optics }: SessionResult): unknown {
  return {
    species,
    index,
    optics,
    flash: facts.flash,
    fused: judgement.fused,
    voters: judgement.voters,
    reasons: judgement.reasons,
  };
}
