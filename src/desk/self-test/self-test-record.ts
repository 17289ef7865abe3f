/** What the self tests of this desk found: kept, put into the audit log, and left where the freeze rules look. */
import type { SelfTestResult, SelfTestState, SelfTestView } from '../../contract/desk/self-test.ts';
import type { Actor, ServiceContext } from '../../services/context.ts';
import { recordAudit } from '../../services/record-audit.ts';
import { writeInstallationValue } from '../../store/installation-values.ts';
import { insertSelfTest, listSelfTests, type SelfTestRow } from '../../store/repositories/self-tests.ts';

/** Of the last run: `{ failed }`, read by the freeze rules. */
export const selfTestKey = 'desk.self_test';

/** Local date, `YYYY-MM-DD`: a branch's day begins where the branch is. */
export function localDay(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Untested is not passed: without a failure the day is `incomplete`. Nothing tested at all is `incomplete` too. */
export function stateOf(parts: readonly SelfTestResult[]): SelfTestState {
  if (parts.some(({ state }) => state === 'failed')) return 'failed';
  return parts.length > 0 && parts.every(({ state }) => state === 'passed') ? 'passed' : 'incomplete';
}

function view(row: SelfTestRow): SelfTestView {
  return {
    id: row.id,
    day: row.day,
    state: row.state,
    parts: JSON.parse(row.parts) as SelfTestResult[],
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}

export async function selfTestHistory(
  ctx: ServiceContext,
  orgId: string,
  limit: number,
): Promise<readonly SelfTestView[]> {
  return (await listSelfTests(ctx.store.db, orgId, ctx.vault.desk.id, limit)).map(view);
}

/** One transaction: the result, its audit row and the fact for the freeze rules. */
export async function keepSelfTest(
  ctx: ServiceContext,
  actor: Actor,
  parts: readonly SelfTestResult[],
  startedAt: Date,
): Promise<SelfTestView> {
  const finished = ctx.clock();
  const named = (state: SelfTestResult['state']) => parts.filter((one) => one.state === state).map(({ part }) => part);
  const row: SelfTestRow = {
    id: ctx.ids.next('slf'),
    org_id: actor.orgId,
    desk_id: ctx.vault.desk.id,
    day: localDay(startedAt),
    state: stateOf(parts),
    parts: JSON.stringify(parts),
    started_by: actor.id,
    started_at: startedAt.toISOString(),
    finished_at: finished.toISOString(),
  };
  await ctx.store.transaction(async (trx) => {
    await insertSelfTest(trx, row);
    await writeInstallationValue(trx, selfTestKey, { failed: named('failed').length });
    await recordAudit(ctx, trx, actor, {
      event: 'self_test.finished',
      objectId: row.id,
      detail: { state: row.state, failed: named('failed'), untested: named('untested') },
    });
  });
  return view(row);
}
