/** Face templates of imported photos ahead of time, so that the first question about a person costs no extra look. */
import { referenceTemplate } from '../../connectors/registry-source/imported-photo.ts';
import { photosWithoutTemplate } from '../../store/repositories/registry.ts';
import type { ServiceContext } from '../context.ts';

const slice = 100;

/** How many templates were made. Stops where pictures cannot be looked at. */
export async function computeTemplates(ctx: ServiceContext, orgId: string): Promise<number> {
  let made = 0;
  for (let after = ''; ;) {
    const indexes = await photosWithoutTemplate(ctx.store.db, orgId, after, slice);
    for (const nikIndex of indexes) {
      const template = await referenceTemplate(ctx, orgId, nikIndex, null);
      if (template === 'away') return made;
      if (template !== null && typeof template !== 'string') made += 1;
    }
    const last = indexes.at(-1);
    if (last === undefined) return made;
    after = last;
  }
}
