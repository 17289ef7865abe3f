/** What this desk holds of its head office, for its own operations room. */
import type { FleetHere } from '../../contract/desk/fleet-calls.ts';
import type { ServiceContext } from '../../services/context.ts';
import { readHeld } from '../../services/fleet/held-settings.ts';
import { hubLink } from '../sync/hub-link.ts';
import { heldOrder } from './held-order.ts';

/** Null: not enrolled with a hub. */
export async function fleetHere(ctx: ServiceContext): Promise<FleetHere | null> {
  const link = await hubLink(ctx);
  if (link === null) return null;
  const { db } = ctx.store;
  const contact = await readHeld(db, 'fleet.contact');
  const settings = await readHeld(db, 'fleet.settings');
  return {
    hub: link.url,
    branch: contact?.branch ?? null,
    heardAt: contact?.heardAt ?? null,
    triedAt: contact?.triedAt ?? null,
    failure: contact?.failure ?? null,
    settings:
      settings === null
        ? null
        : { version: settings.version, appliedAt: settings.appliedAt, expiresAt: settings.expiresAt },
    problems: contact?.problems ?? [],
    wipeSince: (await heldOrder(db))?.receivedAt ?? null,
  };
}
