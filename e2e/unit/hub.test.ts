/**
 * Two server processes on one database and one store of frames, one of them killed, the database restarted under load: nothing
 * lost, nothing doubled, the chain holds. Short here; the long run is `npm run test:hub`.
 */
import { describe, expect, it } from 'vitest';
import { whyNoSystemPostgres } from '../../src/store/testing/system-postgres.ts';
import { hubDay } from '../hub/hub-day.ts';

const why = whyNoSystemPostgres();

describe.skipIf(why !== null)(`a hub under load${why === null ? '' : ` (skipped: ${why})`}`, () => {
  it('loses and doubles nothing when a process is killed and its database restarts', { timeout: 400_000 }, async () => {
    const report = await hubDay({ processes: 2, branches: 3, seconds: 6, kills: 1, databaseRestarts: 1 });
    expect(report.findings).toEqual([]);
    expect(report.captures).toBeGreaterThan(0);
    expect(report.retried).toBeGreaterThan(0);
    expect(report.stoppedInOrder).toBe(true);
  });
});
