/** Packs head office offers its desks: what they are, and their sealed bytes in pieces. */
import type { Db, Row } from './types.ts';

export type FleetPackRow = Row<'fleet_packs'>;

export async function insertFleetPack(db: Db, row: FleetPackRow): Promise<void> {
  await db.insertInto('fleet_packs').values(row).execute();
}

export async function insertFleetPackPart(db: Db, row: Row<'fleet_pack_parts'>): Promise<void> {
  await db.insertInto('fleet_pack_parts').values(row).execute();
}

export async function lastPackSequence(db: Db, orgId: string, kind: string, name: string): Promise<number> {
  const row = await db
    .selectFrom('fleet_packs')
    .select((e) => e.fn.max<number | null>('sequence').as('sequence'))
    .where('org_id', '=', orgId)
    .where('kind', '=', kind as FleetPackRow['kind'])
    .where('name', '=', name)
    .executeTakeFirst();
  return Number(row?.sequence ?? 0);
}

/** Newest first. */
export async function listFleetPacks(db: Db, orgId: string): Promise<readonly FleetPackRow[]> {
  return db
    .selectFrom('fleet_packs')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('state', '<>', 'loading')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(500)
    .execute();
}

export async function findFleetPack(db: Db, orgId: string, id: string): Promise<FleetPackRow | null> {
  const row = await db
    .selectFrom('fleet_packs')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

export async function findFleetPackPart(db: Db, packId: string, number: number): Promise<Uint8Array | null> {
  const row = await db
    .selectFrom('fleet_pack_parts')
    .select('sealed')
    .where('pack_id', '=', packId)
    .where('number', '=', number)
    .executeTakeFirst();
  return row?.sealed ?? null;
}

/** Takes its bytes away as well: nobody fetches what is not offered. False when it was not in that state. */
export async function withdrawFleetPack(db: Db, id: string, from: FleetPackRow['state']): Promise<boolean> {
  const done = await db
    .updateTable('fleet_packs')
    .set({ state: 'withdrawn' })
    .where('id', '=', id)
    .where('state', '=', from)
    .executeTakeFirst();
  if (Number(done.numUpdatedRows) !== 1) return false;
  await db.deleteFrom('fleet_pack_parts').where('pack_id', '=', id).execute();
  return true;
}

export async function offerFleetPack(db: Db, id: string): Promise<void> {
  await db.updateTable('fleet_packs').set({ state: 'offered' }).where('id', '=', id).execute();
}
