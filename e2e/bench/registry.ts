/**
 * `npm run bench:registry -- [rows] [lookups] [--keep DIR | --lookups-only DIR]` (default 1000000 5000): a fictional
 * population imported through the same service as the command, memory on the way, and single lookups afterwards. Prints a
 * goal that is missed as missed. `--keep` leaves the installation in a new folder, `--lookups-only` asks such a one again.
 */
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { importedSource } from '../../src/connectors/registry-source/imported.ts';
import { noVision } from '../../src/cli/with-installation.ts';
import { systemActor, type ServiceContext } from '../../src/services/context.ts';
import { openInstallation, type Installation } from '../../src/services/open-installation.ts';
import { importPopulation } from '../../src/services/registry/import-population.ts';
import { setUpOrganisation } from '../../src/services/set-up-organisation.ts';
import { fileKeyProvider } from '../../src/vault/key-providers/file-key-provider.ts';
import { personAt, writePopulation } from './registry/generate.ts';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { keep: { type: 'string' }, 'lookups-only': { type: 'string' } },
});
const [rows, lookups] = [Number(positionals[0] ?? 1_000_000), Number(positionals[1] ?? 5_000)];
const goalMs = 2;
const mega = (bytes: number): number => Math.round(bytes / 1_048_576);
const spread = (): string =>
  loadavg()
    .map((one) => one.toFixed(2))
    .join(' ');

const again = flags['lookups-only'];
if (again !== undefined) await askAgain(again);
else if (flags.keep !== undefined) await importAndAsk(flags.keep);
else {
  const folder = await mkdtemp(join(tmpdir(), 'loket-bench-registry-'));
  try {
    await importAndAsk(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function openIn(folder: string, create: boolean): Promise<Installation> {
  const opened = await openInstallation({
    dataDirectory: join(folder, 'data'),
    create,
    vision: noVision,
    keyProvider: fileKeyProvider({ directory: join(folder, 'keys') }),
  });
  if (!opened.ok) throw new Error(opened.error.code);
  return opened.value;
}

async function importAndAsk(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'people.csv');
  await writePopulation(file, rows);
  const opened = await openIn(folder, true);
  const made = await setUpOrganisation(opened.context, { name: 'Bench', branch: 'Bench' });
  if (!made.ok) throw new Error(made.error.code);
  const orgId = made.value.organisation.id;
  await writeFile(join(folder, 'org'), orgId);
  await measureImport(opened.context, orgId, file);
  console.log(`${mega((await stat(join(folder, 'data', 'loket.db'))).size)} MB of database`);
  await measureLookups(opened.context, orgId);
  await opened.close();
}

/** Another process, so nothing of the import is in its memory. */
async function askAgain(folder: string): Promise<void> {
  const opened = await openIn(folder, false);
  await measureLookups(opened.context, await readFile(join(folder, 'org'), 'utf8'));
  await opened.close();
}

async function measureImport(context: ServiceContext, orgId: string, file: string): Promise<void> {
  const memory: number[] = [];
  const overTime: string[] = [];
  const begun = performance.now();
  const cpuBefore = process.cpuUsage();
  const done = await importPopulation(context, systemActor(orgId), {
    file,
    onProgress: ({ lines }) => {
      memory.push(process.memoryUsage().rss);
      if (lines < ((overTime.length + 1) * rows) / 10) return;
      const after = ((performance.now() - begun) / 1000).toFixed(0);
      overTime.push(`${Math.round((lines / rows) * 100)} % ${after} s ${mega(memory.at(-1) ?? 0)} MB`);
    },
  });
  if (!done.ok) throw new Error(done.error.code);
  const seconds = (performance.now() - begun) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  const cpuSeconds = (cpu.user + cpu.system) / 1e6;
  if (done.value.added !== rows || done.value.refused !== 0) throw new Error('the import is not what the file is');
  const quarter = Math.max(1, Math.floor(memory.length / 4));
  const mean = (part: readonly number[]): number => part.reduce((sum, one) => sum + one, 0) / Math.max(1, part.length);

  console.log(`load ${spread()}, ${mega((await stat(file)).size)} MB of CSV`);
  console.log(
    `| import of ${rows} rows | ${seconds.toFixed(1)} s | ${Math.round(rows / seconds)} rows/s | ${cpuSeconds.toFixed(1)} s of CPU, ${Math.round(rows / cpuSeconds)} rows per CPU second |`,
  );
  console.log(
    `| memory (RSS), first and last quarter, most | ${mega(mean(memory.slice(0, quarter)))} MB | ${mega(mean(memory.slice(-quarter)))} MB | ${mega(Math.max(...memory))} MB |`,
  );
  console.log(`| memory on the way | ${overTime.join(' | ')} |`);
}

/** Every tenth is nobody; the others lie all over the table. CPU beside the wall: on a busy machine they part. */
async function measureLookups(context: ServiceContext, orgId: string): Promise<void> {
  const source = importedSource({ ...context, orgId, percentOf: () => null });
  const times: number[] = [];
  const cpuTimes: number[] = [];
  let wrong = 0;
  for (let n = 0; n < lookups; n += 1) {
    const absent = n % 10 === 0;
    const nik = absent ? personAt(rows + n * 7).nik : personAt((n * 7919) % rows).nik;
    const cpuBefore = process.cpuUsage();
    const at = performance.now();
    const answer = await source.lookup({ nik, name: 'SITI' });
    times.push(performance.now() - at);
    const { system, user } = process.cpuUsage(cpuBefore);
    cpuTimes.push((system + user) / 1000);
    if ('unavailable' in answer || answer.found === absent) wrong += 1;
  }
  const p95 = percentile(times, 0.95);
  const line = (all: readonly number[]): string =>
    `p50 ${percentile(all, 0.5).toFixed(3)} ms | p95 ${percentile(all, 0.95).toFixed(3)} ms | p99 ${percentile(all, 0.99).toFixed(3)} ms |`;
  console.log(`| load ${spread()}: lookup, ${lookups} of them | ${line(times)}`);
  console.log(`| of that CPU | ${line(cpuTimes)}`);
  console.log(`goal p95 <= ${goalMs} ms: ${p95 <= goalMs ? 'reached' : 'MISSED'}; wrong answers: ${wrong}`);
  if (wrong > 0) process.exitCode = 1;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}
