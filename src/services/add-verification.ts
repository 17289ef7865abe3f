/** A verification comes into being: its row, and the event that tells of it. Every service adds them through here. */
import type { VerificationMethod, VerificationStatus } from '../contract/vocabulary.ts';
import type { Db } from '../store/repositories/types.ts';
import { insertVerification, type VerificationRow } from '../store/repositories/verifications.ts';
import type { ServiceContext } from './context.ts';
import { recordEvent } from './webhooks/record-event.ts';

export async function addVerification(ctx: ServiceContext, trx: Db, row: VerificationRow): Promise<void> {
  await insertVerification(trx, row);
  await recordEvent(ctx, trx, row.org_id, 'verification.created', {
    verificationId: row.id,
    customerId: row.customer_id,
    method: row.method as VerificationMethod,
    status: row.status as VerificationStatus,
    score: row.score,
  });
}
