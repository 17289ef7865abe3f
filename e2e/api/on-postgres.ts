/**
 * The tests of store, services and API once more, on a PostgreSQL server: `LOKET_TEST_POSTGRES` where it is set, else one of
 * the system's, started for this run and thrown away after it. A word behind it is where JSON reports go (`WORD-store.json`,
 * `WORD-services-api.json`). Exits with 3 and a reason where there is no server.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startSystemPostgres, whyNoSystemPostgres } from '../../src/store/testing/system-postgres.ts';

const reason = whyNoSystemPostgres();
if (reason !== null) {
  process.stdout.write(`${reason}\n`);
  process.exit(3);
}
/** Tests that compare catalogues read all schemas of the server, and stumble over one another's that are being dropped. */
const parts = [
  { name: 'store', words: ['src/store', '--maxWorkers=1'] },
  { name: 'services-api', words: ['src/services', 'src/api'] },
];
const [reports] = process.argv.slice(2);
const server = await startSystemPostgres();
try {
  for (const { name, words } of parts) {
    const report =
      reports === undefined
        ? []
        : ['--reporter=default', '--reporter=json', `--outputFile.json=${reports}-${name}.json`];
    const done = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...words, ...report], {
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      stdio: 'inherit',
      env: { ...process.env, LOKET_TEST_STORE: 'postgres', LOKET_TEST_POSTGRES: server.connectionString },
    });
    if (done.status !== 0) process.exitCode = done.status ?? 1;
  }
} finally {
  server.stop();
}
