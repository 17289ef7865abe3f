/**
 * A small bank: desks that enrolled for real deliver sealed bundles over TLS while lines are cut and slow, a process is killed and
 * the database restarts. Short here; the long run is `npm run sim:bank`.
 */
import { describe, expect, it } from 'vitest';
import { whyNoSystemPostgres } from '../../src/store/testing/system-postgres.ts';
import { bankDay } from '../hub/bank-day.ts';
import { backlogBars, bankPlot } from '../hub/bank-plot.ts';

const why = whyNoSystemPostgres();

describe.skipIf(why !== null)(`a simulated bank${why === null ? '' : ` (skipped: ${why})`}`, () => {
  it('loses and doubles no capture of any desk', { timeout: 600_000 }, async () => {
    const report = await bankDay({
      desks: 3,
      seconds: 5,
      processes: 2,
      kills: 1,
      databaseRestarts: 1,
      perMinute: 40,
      framesPerCapture: 1,
      durable: false,
    });
    expect(report.findings).toEqual([]);
    expect(report.captures).toBeGreaterThan(2);
    expect(report.hardships.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['line cut', 'all lines cut', 'process killed', 'database restarted']),
    );
    expect(report.curve.at(-1)).toMatchObject({ waiting: 0, delivered: report.captures });
    expect(report.stoppedInOrder).toBe(true);
    expect(backlogBars(report).length).toBeGreaterThan(0);
    expect(bankPlot(report).match(/<polyline/g)).toHaveLength(2);
  });
});
