/** What only a person does to a capture that does not get through: set it aside (dead letter), take it back, or try again. */
import { fail, ok, type Result } from '../../contract/result.ts';
import { appendAudit } from '../../store/audit-log.ts';
import type { Store } from '../../store/open-store.ts';
import { refusedOf, requeueRefused, setAside, takeBack } from './outbox-queue.ts';

export interface PersonsDecision {
  readonly orgId: string;
  readonly nonce: string;
  /** User id, or null for the command line. */
  readonly by: string | null;
  readonly reason: string;
}

/** Errors: `not_found` (delivered, being sent, or unknown), `validation_failed` (no reason given). */
export async function setCaptureAside(
  store: Store,
  clock: () => Date,
  decision: PersonsDecision,
): Promise<Result<true>> {
  const reason = decision.reason.trim();
  if (reason.length < 3) return fail('validation_failed', 'say in a few words why it is set aside');
  return decide(store, clock, decision, 'bundle.set_aside', { reasonGiven: true }, (trx, now) =>
    setAside(trx, { orgId: decision.orgId, id: decision.nonce, by: decision.by ?? 'command line', reason, now }),
  );
}

/** Errors: `not_found`. */
export async function takeCaptureBack(
  store: Store,
  clock: () => Date,
  decision: Omit<PersonsDecision, 'reason'>,
): Promise<Result<true>> {
  return decide(store, clock, decision, 'bundle.requeued', {}, (trx, now) =>
    takeBack(trx, decision.orgId, decision.nonce, now),
  );
}

/** Everything that was refused and not set aside waits again. Returns how many; each is in the audit log. */
export async function retryRefused(
  store: Store,
  clock: () => Date,
  { orgId, by }: Pick<PersonsDecision, 'orgId' | 'by'>,
): Promise<number> {
  return store.transaction(async (trx) => {
    const now = clock();
    const refused = await refusedOf(trx, orgId);
    for (const nonce of refused) {
      await requeueRefused(trx, orgId, nonce, now);
      const actor = actorBy(by);
      const detail = { after: 'refused' };
      await appendAudit(trx, { orgId, event: 'bundle.requeued', actor, objectId: nonce, detail, occurredAt: now });
    }
    return refused.length;
  });
}

async function decide(
  store: Store,
  clock: () => Date,
  { orgId, nonce, by }: Omit<PersonsDecision, 'reason'>,
  event: 'bundle.set_aside' | 'bundle.requeued',
  detail: Record<string, unknown>,
  change: (trx: Parameters<typeof setAside>[0], now: Date) => Promise<boolean>,
): Promise<Result<true>> {
  return store.transaction(async (trx): Promise<Result<true>> => {
    const now = clock();
    if (!(await change(trx, now))) return fail('not_found', 'no such capture waits here');
    await appendAudit(trx, { orgId, event, actor: actorBy(by), objectId: nonce, detail, occurredAt: now });
    return ok(true);
  });
}

function actorBy(by: string | null): { kind: 'system' | 'user'; id: string | null } {
  return { kind: by === null ? 'system' : 'user', id: by };
}
