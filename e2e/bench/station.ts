/**
 * `npm run bench:station [-- --starts 5 --sessions 100 --seconds 10]`: what the counter costs. Cold start to a usable
 * sign-in, memory of all its processes with the models loaded (the first session goes to its verdict, so that every model
 * has run), growth over the sessions after it (each reads a card and is cancelled), frames of a live camera shown while vision works, and what has to be loaded. A real station process, a
 * real Chromium; the camera is a file behind `getUserMedia`, the sessions use the simulated one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Browser } from '@playwright/test';
import { checkModels } from '../../src/services/models/check-models.ts';
import { ensureRenderer } from '../../src/shell/ensure-built.ts';
import { installedVisionOptions } from '../../src/vision/open-vision.ts';
import { percentile } from '../accuracy/score.ts';
import { printTable } from '../accuracy/tables.ts';
import { judgingMs, openBrowser, openCounter, type CounterPage } from '../support/counter-page.ts';
import { firstPeople, setUp } from '../support/first-people.ts';
import { openGeneratedFeed } from '../support/generated-feed.ts';
import { openHouse } from '../support/station.ts';
import { missingModels } from '../support/test-data.ts';
import { pssOf, treeOf } from './station/process-tree.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { values } = parseArgs({
  options: {
    starts: { type: 'string', default: '5' },
    sessions: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '10' },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const mb = (value: number | null): string => (value === null ? 'not told' : `${value.toFixed(0)} MB`);

/** From the start of the process to a sign-in that can be typed into; and how much of it the desk alone took. */
async function coldStarts(browser: Browser, count: number): Promise<string[][]> {
  const whole: number[] = [];
  const desk: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const house = await openHouse();
    // The first start makes the keys and the people; a counter is opened every morning.
    await (await house.start({ demo: true })).stop();
    const began = performance.now();
    const station = await house.start({ demo: true });
    desk.push(performance.now() - began);
    const counter = await openCounter(browser);
    await counter.pair(station);
    await counter.at('sign-in-email').fill('a@b.test');
    whole.push(performance.now() - began);
    await counter.context.close();
    await house.tearDown();
  }
  const row = (name: string, times: number[]): string[] => [
    name,
    `${percentile(times, 0.5).toFixed(0)} ms`,
    `${percentile(times, 0.95).toFixed(0)} ms`,
  ];
  return [row('desk listens', desk), row('sign-in usable (goal 3,000 ms)', whole)];
}

async function heapOf(counter: CounterPage): Promise<{ heap: number; nodes: number }> {
  const cdp = await counter.context.newCDPSession(counter.page);
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('Performance.enable');
  const { metrics } = await cdp.send('Performance.getMetrics');
  await cdp.detach();
  const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return { heap: of('JSHeapUsedSize') / 1_048_576, nodes: of('Nodes') };
}

async function session(counter: CounterPage): Promise<void> {
  await counter.greet();
  await counter.at('step-fields').waitFor({ timeout: judgingMs });
  await counter.press('cancel-onboarding');
  await counter.press('cancel-confirm');
  await counter.at('idle-screen').waitFor();
}

/** To the verdict, whatever it is: each model has worked once. A machine that was too busy is asked for another selfie. */
async function wholeSession(counter: CounterPage): Promise<void> {
  await counter.greet();
  await counter.at('step-fields').waitFor({ timeout: judgingMs });
  await counter.press('confirm-fields');
  const result = counter.at('step-result');
  for (;;) {
    await result.or(counter.at('capture-again')).first().waitFor({ timeout: judgingMs });
    if (await result.isVisible()) break;
    await counter.press('capture-again');
    await counter.at('judging').waitFor({ timeout: judgingMs });
  }
  await counter.press('finish');
  await counter.at('idle-screen').waitFor();
}

interface Held {
  readonly after: number;
  readonly desk: number | null;
  readonly vision: number | null;
  readonly heap: number;
  readonly nodes: number;
}

const all = ({ desk, vision }: Held): number | null => (desk === null || vision === null ? null : desk + vision);

function memoryRow(held: Held): string[] {
  return [
    String(held.after),
    mb(held.desk),
    mb(held.vision),
    mb(all(held)),
    `${held.heap.toFixed(1)} MB`,
    String(held.nodes),
  ];
}

/** From the second measure on: the first sessions fill what is kept warm. */
function growth(rows: readonly Held[]): string {
  const [, first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined || first === last) return 'growth: too few sessions to tell';
  const sessions = last.after - first.after;
  const [from, to] = [all(first), all(last)];
  const processes = from === null || to === null ? 'not told' : `${(to - from).toFixed(0)} MB`;
  return `growth over the last ${sessions} sessions: processes ${processes}, page heap ${(last.heap - first.heap).toFixed(1)} MB, page nodes ${last.nodes - first.nodes}`;
}

