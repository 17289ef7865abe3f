/** What head office keeps of its desks: last reports, issues of the settings, orders to wipe. */
import type { Db, Row } from './types.ts';

export type FleetReportRow = Row<'fleet_reports'>;
export type FleetSettingsRow = Row<'fleet_settings'>;
export type FleetWipeRow = Row<'fleet_wipes'>;

export async function putFleetReport(db: Db, row: FleetReportRow): Promise<void> {
  const { desk_id: _desk, ...told } = row;
  await db
    .insertInto('fleet_reports')
    .values(row)
    .onConflict((conflict) => conflict.column('desk_id').doUpdateSet(told))
    .execute();
}

export async function findFleetReport(db: Db, deskId: string): Promise<FleetReportRow | null> {
  return (await db.selectFrom('fleet_reports').selectAll().where('desk_id', '=', deskId).executeTakeFirst()) ?? null;
}

export async function fleetReports(db: Db, deskIds: readonly string[]): Promise<readonly FleetReportRow[]> {
  if (deskIds.length === 0) return [];
  return db.selectFrom('fleet_reports').selectAll().where('desk_id', 'in', deskIds).execute();
}

export async function insertFleetSettings(db: Db, row: FleetSettingsRow): Promise<void> {
  await db.insertInto('fleet_settings').values(row).execute();
}

export async function lastSettingsVersion(db: Db, orgId: string): Promise<number> {
  const row = await db
    .selectFrom('fleet_settings')
    .select((e) => e.fn.max<number | null>('version').as('version'))
    .where('org_id', '=', orgId)
    .executeTakeFirst();
  return Number(row?.version ?? 0);
}

/** Newest first. */
export async function listFleetSettings(db: Db, orgId: string, limit: number): Promise<readonly FleetSettingsRow[]> {
  return db
    .selectFrom('fleet_settings')
    .selectAll()
    .where('org_id', '=', orgId)
    .orderBy('version', 'desc')
    .limit(limit)
    .execute();
}

/** The newest issue that addresses this desk and is in force now: the highest version wins, whomever it addresses. */
export async function settingsFor(
  db: Db,
  desk: { readonly orgId: string; readonly id: string; readonly branch: string | null },
  now: string,
): Promise<FleetSettingsRow | null> {
  const row = await db
    .selectFrom('fleet_settings')
    .selectAll()
    .where('org_id', '=', desk.orgId)
    .where((e) => e.or([e('branch', 'is', null), e('branch', '=', desk.branch)]))
    .where((e) => e.or([e('desk_id', 'is', null), e('desk_id', '=', desk.id)]))
    .where('valid_from', '<=', now)
    .where('expires_at', '>', now)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** All issues in force now, newest first; of each address only the newest counts, so that a thousand are plenty. */
export async function settingsInForce(db: Db, orgId: string, now: string): Promise<readonly FleetSettingsRow[]> {
  return db
    .selectFrom('fleet_settings')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('valid_from', '<=', now)
    .where('expires_at', '>', now)
    .orderBy('version', 'desc')
    .limit(1_000)
    .execute();
}

export async function insertFleetWipe(db: Db, row: FleetWipeRow): Promise<void> {
  await db.insertInto('fleet_wipes').values(row).execute();
}

export async function findFleetWipe(db: Db, id: string): Promise<FleetWipeRow | null> {
  return (await db.selectFrom('fleet_wipes').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

/** Newest first. */
export async function fleetWipes(db: Db, deskIds: readonly string[]): Promise<readonly FleetWipeRow[]> {
  if (deskIds.length === 0) return [];
  return db
    .selectFrom('fleet_wipes')
    .selectAll()
    .where('desk_id', 'in', deskIds)
    .orderBy('requested_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

/** False when it was in another state by then. */
export async function changeFleetWipe(
  db: Db,
  id: string,
  change: Partial<Pick<FleetWipeRow, 'state' | 'sent_at' | 'ended_at' | 'receipt'>>,
  from: readonly FleetWipeRow['state'][] = ['ordered'],
): Promise<boolean> {
  const done = await db
    .updateTable('fleet_wipes')
    .set(change)
    .where('id', '=', id)
    .where('state', 'in', from)
    .executeTakeFirst();
  return Number(done.numUpdatedRows) === 1;
}
