/** An order to wipe that this desk has believed, and since when: its time of grace runs from there, through restarts. */
import type { WipeOrder } from '../../contract/fleet.ts';
import { readInstallationValue, writeInstallationValue } from '../../store/installation-values.ts';
import type { Db } from '../../store/repositories/types.ts';

const key = 'fleet.wipe';

export interface HeldOrder {
  readonly order: WipeOrder;
  readonly receivedAt: string;
}

/** Null: none, or it was taken back. */
export async function heldOrder(db: Db): Promise<HeldOrder | null> {
  const held = await readInstallationValue<HeldOrder | { readonly order: null }>(db, key);
  return held === null || held.order === null ? null : held;
}

export async function holdOrder(trx: Db, held: HeldOrder | null): Promise<void> {
  await writeInstallationValue(trx, key, held ?? { order: null });
}
