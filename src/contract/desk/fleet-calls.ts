/** Head office's desks at a station of head office, and what this desk holds of its own fleet. */
import { Type } from 'typebox';
import { PlaceBody, RevokeDeskBody, WipeBody, type FleetDeskView } from '../api/fleet.ts';
import { fleetStates, type FleetProblem, type FleetState, type PackKind } from '../fleet.ts';
import { oneOf } from '../vocabulary.ts';
import { call, closed, Id } from './call.ts';

const admins = ['admin'] as const;
const overseers = ['compliance', 'admin'] as const;
const One = Type.Object({ id: Id }, closed);
const { password: _password, ...wipeBody } = WipeBody.properties;

export type FleetRow = FleetDeskView;

export interface FleetView {
  readonly rows: readonly FleetRow[];
  /** That fit the filter. */
  readonly total: number;
  readonly page: number;
  /** Of all desks, whatever the filter. */
  readonly counts: Readonly<Partial<Record<FleetState, number>>>;
  readonly branches: readonly string[];
  readonly settings: { readonly version: number; readonly publishedAt: string; readonly expiresAt: string } | null;
  readonly packs: readonly {
    readonly kind: PackKind;
    readonly name: string;
    readonly version: string;
    readonly createdAt: string;
  }[];
}

/** What a desk that belongs to a fleet says of it in its own operations room. */
export interface FleetHere {
  readonly hub: string;
  readonly branch: string | null;
  readonly heardAt: string | null;
  readonly triedAt: string | null;
  /** Code of what went wrong at the last attempt; null: nothing. */
  readonly failure: string | null;
  readonly settings: { readonly version: number; readonly appliedAt: string; readonly expiresAt: string } | null;
  readonly problems: readonly FleetProblem[];
  /** Since when this desk knows that it is to be wiped. */
  readonly wipeSince: string | null;
}

export const fleetCalls = {
  'fleet.desks': call<FleetView>()(
    Type.Object(
      {
        page: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
        state: Type.Optional(oneOf(fleetStates)),
        branch: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
        name: Type.Optional(Type.String({ maxLength: 60 })),
      },
      closed,
    ),
    overseers,
  ),
  'fleet.desk': call<FleetRow>()(One, overseers),
  'fleet.place': call<FleetRow>()(Type.Object({ id: Id, ...PlaceBody.properties }, closed), admins),
  'fleet.revoke': call<FleetRow>()(Type.Object({ id: Id, ...RevokeDeskBody.properties }, closed), admins),
  'fleet.wipe': call<FleetRow>()(Type.Object({ id: Id, ...wipeBody }, closed), admins),
  'fleet.cancelWipe': call<FleetRow>()(One, admins),
} as const;
