/**
 * The work of each night: tiers whose year is over fall to `basic`, frames that served their time are shredded, customers
 * whose legal hold ended are erased, and what expired is swept. Whoever holds the lease row does it, in small
 * transactions, so that a counter next door never waits; broken off, the next run goes on where it stopped.
 */
import { fail, ok, type Result } from '../../contract/result.ts';
import { extendJobLease, leaveJobLease, takeJobLease } from '../../store/repositories/job-leases.ts';
import { randomToken } from '../../vault/random.ts';
import { instant, minuteMs, plusMs, type ServiceContext } from '../context.ts';
import { runDueChecks } from '../registry/check-customers.ts';
import { compactDatabase } from '../erasure/forget-in-files.ts';
import { sealMissingWraps } from '../head-office/register-key.ts';
import { mirrorJournal } from '../journal/erasure-journal.ts';
import { eraseEndedHolds } from './erase-ended-holds.ts';
import { expireTiers } from './expire-tiers.ts';
import { purgeEndedRecords } from './purge-records.ts';
import { retireRefusedApplicants } from './refused-applicants.ts';
import { retireEndedFrames } from './retire-frames.ts';
import { sweepExpired } from './sweep-expired.ts';

export const dailyJobName = 'daily';
const leaseMs = 10 * minuteMs;
/** Days are counted by the clock of Jakarta (WIB), where the branches sleep when a new one begins. */
const wibMs = 7 * 60 * minuteMs;

export interface DailyReport {
  readonly day: string;
  readonly tiersExpired: number;
  readonly framesRetired: number;
  readonly envelopesRetired: number;
  readonly customersErased: number;
  readonly refusedNoted: number;
  readonly refusedErased: number;
  readonly recordsPurged: number;
  readonly auditPurged: number;
  /** The database was written anew, because somebody was erased. */
  readonly databaseCompacted: boolean;
  /** Verdicts a registry gave on customers it could not be asked about before. */
  readonly registryVerdicts: number;
  readonly answersDeleted: number;
  readonly sessionsDeleted: number;
  readonly challengesDeleted: number;
  readonly exportsDeleted: number;
}

/** Called between two small steps: throws `LeaseLost` when another process has taken over. */
export type KeepGoing = () => Promise<void>;

class LeaseLost extends Error {}

export function dayOf(now: string): string {
  return plusMs(now, wibMs).slice(0, 10);
}

/**
 * Null: another process does it, or did it today already (`again` runs it once more). Errors: `unavailable` when the lease
 * was lost on the way.
 */
export async function runDailyJob(
  ctx: ServiceContext,
  options: { readonly again?: boolean } = {},
): Promise<Result<DailyReport | null>> {
  const holder = randomToken(12);
  const now = instant(ctx);
  const day = dayOf(now);
  const lease = {
    name: dailyJobName,
    holder,
    day,
    now,
    leaseUntil: plusMs(now, leaseMs),
    again: options.again ?? false,
  };
  const mine = await ctx.store.transaction((trx) => takeJobLease(trx, lease));
  if (!mine) return ok(null);
  const keepGoing: KeepGoing = async () => {
    const until = plusMs(instant(ctx), leaseMs);
    if (!(await ctx.store.transaction((trx) => extendJobLease(trx, dailyJobName, holder, until))))
      throw new LeaseLost();
  };
  let report: DailyReport | null = null;
  try {
    report = await work(ctx, day, keepGoing, options.again ?? false);
    return ok(report);
  } catch (error) {
    if (error instanceof LeaseLost) return fail('unavailable', 'another process took the daily job over');
    throw error;
  } finally {
    const finished = report === null ? null : { day, at: instant(ctx), report: JSON.stringify(report) };
    await ctx.store.transaction((trx) => leaveJobLease(trx, dailyJobName, holder, finished));
  }
}

async function work(ctx: ServiceContext, day: string, keepGoing: KeepGoing, asked: boolean): Promise<DailyReport> {
  const tiersExpired = await expireTiers(ctx, keepGoing);
  const { framesRetired, envelopesRetired } = await retireEndedFrames(ctx, keepGoing);
  const customersErased = await eraseEndedHolds(ctx, keepGoing);
  const refused = await retireRefusedApplicants(ctx, keepGoing);
  const purged = await purgeEndedRecords(ctx, keepGoing);
  await sealMissingWraps(ctx);
  await mirrorJournal(ctx);
  const databaseCompacted = await compactDatabase(ctx, { evenLarge: asked });
  const swept = await sweepExpired(ctx);
  // Last: it waits for others, and nothing else should wait for it.
  const { confirmed, declined } = await runDueChecks(ctx, { keepGoing });
  const registryVerdicts = confirmed + declined;
  const report = {
    day,
    tiersExpired,
    framesRetired,
    envelopesRetired,
    customersErased,
    ...refused,
    ...purged,
    databaseCompacted,
    registryVerdicts,
    ...swept,
  };
  ctx.logger.info(report, 'daily job finished');
  return report;
}
