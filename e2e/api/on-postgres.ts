/**
 * The tests of store, services and API once more, on a PostgreSQL server: `LOKET_TEST_POSTGRES` where it is set, else one of
 * the system's, started for this run and thrown away after it. Where there is none (or with `--pglite`) the tests of the
 * API run on PostgreSQL inside the process; those of the store do so always. JSON reports go into the folder that is
 * named, one file for each part.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startSystemPostgres, whyNoSystemPostgres } from '../../src/store/testing/system-postgres.ts';

const { values } = parseArgs({ options: { reports: { type: 'string' }, pglite: { type: 'boolean', default: false } } });

interface Part {
  readonly name: string;
  readonly words: readonly string[];
}

function run({ name, words }: Part, environment: NodeJS.ProcessEnv): void {
  const report =
    values.reports === undefined
      ? []
      : ['--reporter=default', '--reporter=json', `--outputFile.json=${join(values.reports, `${name}.json`)}`];
  const done = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...words, ...report], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  if (done.status !== 0) process.exitCode = done.status ?? 1;
}

const reason = values.pglite ? 'as asked' : whyNoSystemPostgres();
if (reason === null) {
  const server = await startSystemPostgres();
  const environment = { LOKET_TEST_STORE: 'postgres', LOKET_TEST_POSTGRES: server.connectionString };
  try {
    // Tests that compare catalogues read all schemas of the server, and stumble over one another's that are being dropped.
    run({ name: 'store', words: ['src/store', '--maxWorkers=1'] }, environment);
    run({ name: 'services-api', words: ['src/services', 'src/api'] }, environment);
  } finally {
    server.stop();
  }
} else {
  process.stdout.write(`PostgreSQL inside the process: ${reason}\n`);
  run({ name: 'api-pglite', words: ['src/api'] }, { LOKET_TEST_STORE: 'pglite' });
}
