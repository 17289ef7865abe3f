/** Frames live as long as their class (three years of onboarding, ninety days of step-up); then the sealed bytes go. */
import {
  listDeliveredEnvelopes,
  listEndedFrames,
  retireEnvelope,
  retireFrames,
  type EndedFrames,
} from '../../store/repositories/retention.ts';
import type { Db } from '../../store/repositories/types.ts';
import { dayMs, instant, plusMs, systemActor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import type { KeepGoing } from './run-daily-job.ts';

const batchSize = 100;
/** A desk keeps what it delivered a week longer than needed, should the record have to be restored from last night. */
const deliveredKeptMs = 7 * dayMs;

export async function retireEndedFrames(
  ctx: ServiceContext,
  keepGoing: KeepGoing,
): Promise<{ readonly framesRetired: number; readonly envelopesRetired: number }> {
  const framesRetired = await inBatches(ctx, keepGoing, async (trx) => {
    const ended = await listEndedFrames(trx, instant(ctx), batchSize);
    for (const one of ended) await retireFrames(trx, one.org_id, one.capture_id, one.blob_id);
    await recordBatch(ctx, trx, ended);
    return ended.length;
  });
  const envelopesRetired = await inBatches(ctx, keepGoing, async (trx) => {
    const envelopes = await listDeliveredEnvelopes(trx, plusMs(instant(ctx), -deliveredKeptMs), batchSize);
    for (const one of envelopes) await retireEnvelope(trx, one);
    return envelopes.length;
  });
  return { framesRetired, envelopesRetired };
}

async function inBatches(
  ctx: ServiceContext,
  keepGoing: KeepGoing,
  step: (trx: Db) => Promise<number>,
): Promise<number> {
  for (let total = 0; ;) {
    const done = await ctx.store.transaction(step);
    total += done;
    if (done < batchSize) return total;
    await keepGoing();
  }
}

/** One audit row for each organisation and class of a batch, with the captures it names. */
async function recordBatch(ctx: ServiceContext, trx: Db, ended: readonly EndedFrames[]): Promise<void> {
  const groups = Map.groupBy(ended, (one) => `${one.org_id}|${one.retention_class}`);
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    await recordAudit(ctx, trx, systemActor(first.org_id), {
      event: 'retention.purged',
      detail: { class: first.retention_class, count: group.length, captures: group.map((one) => one.capture_id) },
    });
  }
}
