/** `exports.*`, `audit.*`: taking records away, and looking at who did what. */
import type { AuditLine } from '../../../contract/desk/admin-calls.ts';
import { ok } from '../../../contract/result.ts';
import { logKeys } from '../../../services/audit/checkpoints.ts';
import { proveAuditRow } from '../../../services/audit/prove-row.ts';
import { listAuditLog } from '../../../services/list-records.ts';
import { verifyAudit } from '../../../services/verify-audit.ts';
import { listUsers } from '../../../store/repositories/users.ts';
import type { DeskHouse } from '../../desk-deps.ts';
import type { DeskHandlerTable } from '../../dispatch.ts';
import { actorOf, operatorOf } from '../acting-person.ts';
import { whenProved } from '../proved.ts';
import { pageOf, pageSlice } from './paging.ts';

type RecordCalls = Extract<keyof DeskHandlerTable, `exports.${string}` | `audit.${string}`>;

export function recordHandlers({ ctx, exports, jobs }: DeskHouse): Pick<DeskHandlerTable, RecordCalls> {
  return {
    'exports.begin': (session, { kind, to }) =>
      whenProved(ctx, session, () => exports.begin(actorOf(session), kind, to)),
    'exports.next': (session, { id }) => exports.next(actorOf(session), id),
    async 'exports.stop'(session, { id }) {
      await exports.stop(actorOf(session), id);
      return ok({});
    },
    async 'audit.list'(session, { page, ...filter }) {
      const actor = actorOf(session);
      const part = await listAuditLog(ctx, actor, filter, pageSlice(page));
      const names = new Map((await listUsers(ctx.store.db, actor.orgId)).map((user) => [user.id, user.full_name]));
      return ok(
        pageOf(part, page, (row): AuditLine => ({
          seq: row.seq,
          event: row.event,
          occurredAt: row.occurredAt,
          actor: { ...row.actor, name: row.actor.id === null ? null : (names.get(row.actor.id) ?? null) },
          subject: row.subject,
          objectId: row.objectId,
          detail: row.detail,
          hash: row.hash,
        })),
      );
    },
    'audit.prove': (session, { seq }) => proveAuditRow(ctx, actorOf(session), seq),
    'audit.verify': (session) =>
      Promise.resolve(
        jobs.start({
          kind: 'audit_verify',
          by: operatorOf(session).id,
          async work() {
            const { rows, intact, brokenAt, checkpoints } = await verifyAudit(ctx.store, { keys: logKeys(ctx.vault) });
            return ok({ rows, intact, brokenAt: brokenAt ?? null, checkpoints });
          },
        }),
      ),
  };
}
