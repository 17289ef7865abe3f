/** The audit row of a recovery key: which set was made, never a share. */
import { ok, type Result } from '../../contract/result.ts';
import { listOrganisations } from '../../store/repositories/organisations.ts';
import { systemActor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';

/** Nothing is recorded before an organisation exists. */
export async function recordRecovery(ctx: ServiceContext, setId: string): Promise<Result<true>> {
  const [first] = await listOrganisations(ctx.store.db);
  if (first !== undefined)
    await ctx.store.transaction((trx) =>
      recordAudit(ctx, trx, systemActor(first.id), { event: 'keys.recovery_made', objectId: setId }),
    );
  return ok(true);
}
