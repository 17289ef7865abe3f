import type { Db, Row } from './types.ts';

export type DeviceKeyRow = Row<'device_keys'>;

export async function insertDeviceKey(db: Db, row: DeviceKeyRow): Promise<void> {
  await db.insertInto('device_keys').values(row).execute();
}

export async function findDeviceKey(db: Db, orgId: string, id: string): Promise<DeviceKeyRow | null> {
  const row = await db
    .selectFrom('device_keys')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

/** A customer's devices, ended ones too, newest first. */
export async function listDeviceKeys(db: Db, orgId: string, customerId: string): Promise<readonly DeviceKeyRow[]> {
  return db
    .selectFrom('device_keys')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .orderBy('created_at', 'desc')
    .execute();
}

/** Ends every active device of a customer and destroys its secret. Returns their ids. */
export async function endDeviceKeys(
  db: Db,
  orgId: string,
  customerId: string,
  reason: string,
  at: string,
): Promise<readonly string[]> {
  const mine = await db
    .selectFrom('device_keys')
    .select('id')
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .where('active', '=', 1)
    .execute();
  const ids = mine.map((row) => row.id);
  if (ids.length > 0) {
    await db
      .updateTable('device_keys')
      .set({ active: 0, secret_sealed: null, ended_at: at, end_reason: reason })
      .where('id', 'in', ids)
      .execute();
  }
  return ids;
}
