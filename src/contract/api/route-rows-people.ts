/** Rows of the matrix for what people and head office administer: sign-in beside the documented routes, users, desks, evidence. */
import type { AuditEvent } from '../audit-events.ts';
import type { Role, Scope } from '../vocabulary.ts';
import type { RoutePolicy } from './route-matrix.ts';

type Limit = RoutePolicy['limit'];

const perCaller = (max: number): Limit => ({ max, windowSeconds: 60, per: 'caller' });
const perAddress = (max: number): Limit => ({ max, windowSeconds: 60, per: 'ip' });

interface Short {
  readonly keys?: readonly Scope[] | 'any';
  readonly roles: readonly Role[] | 'signed-in' | 'public';
  readonly limit?: Limit;
  readonly events?: readonly AuditEvent[];
}

/** Reading 600, writing 120 a minute, no key, nothing recorded: unless the row says otherwise. */
function row<const M extends RoutePolicy['method'], const P extends string>(
  method: M,
  path: P,
  bucket: string,
  short: Short,
) {
  return {
    method,
    path,
    bucket,
    keyScopes: short.keys ?? 'none',
    roles: short.roles,
    limit: short.limit ?? perCaller(method === 'GET' ? 600 : 120),
    perCustomerPerMinute: null,
    events: short.events ?? [],
  } as const;
}

const admins = ['admin'] as const;
const overseers = ['compliance', 'admin'] as const;
const reviewers = ['supervisor', 'compliance'] as const;

const signInRows = [
  row('POST', '/api/auth/reauthenticate', 'auth.reauthenticate', {
    roles: 'signed-in',
    limit: perCaller(20),
    events: ['auth.reauthenticated', 'auth.login_failed'],
  }),
  row('GET', '/api/auth/passkeys', 'passkeys.list', { roles: 'signed-in' }),
  row('DELETE', '/api/auth/passkeys/{id}', 'passkeys.remove', {
    roles: 'signed-in',
    limit: perCaller(20),
    events: ['auth.passkey_removed'],
  }),
  row('POST', '/api/auth/oidc/begin', 'oidc.begin', { keys: 'any', roles: 'public', limit: perAddress(10) }),
  row('GET', '/api/auth/oidc/callback', 'oidc.callback', {
    keys: 'any',
    roles: 'public',
    limit: perAddress(10),
    events: ['auth.login', 'auth.login_failed'],
  }),
] as const;

const adminRows = [
  row('GET', '/api/admin/roles', 'roles.list', { roles: overseers }),
  row('GET', '/api/admin/users', 'users.list', { keys: ['internal'], roles: overseers }),
  row('POST', '/api/admin/users', 'users.create', { roles: admins, events: ['user.created'] }),
  row('GET', '/api/admin/users/{id}', 'users.get', { keys: ['internal'], roles: overseers }),
  row('PATCH', '/api/admin/users/{id}', 'users.update', { roles: admins, events: ['user.updated'] }),
  row('POST', '/api/admin/users/{id}/unlock', 'users.unlock', { roles: admins, events: ['user.updated'] }),
  row('DELETE', '/api/admin/users/{id}/passkeys', 'users.remove_passkeys', {
    roles: admins,
    events: ['auth.passkey_removed'],
  }),
  row('GET', '/api/admin/organisations', 'organisations.list', { roles: admins }),
  row('POST', '/api/admin/organisations', 'organisations.create', {
    roles: admins,
    limit: perCaller(10),
    events: ['organisation.created', 'user.created'],
  }),
  row('GET', '/api/admin/settings', 'settings.get', { keys: ['internal'], roles: overseers }),
  row('PATCH', '/api/admin/settings', 'settings.update', { roles: admins, events: ['settings.changed'] }),
  row('GET', '/api/admin/oidc', 'oidc.get', { roles: overseers }),
  row('PATCH', '/api/admin/oidc', 'oidc.set', { roles: admins, events: ['settings.changed'] }),
  row('DELETE', '/api/admin/oidc', 'oidc.remove', { roles: admins, events: ['settings.changed'] }),
] as const;

const requestRows = [
  row('GET', '/api/admin/data-subject-requests', 'data_subject.list', { keys: ['internal'], roles: overseers }),
  row('POST', '/api/admin/data-subject-requests', 'data_subject.create', {
    keys: ['customers:write'],
    roles: ['staff', 'supervisor', 'compliance', 'admin'],
    events: ['data_subject.requested'],
  }),
  row('GET', '/api/admin/data-subject-requests/due', 'data_subject.due', { keys: ['internal'], roles: overseers }),
  row('GET', '/api/admin/data-subject-requests/{id}', 'data_subject.get', { roles: overseers }),
  row('GET', '/api/admin/data-subject-requests/{id}/export', 'data_subject.export', {
    roles: overseers,
    limit: perCaller(10),
    events: ['export.created'],
  }),
  row('POST', '/api/admin/data-subject-requests/{id}/answer', 'data_subject.answer', {
    roles: overseers,
    events: [
      'data_subject.answered',
      'customer.corrected',
      'consent.withdrawn',
      'enrolment.retired',
      'customer.restricted',
    ],
  }),
  row('POST', '/api/admin/data-subject-requests/{id}/lift', 'data_subject.lift', {
    roles: overseers,
    events: ['customer.resumed'],
  }),
] as const;

const kioskRows = [
  row('GET', '/api/kiosk/desks', 'desks.list', { keys: ['internal'], roles: ['supervisor', 'compliance', 'admin'] }),
  row('POST', '/api/kiosk/desks', 'desks.create', { roles: admins, events: ['desk.code_issued'] }),
  row('POST', '/api/kiosk/desks/enrol', 'desks.enrol', {
    keys: 'any',
    roles: 'public',
    limit: perAddress(5),
    events: ['desk.enrolled'],
  }),
  row('POST', '/api/kiosk/desks/{id}/revoke', 'desks.revoke', { roles: admins, events: ['desk.revoked'] }),
  row('GET', '/api/kiosk/evidence/{id}', 'evidence.get', {
    roles: reviewers,
    limit: perCaller(60),
    events: ['evidence.viewed'],
  }),
] as const;

export const peopleRows = [...signInRows, ...adminRows, ...requestRows, ...kioskRows] as const;
