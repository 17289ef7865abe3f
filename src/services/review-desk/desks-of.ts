/** The desks of an organisation, for choosing one. */
import { listDesks } from '../../store/repositories/desks.ts';
import type { Db } from '../../store/repositories/types.ts';

const mostDesks = 500;

export async function desksOf(
  db: Db,
  orgId: string,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const part = await listDesks(db, orgId, { by: 'page', page: 1, limit: mostDesks });
  return part.rows
    .map(({ id, name }) => ({ id, name }))
    .sort((a, b) => a.name.localeCompare(b.name, 'id', { numeric: true }));
}
