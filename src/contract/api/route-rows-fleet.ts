/** Rows of the matrix for head office and its desks. */
import type { AuditEvent } from '../audit-events.ts';
import type { RoutePolicy } from './route-policy.ts';

const overseers = ['compliance', 'admin'] as const;
const admins = ['admin'] as const;
const delivery = ['verifications:view', 'verifications:write'] as const;

function read<const P extends string>(path: P, bucket: string) {
  return {
    method: 'GET',
    path,
    bucket,
    keyScopes: ['internal'],
    roles: overseers,
    limit: { max: 120, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: [],
  } as const;
}

function order<const P extends string>(path: P, bucket: string, events: readonly AuditEvent[]) {
  return {
    method: 'POST',
    path,
    bucket,
    keyScopes: 'none',
    roles: admins,
    limit: { max: 60, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events,
  } as const;
}

/** The desk's signature is the credential. */
function bySignature<const P extends string>(path: P, bucket: string, events: readonly AuditEvent[]) {
  return {
    method: 'POST',
    path,
    bucket,
    keyScopes: 'any',
    roles: 'public',
    limit: { max: 20, windowSeconds: 60, per: 'ip' },
    perCustomerPerMinute: null,
    events,
  } as const;
}

export const fleetRows = [
  {
    method: 'POST',
    path: '/api/kiosk/fleet/heartbeat',
    bucket: 'fleet.heartbeat',
    keyScopes: delivery,
    roles: [],
    limit: { max: 60, windowSeconds: 60, per: 'desk' },
    perCustomerPerMinute: null,
    events: [],
    desks: true,
  },
  {
    method: 'GET',
    path: '/api/kiosk/fleet/packs/{id}',
    bucket: 'fleet.pack_parts',
    keyScopes: delivery,
    roles: [],
    limit: { max: 6000, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: [],
    desks: true,
  },
  bySignature('/api/kiosk/fleet/wipe-question', 'fleet.wipe_question', ['desk.wipe_sent']),
  bySignature('/api/kiosk/fleet/receipts', 'fleet.receipts', ['desk.wipe_acknowledged']),
  read('/api/admin/fleet/desks', 'fleet.desks'),
  read('/api/admin/fleet/desks/{id}', 'fleet.desk'),
  order('/api/admin/fleet/desks/{id}/place', 'fleet.place', ['desk.placed']),
  order('/api/admin/fleet/desks/{id}/revoke', 'fleet.revoke', ['desk.revoked']),
  order('/api/admin/fleet/desks/{id}/wipe', 'fleet.wipe', ['desk.wipe_ordered']),
  order('/api/admin/fleet/desks/{id}/cancel-wipe', 'fleet.cancel_wipe', ['desk.wipe_cancelled']),
  read('/api/admin/fleet/settings', 'fleet.settings'),
  order('/api/admin/fleet/settings', 'fleet.publish', ['fleet.settings_published']),
  read('/api/admin/fleet/packs', 'fleet.packs'),
  order('/api/admin/fleet/packs/{id}/withdraw', 'fleet.withdraw', ['fleet.pack_withdrawn']),
] as const satisfies readonly RoutePolicy[];
