/** Audit rows as a person reads them: who, when, what, with codes and numbers only. */
import type { AuditLine } from '../contract/desk/review-desk.ts';
import { auditOfObjects, auditOfSubject, type AuditRow } from '../store/repositories/audit-rows.ts';
import type { Db } from '../store/repositories/types.ts';
import { findDesk } from '../store/repositories/desks.ts';
import { findUser } from '../store/repositories/users.ts';
import type { Actor, ServiceContext } from './context.ts';

const shownRows = 100;

/** What happened to these objects (a case, its checks and captures), newest first. */
export async function auditTrailOf(
  ctx: ServiceContext,
  actor: Actor,
  objectIds: readonly string[],
): Promise<readonly AuditLine[]> {
  return lines(ctx.store.db, actor, await auditOfObjects(ctx.store.db, actor.orgId, objectIds, shownRows));
}

/** Everything about one customer, found by his pseudonym, newest first. */
export async function auditTrailOfCustomer(
  ctx: ServiceContext,
  actor: Actor,
  customerId: string,
): Promise<readonly AuditLine[]> {
  const subject = ctx.vault.subjectId(actor.orgId, customerId);
  return lines(ctx.store.db, actor, await auditOfSubject(ctx.store.db, actor.orgId, subject, shownRows));
}

async function lines(db: Db, actor: Actor, rows: readonly AuditRow[]): Promise<readonly AuditLine[]> {
  const names = new Map<string, string>();
  for (const { actor_kind: kind, actor_id: id } of rows) {
    if (id === null || names.has(id)) continue;
    const user = kind === 'user' ? await findUser(db, id) : null;
    const desk = kind === 'desk' ? await findDesk(db, actor.orgId, id) : null;
    names.set(id, (user?.org_id === actor.orgId ? user.full_name : null) ?? desk?.name ?? id);
  }
  return rows.map((row) => ({
    at: row.occurred_at,
    event: row.event,
    actor: row.actor_id === null ? '' : (names.get(row.actor_id) ?? row.actor_id),
    actorKind: row.actor_kind,
    detail: plainDetail(row.detail),
  }));
}

/** Lists are counted, objects left out: a line says what happened, the audit browser says all. */
function plainDetail(detail: string): AuditLine['detail'] {
  const parts = Object.entries(JSON.parse(detail) as Record<string, unknown>).flatMap(([name, value]) => {
    if (Array.isArray(value)) return [[name, value.length] as const];
    const plain = value === null || ['string', 'number', 'boolean'].includes(typeof value);
    return plain ? [[name, value as string | number | boolean | null] as const] : [];
  });
  return Object.fromEntries(parts);
}
