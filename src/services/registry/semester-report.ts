/** The use made of registries in half a year, as the authority asks for it each semester (Permendagri 102/2019). */
import { stringify } from 'csv-stringify/sync';
import { fail, ok, type Result } from '../../contract/result.ts';
import { accessCounts } from '../../store/repositories/registry-access.ts';
import { plusMs, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';

const wibMs = 7 * 3_600_000;

export interface SemesterReport {
  readonly semester: string;
  readonly questions: number;
  readonly csv: string;
}

/** `2026-1` = January to June, `2026-2` = July to December, by the clock of Jakarta. Errors: `validation_failed`. */
export async function semesterReport(
  ctx: ServiceContext,
  actor: Actor,
  semester: string,
): Promise<Result<SemesterReport>> {
  const match = /^(20\d\d)-([12])$/.exec(semester);
  if (match === null) return fail('validation_failed', 'a semester is written like 2026-2');
  const year = Number(match[1]);
  const [from, until] = match[2] === '1' ? [`${year}-01`, `${year}-07`] : [`${year}-07`, `${year + 1}-01`];
  const local = (month: string): string => plusMs(`${month}-01T00:00:00.000Z`, -wibMs);
  const counts = await accessCounts(ctx.store.db, actor.orgId, { from: local(from), until: local(until) });
  const header = ['semester', 'month', 'asker', 'purpose', 'source', 'outcome', 'questions', 'people', 'charged'];
  const rows = counts.map((row) => [
    semester,
    row.month,
    row.asker,
    row.purpose,
    row.source,
    row.outcome,
    row.questions,
    row.people,
    row.charged,
  ]);
  const questions = counts.reduce((sum, row) => sum + row.questions, 0);
  await ctx.store.transaction((trx) =>
    recordAudit(ctx, trx, actor, { event: 'registry.reported', detail: { semester, rows: rows.length, questions } }),
  );
  const csv = stringify([header, ...rows], { record_delimiter: 'windows', escape_formulas: true });
  return ok({ semester, questions, csv });
}
