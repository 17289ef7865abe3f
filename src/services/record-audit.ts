/** One audit row of a use case, inside its transaction. A customer appears as a keyed pseudonym only. */
import type { AuditEvent } from '../contract/audit-events.ts';
import { appendAudit } from '../store/audit-log.ts';
import type { Db } from '../store/repositories/types.ts';
import { instant, type Actor, type ServiceContext } from './context.ts';

export interface AuditEntry {
  readonly event: AuditEvent;
  readonly customerId?: string;
  readonly objectId?: string;
  /** Numbers, codes and ids. Never a name, a NIK or free text of a person. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

export async function recordAudit(ctx: ServiceContext, trx: Db, actor: Actor, entry: AuditEntry): Promise<void> {
  await appendAudit(trx, {
    orgId: actor.orgId,
    event: entry.event,
    actor: { kind: actor.kind, id: actor.id },
    occurredAt: instant(ctx),
    ...(entry.customerId === undefined ? {} : { subject: ctx.vault.subjectId(actor.orgId, entry.customerId) }),
    // The customer's own id would undo what the pseudonym is for.
    ...(entry.objectId === undefined || entry.objectId === entry.customerId ? {} : { objectId: entry.objectId }),
    ...(entry.detail === undefined ? {} : { detail: entry.detail }),
  });
}
