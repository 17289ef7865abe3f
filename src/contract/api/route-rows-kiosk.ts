/** Rows of the matrix for desk delivery in pieces, desks' checkpoints, and proofs of the audit log. */
import type { RoutePolicy } from './route-matrix.ts';

const delivery = ['verifications:view', 'verifications:write'] as const;
const overseers = ['compliance', 'admin'] as const;

/** A desk comes with its certificate; a program with a key delivers for desks that have none. */
function desk<const M extends 'GET' | 'POST', const P extends string>(
  method: M,
  path: P,
  bucket: string,
  max: number,
  events: RoutePolicy['events'] = [],
) {
  return {
    method,
    path,
    bucket,
    keyScopes: delivery,
    roles: [],
    // Where the desk is named in the body it is counted; elsewhere the caller is.
    limit: { max, windowSeconds: 60, per: path.includes('{id}') ? 'caller' : 'desk' },
    perCustomerPerMinute: null,
    events,
    desks: true,
  } as const;
}

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

export const kioskDeliveryRows = [
  desk('POST', '/api/kiosk/envelopes', 'kiosk.envelopes', 600, ['bundle.delivered']),
  desk('POST', '/api/kiosk/uploads', 'kiosk.uploads', 600),
  desk('GET', '/api/kiosk/uploads/{id}', 'kiosk.upload_state', 6000),
  desk('POST', '/api/kiosk/uploads/{id}/parts', 'kiosk.upload_parts', 6000),
  desk('POST', '/api/kiosk/uploads/{id}/complete', 'kiosk.upload_complete', 600, ['bundle.delivered']),
  desk('POST', '/api/kiosk/checkpoints', 'kiosk.checkpoints', 600, ['checkpoint.cosigned']),
  read('/api/admin/audit/checkpoint', 'audit.checkpoint'),
  read('/api/admin/audit/proofs/inclusion', 'audit.inclusion'),
  read('/api/admin/audit/proofs/consistency', 'audit.consistency'),
] as const satisfies readonly RoutePolicy[];
