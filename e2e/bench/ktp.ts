/**
 * `npm run bench:ktp [-- --cards 20 --severity 1,2 --seed 1]`: the whole pipeline (find, straighten, read with two engines,
 * fields, portrait, measurements) beside bare Tesseract on the same pictures, paired and in alternating order. Bare
 * means the command line tool, or tesseract.js where it is not installed, told the language and nothing else. A third line
 * times what the counter waits for after it accepts a card: a capture of eleven frames under the light challenge.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { createWorker } from 'tesseract.js';
import type { CaptureFrames } from '../../src/contract/vision.ts';
import { readFields } from '../../src/core/ktp/read-fields.ts';
import { generateCard, planOf, type GeneratedCard } from '../accuracy/cards/generate.ts';
import { severities } from '../accuracy/cards/severity.ts';
import { loadRegions, openAccuracyVision } from '../accuracy/open-vision.ts';
import { readOne } from '../accuracy/read-cards.ts';
import { percentile } from '../accuracy/score.ts';
import { printTable } from '../accuracy/tables.ts';

interface Bare {
  readonly name: string;
  read(jpeg: Uint8Array): Promise<string>;
  close(): Promise<void>;
}

const commandLine = '/usr/bin/tesseract';

function openCommandLine(): Bare {
  const listed = spawnSync(commandLine, ['--list-langs'], { encoding: 'utf8' });
  const language = /\bind\b/.test(listed.stdout ?? '') ? 'ind' : 'eng';
  const folder = mkdtempSync(join(tmpdir(), 'loket-bench-'));
  const file = join(folder, 'card.jpg');
  return {
    name: `tesseract command line (${language})`,
    read: async (jpeg) => {
      writeFileSync(file, jpeg);
      return spawnSync(commandLine, [file, 'stdout', '-l', language], { encoding: 'utf8' }).stdout ?? '';
    },
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function openLibrary(): Promise<Bare> {
  const language = createRequire(import.meta.url).resolve('@tesseract.js-data/ind/4.0.0_best_int/ind.traineddata.gz');
  const worker = await createWorker(['ind'], 1, { langPath: dirname(language), gzip: true, cacheMethod: 'none' });
  return {
    name: 'tesseract.js, bare (ind); no tesseract command line here',
    read: async (jpeg) => (await worker.recognize(Buffer.from(jpeg))).data.text,
    close: async () => void (await worker.terminate()),
  };
}

const { values } = parseArgs({
  options: {
    cards: { type: 'string', default: '20' },
    severity: { type: 'string', default: '1,2' },
    seed: { type: 'string', default: '1' },
  },
});
const wanted = values.severity.split(',').map(Number);
const levels = severities.filter((level) => wanted.includes(level));
const regions = loadRegions();
const vision = await openAccuracyVision();
const bare = existsSync(commandLine) ? openCommandLine() : await openLibrary();
const cards: GeneratedCard[] = [];
for (let index = 0; index < Number(values.cards) + 1; index += 1)
  cards.push(await generateCard(Number(values.seed), index, planOf(index, levels), regions));

const times = { loket: [] as number[], bare: [] as number[], capture: [] as number[] };
const right = { loket: 0, bare: 0, capture: 0 };
const fieldsRead = { count: 0, right: 0 };
async function runLoket({ truth, bytes }: GeneratedCard): Promise<void> {
  const result = await readOne(vision, regions, { id: truth.id, bytes, fields: truth.fields, truth });
  times.loket.push(result.milliseconds);
  if (result.fields.find(({ field }) => field === 'nik')?.right === true) right.loket += 1;
  fieldsRead.count += result.fields.length;
  fieldsRead.right += result.fields.filter((field) => field.right).length;
}

/** Two frames in each of five colours and one in neutral light, as the station takes them. */
const colours = ['#60FFFF', '#FFFF60', '#FFFFFF', '#60FF60', '#60A0FF'];
const holdMs = 400;
async function filmOf(card: GeneratedCard): Promise<CaptureFrames> {
  const dyed = await Promise.all(
    colours.map((colour) =>
      sharp(card.bytes)
        .composite([{ input: veil(colour), tile: true, blend: 'soft-light' }])
        .jpeg({ quality: 88 })
        .toBuffer(),
    ),
  );
  const frames = [...dyed.flatMap((frame) => [frame, frame]), card.bytes];
  const frameTimesMs = frames.map((_, i) => Math.round((i / 2 + 0.25) * holdMs));
  const flash = { nonce: 'bench', colors: colours, holdMs: colours.map(() => holdMs) };
  return { frames, frameTimesMs, flash };
}
function veil(colour: string) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) as [number, number, number];
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="rgb(${r},${g},${b})" fill-opacity="0.15"/></svg>`,
  );
}
async function runCapture(card: GeneratedCard): Promise<void> {
  const film = await filmOf(card);
  const started = performance.now();
  const facts = await vision.analyseCard(film);
  const read = facts.reading.available ? readFields(facts.reading.value, regions).fields : null;
  times.capture.push(performance.now() - started);
  if (read?.nik.value === card.truth.fields.nik) right.capture += 1;
}
async function runBare({ truth, bytes }: GeneratedCard): Promise<void> {
  const started = performance.now();
  const text = await bare.read(bytes);
  times.bare.push(performance.now() - started);
  if (text.replace(/[^0-9\n]/g, '').includes(truth.fields.nik)) right.bare += 1;
}
// The first card warms both up and is not counted.
await runLoket(cards[0]!);
await runBare(cards[0]!);
await runCapture(cards[0]!);
for (const list of Object.values(times)) list.length = 0;
right.loket = right.bare = right.capture = 0;
fieldsRead.count = fieldsRead.right = 0;
for (const [index, card] of cards.slice(1).entries()) {
  for (const run of index % 2 === 0 ? [runLoket, runBare] : [runBare, runLoket]) await run(card);
  await runCapture(card);
}
await vision.close();
await bare.close();

const ms = (list: readonly number[], share: number) => percentile(list, share).toFixed(0);
const count = cards.length - 1;
const ratios = times.loket.map((time, index) => time / times.bare[index]!);
process.stdout.write(
  printTable({
    title: `Card to fields, ${count} cards of severity ${levels.join(', ')}, ${availableParallelism()} cores`,
    head: ['', 'ms p50', 'ms p95', 'NIK found'],
    rows: [
      ['Loket, whole pipeline, one frame', ms(times.loket, 0.5), ms(times.loket, 0.95), `${right.loket}/${count}`],
      [bare.name, ms(times.bare, 0.5), ms(times.bare, 0.95), `${right.bare}/${count}`],
      [
        'Loket, capture of 11 frames (goal p95 ≤ 1500)',
        ms(times.capture, 0.5),
        ms(times.capture, 0.95),
        `${right.capture}/${count}`,
      ],
    ],
  }),
);
process.stdout.write(
  `\nratio Loket : bare, paired: p50 ${percentile(ratios, 0.5).toFixed(2)}, p95 ${percentile(ratios, 0.95).toFixed(2)}; below 1 on ${ratios.filter((ratio) => ratio < 1).length} of ${count}; fields right ${fieldsRead.right}/${fieldsRead.count}; load average ${loadavg()[0]?.toFixed(1)}\n`,
);
