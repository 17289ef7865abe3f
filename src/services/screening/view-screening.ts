/** What a reviewer sees of screening on a case: the hits with their why, opened for him alone. */
import type { ScreeningHit } from '../../contract/screening.ts';
import type { ScreeningView } from '../../contract/desk/screening-view.ts';
import { hitsToSee, isFrozen } from '../../store/repositories/screening-hits.ts';
import { activePacks } from '../../store/repositories/screening-packs.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { hitContext } from './record-screening.ts';
import { referenceOf, screeningPolicy } from './watchlists.ts';

export async function viewScreening(
  ctx: ServiceContext,
  actor: Actor,
  review: { readonly caseId: string; readonly customerId: string; readonly wrappedKey: Uint8Array | null },
): Promise<ScreeningView> {
  const { caseId, customerId, wrappedKey } = review;
  const { db } = ctx.store;
  const organisation = await findOrganisation(db, actor.orgId);
  const packs = await activePacks(db, actor.orgId);
  const rows = wrappedKey === null ? [] : await hitsToSee(db, actor.orgId, customerId, caseId);
  const hits = rows.map((row) => {
    const plain = ctx.vault.openForCustomer(
      wrappedKey as Uint8Array,
      customerId,
      row.detail_sealed,
      hitContext(row.id),
    );
    const { entry, score, matchedName, tokens, facts } = JSON.parse(new TextDecoder().decode(plain)) as ScreeningHit;
    const { listId, topics, birthDates, birthPlaces, countries, programme, remarks } = entry;
    const about = {
      listId,
      topics,
      birthDates,
      birthPlaces,
      countries,
      programme: programme ?? null,
      remarks: remarks ?? null,
    };
    return { id: row.id, state: row.state, score, matchedName, names: entry.names, tokens, facts, ...about };
  });
  return {
    frozen: await isFrozen(db, actor.orgId, customerId),
    hits,
    lists:
      organisation === null
        ? []
        : packs.map((pack) => {
            const { listId, version, entries, ageDays, age } = referenceOf(
              pack,
              instant(ctx),
              screeningPolicy(organisation.settings),
            );
            return { listId, version, entries, ageDays, age };
          }),
  };
}
