/**
 * `npm run test:hub -- [--processes 2] [--branches 8] [--seconds 60] [--kills 6] [--restarts 2]`: prints what happened; fails when
 * anything was lost or doubled. Needs a PostgreSQL server of the system, or `LOKET_TEST_POSTGRES` (then it is not restarted).
 */
import { parseArgs } from 'node:util';
import { whyNoSystemPostgres } from '../../src/store/testing/system-postgres.ts';
import { hubDay } from './hub-day.ts';

const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '2' },
    branches: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '60' },
    kills: { type: 'string', default: '6' },
    restarts: { type: 'string', default: '2' },
  },
});

const why = whyNoSystemPostgres();
if (why === null) {
  const report = await hubDay({
    processes: Number(values.processes),
    branches: Number(values.branches),
    seconds: Number(values.seconds),
    kills: Number(values.kills),
    databaseRestarts: Number(values.restarts),
  });
  console.log(JSON.stringify(report, null, 2));
  process.exitCode = report.findings.length === 0 && report.stoppedInOrder ? 0 : 1;
} else {
  console.log(`not run: ${why}`);
}