/** The recogniser that was loaded: the largest part of the memory is its. */
async function recogniserName(): Promise<string> {
  const options = installedVisionOptions();
  if (!options.ok) return 'none';
  const check = await checkModels({ manifest: options.value.manifest, directories: options.value.modelDirectories });
  return check.models.find(({ role, inUse }) => role === 'face_recogniser' && inUse)?.id ?? 'none';
}

/** Memory when the models are loaded, then every tenth of the sessions. */
async function memoryOver(browser: Browser, sessions: number): Promise<Held[]> {
  const house = await openHouse();
  const station = await house.start({ demo: true });
  const counter = await openCounter(browser);
  await counter.pair(station);
  await counter.signIn(station.people.get('staff'));
  const rows: Held[] = [];
  const measure = async (after: number): Promise<void> => {
    const { heap, nodes } = await heapOf(counter);
    const tree = treeOf(station.pid);
    const [deskPss, visionPss] = [pssOf(tree.slice(0, 1)), pssOf(tree.slice(1))];
    rows.push({ after, desk: deskPss, vision: visionPss, heap, nodes });
  };
  try {
    await wholeSession(counter);
    await measure(1);
    const every = Math.max(1, Math.round(sessions / 10));
    for (let n = 2; n <= sessions; n += 1) {
      await session(counter);
      if (n % every === 0) await measure(n);
    }
  } finally {
    await counter.context.close();
    await house.tearDown();
  }
  return rows;
}

/** Frames per second of the live picture while the coach looks at a card that never comes to rest. */
async function previewFrames(seconds: number): Promise<string[][]> {
  const feed = await openGeneratedFeed(20_260, { moving: seconds + 20, still: 1 });
  const browser = await openBrowser(feed.flags);
  const house = await openHouse();
  try {
    const station = await house.start();
    const counter = await openCounter(browser);
    await counter.pair(station);
    await setUp(counter);
    await counter.signIn(firstPeople.staff);
    await counter.greet();
    await counter.page.locator('[data-testid="camera-view"][data-live="true"] video').waitFor();
    const shown = await counter.page.evaluate(async (span) => {
      const video = document.querySelector('video');
      if (video === null) return Number.NaN;
      const before = video.getVideoPlaybackQuality().totalVideoFrames;
      const began = performance.now();
      await new Promise((resolve) => setTimeout(resolve, span));
      const frames = video.getVideoPlaybackQuality().totalVideoFrames - before;
      return (frames * 1000) / (performance.now() - began);
    }, seconds * 1000);
    return [['the coach looks at every frame it can', shown.toFixed(1), '30']];
  } finally {
    await browser.close();
    await house.tearDown();
    feed.close();
  }
}

function bundles(): string[][] {
  const folder = join(root, 'out', 'renderer', 'assets');
  const kinds = new Map<string, { bytes: number; packed: number; files: number }>();
  for (const name of readdirSync(folder)) {
    const kind = name.split('.').at(-1) ?? '';
    const bytes = readFileSync(join(folder, name));
    const sum = kinds.get(kind) ?? { bytes: 0, packed: 0, files: 0 };
    kinds.set(kind, {
      bytes: sum.bytes + bytes.length,
      packed: sum.packed + (kind.startsWith('woff') ? bytes.length : gzipSync(bytes).length),
      files: sum.files + 1,
    });
  }
  const kb = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KiB`;
  return [...kinds].map(([kind, { bytes, packed, files }]) => [kind, String(files), kb(bytes), kb(packed)]);
}

await ensureRenderer(root, say);
say(`${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}; Chromium is measured apart from the desk`);
say(printTable({ title: 'What the page loads', head: ['kind', 'files', 'size', 'gzip'], rows: bundles() }));
const browser = await openBrowser();
try {
  const starts = await coldStarts(browser, Number(values.starts));
  say(printTable({ title: `Start of the day, ${values.starts} starts`, head: ['until', 'p50', 'p95'], rows: starts }));
  const missing = await missingModels();
  if (missing !== null) say(`memory and frames left out: ${missing}`);
  else {
    const held = await memoryOver(browser, Number(values.sessions));
    say(
      printTable({
        title: `Memory after so many sessions (PSS; goal ≤ 900 MB for all processes, no growth), ${await recogniserName()}`,
        head: ['sessions', 'desk', 'vision', 'together', 'page: heap', 'page: nodes'],
        rows: held.map(memoryRow),
      }),
    );
    say(growth(held));
    say(
      printTable({
        title: 'Frames of the camera shown per second',
        head: ['while', 'shown', 'camera'],
        rows: await previewFrames(Number(values.seconds)),
      }),
    );
  }
} finally {
  await browser.close();
}
