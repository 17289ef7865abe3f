/** Which lists are in force, and taking one out of force. */
import { fail, ok, type Result } from '../../contract/result.ts';
import type { ListReference } from '../../contract/screening.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import { activePacks, retireActive } from '../../store/repositories/screening-packs.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { undoable } from '../undoable.ts';
import { referenceOf, screeningPolicy } from './watchlists.ts';

export interface ListStanding extends ListReference {
  readonly source: string;
  readonly licence: string;
  readonly signedBy: string | null;
  readonly importedAt: string;
}

export async function listLists(ctx: ServiceContext, actor: Actor): Promise<Result<readonly ListStanding[]>> {
  const organisation = await findOrganisation(ctx.store.db, actor.orgId);
  if (organisation === null) return fail('not_found', 'organisation not found');
  const policy = screeningPolicy(organisation.settings);
  const packs = await activePacks(ctx.store.db, actor.orgId);
  return ok(
    packs.map((pack) => ({
      ...referenceOf(pack, instant(ctx), policy),
      source: pack.source,
      licence: pack.licence,
      signedBy: pack.signed_by,
      importedAt: pack.imported_at,
    })),
  );
}

/** Errors: `not_found`. What was found with the list stays. */
export async function removeList(
  ctx: ServiceContext,
  actor: Actor,
  listId: string,
): Promise<Result<{ readonly listId: string }>> {
  return undoable(ctx, async (trx) => {
    const [packId] = await retireActive(trx, actor.orgId, listId, 'removed');
    if (packId === undefined) return fail('not_found', 'no such list is in force');
    await recordAudit(ctx, trx, actor, { event: 'list.removed', objectId: packId, detail: { list: listId } });
    return ok({ listId });
  });
}
