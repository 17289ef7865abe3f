/**
 * `npm run sim:bank -- [--desks 50] [--minutes 5] [--processes 2] [--per-minute 2] [--kills 6] [--restarts 2] [--frames 3] [--out DIR]`:
 * prints the table of the day and the backlog curve, writes both as a page with a plot; fails when anything was lost or doubled.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { whyNoSystemPostgres } from '../../src/store/testing/system-postgres.ts';
import { bankDay } from './bank-day.ts';
import { backlogBars, bankPage, bankPlot, bankTable } from './bank-plot.ts';

const { values } = parseArgs({
  options: {
    desks: { type: 'string', default: '50' },
    minutes: { type: 'string', default: '5' },
    processes: { type: 'string', default: '2' },
    'per-minute': { type: 'string', default: '2' },
    kills: { type: 'string', default: '6' },
    restarts: { type: 'string', default: '2' },
    frames: { type: 'string', default: '3' },
    out: { type: 'string', default: 'e2e/.artifacts/sim-bank' },
  },
});

const why = whyNoSystemPostgres();
if (why === null) {
  const report = await bankDay({
    desks: Number(values.desks),
    seconds: Number(values.minutes) * 60,
    processes: Number(values.processes),
    perMinute: Number(values['per-minute']),
    kills: Number(values.kills),
    databaseRestarts: Number(values.restarts),
    framesPerCapture: Number(values.frames),
    durable: true,
  });
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, 'index.html'), bankPage(report));
  writeFileSync(join(values.out, 'backlog.svg'), bankPlot(report));
  writeFileSync(join(values.out, 'report.json'), JSON.stringify(report, null, 2));
  const table = bankTable(report).map(([name, value]) => `${name.padEnd(46)} ${value}`);
  console.log(
    [...table, '', 'captures waiting at the desks', ...backlogBars(report), '', `${values.out}/index.html`].join('\n'),
  );
  process.exitCode = report.findings.length === 0 && report.stoppedInOrder ? 0 : 1;
} else {
  console.log(`not run: ${why}`);
}
