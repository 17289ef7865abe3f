/** What nobody can use any more: kept answers, sessions, challenges, exports nobody took. */
import { deleteExpiredAnswers } from '../../store/repositories/idempotency.ts';
import { deleteEndedChallenges, deleteEndedSessions } from '../../store/repositories/retention.ts';
import { deleteEndedShared } from '../../store/repositories/shared-counters.ts';
import { destroyExports } from '../erasure/exported-files.ts';
import { dayMs, instant, plusMs, type ServiceContext } from '../context.ts';

/** A bundle may be repeated, or used for a second check, for a day: its challenge stays that much longer. */
const challengeKeptMs = dayMs;
/** A window or a lock that ended counts for nothing; failures on unknown addresses are remembered for a day, as in memory. */
const sharedCountsKeptMs = dayMs;

export async function sweepExpired(ctx: ServiceContext): Promise<{
  readonly answersDeleted: number;
  readonly sessionsDeleted: number;
  readonly challengesDeleted: number;
  readonly exportsDeleted: number;
}> {
  const now = instant(ctx);
  await deleteEndedShared(ctx.store.db, plusMs(now, -sharedCountsKeptMs));
  const exportsDeleted = await destroyExports(ctx, 'ended');
  return ctx.store.transaction(async (trx) => ({
    exportsDeleted,
    answersDeleted: await deleteExpiredAnswers(trx, now),
    sessionsDeleted: await deleteEndedSessions(trx, now),
    challengesDeleted: await deleteEndedChallenges(trx, plusMs(now, -challengeKeptMs)),
  }));
}
