/**
 * `npm run accuracy:ktp [-- --cards 450 --severity 1,2,3 --attacks 20 --films 12 --seed 1 --portraits drawn|testdata --keep FOLDER
 * --json FILE --report FILE.html]`: reads generated cards and the supplied ones, then shows attacks to the voters. Prints
 * tables; writes the report. `--keep` (or LOKET_CARD_FOLDER) writes every card as JPEG with its truth as JSON.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { runAttacks } from './attack-run.ts';
import { installedFonts } from './cards/fonts.ts';
import { generateCard, planOf } from './cards/generate.ts';
import { portraitSource } from './cards/photo-portraits.ts';
import { severities, type Severity } from './cards/severity.ts';
import { runFilms } from './film-run.ts';
import { loadRegions, openAccuracyVision, root } from './open-vision.ts';
import { readOne, type CardResult } from './read-cards.ts';
import { createReport } from './report.ts';
import { suppliedCards } from './supplied.ts';
import { printTable, readingTables } from './tables.ts';

const { values } = parseArgs({
  options: {
    cards: { type: 'string', default: '450' },
    severity: { type: 'string', default: '1,2,3' },
    attacks: { type: 'string', default: '20' },
    films: { type: 'string', default: '12' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string', default: join(root, 'e2e/.artifacts/accuracy-ktp.json') },
    report: { type: 'string', default: join(root, 'e2e/.artifacts/accuracy-ktp.html') },
    portraits: { type: 'string', default: process.env.LOKET_CARD_PORTRAITS ?? 'drawn' },
    keep: { type: 'string', default: process.env.LOKET_CARD_FOLDER ?? '' },
    verbose: { type: 'boolean', default: false },
  },
});

const wanted = values.severity.split(',').map(Number);
const levels: readonly Severity[] = severities.filter((level) => wanted.includes(level));
if (levels.length === 0) throw new Error('--severity takes 1, 2, 3');
const seed = Number(values.seed);
const regions = loadRegions();
const vision = await openAccuracyVision();
const report = createReport();
const portraits = portraitSource(values.portraits);
const note = `fonts: ${installedFonts().note}; portraits: ${values.portraits}; seed ${seed}`;
if (values.keep !== '') mkdirSync(values.keep, { recursive: true });
process.stdout.write(`${note}\n`);

const results: CardResult[] = [];
for (let index = 0; index < Number(values.cards); index += 1) {
  const { truth, bytes } = await generateCard(seed, index, planOf(index, levels), regions, portraits);
  if (values.keep !== '') {
    writeFileSync(join(values.keep, `${truth.id}.jpg`), bytes);
    writeFileSync(join(values.keep, `${truth.id}.json`), JSON.stringify(truth, null, 1));
  }
  const result = await readOne(vision, regions, { id: truth.id, bytes, fields: truth.fields, truth });
  results.push({ ...result, rendition: null });
  await report.addCard(result, bytes);
  if (values.verbose) tell(result);
  else if (index % 25 === 24) process.stdout.write(`${index + 1} cards\n`);
}
const supplied: CardResult[] = [];
for (const card of suppliedCards()) {
  const result = await readOne(vision, regions, { ...card, truth: null });
  supplied.push(result);
  if (values.verbose) tell(result);
}
const tables = readingTables(results, supplied);
if (Number(values.attacks) > 0)
  tables.push(...(await runAttacks(vision, regions, { seed, count: Number(values.attacks), portraits }, report)));
if (Number(values.films) > 0)
  tables.push(await runFilms(vision, regions, { seed, count: Number(values.films), portraits }));
await vision.close();

for (const table of tables) process.stdout.write(printTable(table));
if (supplied.length === 0) process.stdout.write('\nsupplied cards: not installed (LOKET_TESTDATA)\n');
for (const file of [values.json, values.report]) mkdirSync(dirname(file), { recursive: true });
writeFileSync(values.json, JSON.stringify({ note, tables, cards: [...results, ...supplied].map(plain) }, null, 1));
writeFileSync(values.report, report.html(tables, note));
process.stdout.write(`\nreport ${values.report}\ndata   ${values.json}\n`);

function plain({ id, truth, fields, milliseconds, durationsMs, failure, facts }: CardResult): unknown {
  return {
    id,
    truth,
    fields,
    milliseconds: Math.round(milliseconds),
    durationsMs,
    failure,
    measurements: facts.measurements,
  };
}

function tell({ id, truth, fields, milliseconds, failure }: CardResult): void {
  const wrong = fields.filter(({ right }) => !right);
  const where =
    truth === null
      ? ''
      : ` s${truth.severity} ${truth.degradation}${truth.recipe.extras.map((extra) => `+${extra}`).join('')} ${truth.font} ${truth.nikKind}`;
  process.stdout.write(
    `${id}${where} ${milliseconds.toFixed(0)} ms ${failure ?? (wrong.length === 0 ? 'all right' : '')}\n`,
  );
  if (failure !== null) return;
  for (const { field, truth: is, read, confidence } of wrong)
    process.stdout.write(`    ${field}: ${is} ≠ ${read ?? '(nothing)'} @${confidence}\n`);
}
