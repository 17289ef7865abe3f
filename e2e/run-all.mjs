/**
 * The whole test run: static checks, unit and API tests, build, browser tests. Each static check counts as one test.
 * Ends with `N passed, N failed, N skipped`; skips are listed with their reason.
 */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const artifacts = join(root, 'e2e', '.artifacts');
mkdirSync(artifacts, { recursive: true });
const env = {
  ...process.env,
  PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`,
  // Paths of this run only; a developer's own settings must not leak into tests.
  LOKET_DATA: '',
};

const totals = { passed: 0, failed: 0, skipped: 0 };
const skips = [];
const only = process.argv.slice(2);

function run(title, command, args) {
  process.stdout.write(`\n── ${title}\n`);
  const started = performance.now();
  const done = spawnSync(command, args, { cwd: root, env, stdio: 'inherit', shell: process.platform === 'win32' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`── ${title}: ${done.status === 0 ? 'ok' : 'FAILED'} (${seconds} s)\n`);
  return done.status === 0;
}

/** The same without waiting for one another; what a command printed comes in one piece. */
function runBeside(title, command, args) {
  const started = performance.now();
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      { cwd: root, env, shell: process.platform === 'win32', maxBuffer: 1 << 26 },
      (error, out, err) => {
        const seconds = ((performance.now() - started) / 1000).toFixed(1);
        process.stdout.write(
          `\n── ${title}\n${out}${err}── ${title}: ${error === null ? 'ok' : 'FAILED'} (${seconds} s)\n`,
        );
        resolve(error === null);
      },
    );
  });
}

async function check(title, command, args) {
  const good = await runBeside(title, command, args);
  totals[good ? 'passed' : 'failed'] += 1;
}

function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/** Adds a vitest report to the totals; a missing one is a failure. */
function addReport(file, good) {
  const report = readReport(file);
  if (report === null) {
    totals.failed += 1;
    return;
  }
  totals.passed += report.numPassedTests;
  totals.failed += report.numFailedTests;
  totals.skipped += report.numPendingTests + (report.numTodoTests ?? 0);
  for (const suite of report.testResults) {
    if (suite.status === 'failed' && suite.assertionResults.length === 0) totals.failed += 1;
    for (const test of suite.assertionResults)
      if (test.status === 'pending' || test.status === 'skipped') skips.push(test.fullName);
  }
  if (!good && report.numFailedTests === 0) totals.failed += 1;
}

function unit() {
  const file = join(artifacts, 'vitest.json');
  rmSync(file, { force: true });
  const good = run('unit and API tests', 'vitest', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  addReport(file, good);
}

/** Store, services and API once more on a PostgreSQL server; the API on PostgreSQL inside the process where there is none. */
function postgres() {
  const reports = join(artifacts, 'postgres');
  rmSync(reports, { recursive: true, force: true });
  const good = run('on PostgreSQL', 'node', [join('e2e', 'api', 'on-postgres.ts'), '--reports', reports]);
  const files = existsSync(reports) ? readdirSync(reports).map((name) => join(reports, name)) : [];
  const failed = totals.failed;
  for (const file of files) addReport(file, true);
  // A part that ended without a report, or badly without a failed test, is a failure of its own.
  if (files.length === 0 || (!good && totals.failed === failed)) totals.failed += 1;
}

function browser() {
  const file = join(artifacts, 'playwright.json');
  rmSync(file, { force: true });
  const good = run('browser tests', 'playwright', ['test', '-c', 'e2e/playwright.config.ts']);
  const report = readReport(file);
  if (report === null) {
    totals.failed += 1;
    return;
  }
  totals.passed += report.stats.expected + report.stats.flaky;
  totals.failed += report.stats.unexpected;
  totals.skipped += report.stats.skipped;
  const walk = (suite) => {
    for (const spec of suite.specs ?? [])
      for (const test of spec.tests)
        if (test.status === 'skipped')
          skips.push(`${spec.title}: ${test.annotations.map((note) => note.description).join(' ')}`);
    for (const inner of suite.suites ?? []) walk(inner);
  };
  for (const suite of report.suites) walk(suite);
  if (!good && report.stats.unexpected === 0) totals.failed += 1;
}

/** Lint takes as long as the rest together: one processor each. */
const checks = [
  { lint: () => check('lint', 'eslint', ['.', '--max-warnings', '0']) },
  {
    imports: () => check('import rules', 'depcruise', ['--config', '.dependency-cruiser.cjs', 'src']),
    format: () => check('format', 'prettier', ['--check', '--log-level', 'warn', '.']),
    types: () => check('types', 'tsc', ['--noEmit', '-p', 'tsconfig.json']),
    unused: () => check('dead code and dependencies', 'knip', []),
    build: () => check('build', 'electron-vite', ['build', '--logLevel', 'warn']),
  },
];
const tests = { unit, postgres, e2e: browser };

async function inTurn(steps) {
  for (const [name, step] of Object.entries(steps)) if (only.length === 0 || only.includes(name)) await step();
}
await Promise.all(checks.map(inTurn));
await inTurn(tests);

if (skips.length > 0) process.stdout.write(`\nSkipped:\n${skips.map((line) => `  - ${line}`).join('\n')}\n`);
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);
