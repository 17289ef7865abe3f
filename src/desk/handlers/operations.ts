/** `operations.*`: how the installation is doing. */
import { statSync } from 'node:fs';
import type { OperationsView } from '../../contract/desk/answers.ts';
import { ok } from '../../contract/result.ts';
import { logKeys } from '../../services/audit/checkpoints.ts';
import { verifyAudit } from '../../services/verify-audit.ts';
import { fleetHere } from '../fleet/fleet-here.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskHandlerTable } from '../dispatch.ts';
import { stationState } from './station.ts';

/** The whole log is read for it; a page that asks every few seconds must not pay for that each time. */
const auditKeptMs = 60_000;

export function operationsHandlers(house: DeskHouse): Pick<DeskHandlerTable, 'operations.status'> {
  const { ctx } = house;
  let audit: { readonly at: number; readonly view: OperationsView['audit'] } | null = null;
  const auditView = async (): Promise<OperationsView['audit']> => {
    const now = ctx.clock().getTime();
    if (audit === null || now - audit.at > auditKeptMs || now < audit.at) {
      const { rows, intact } = await verifyAudit(ctx.store, { keys: logKeys(ctx.vault) });
      audit = { at: now, view: { rows, intact } };
    }
    return audit.view;
  };
  return {
    'operations.status': async (session) => {
      const vision = await ctx.vision.status();
      return ok({
        state: await stationState(house, session),
        models: vision.models.map(({ role, id, state, licence, evaluationOnly, note }) => ({
          role,
          id,
          state,
          licence,
          evaluationOnly,
          ...(note === undefined ? {} : { note }),
        })),
        visionRestarts: vision.restarts,
        database: { ok: true, bytes: statSync(ctx.store.path, { throwIfNoEntry: false })?.size ?? 0 },
        audit: await auditView(),
        fleet: await fleetHere(ctx),
      });
    },
  };
}
