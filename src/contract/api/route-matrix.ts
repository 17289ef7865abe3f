/**
 * Who may call which route, how often, and what the audit log keeps of it: the documented matrix as data. The server
 * enforces it, the OpenAPI document states it, and a test walks it row by row.
 */
import type { AuditEvent } from '../audit-events.ts';
import type { Role, Scope } from '../vocabulary.ts';
import { kioskDeliveryRows } from './route-rows-kiosk.ts';
import { peopleRows } from './route-rows-people.ts';
import { programRows } from './route-rows-programs.ts';

export interface RoutePolicy {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** As documented, parameters in braces. */
  readonly path: string;
  /** `<resource>.<action>`: the name in 429 answers and in the `rateLimits` setting. */
  readonly bucket: string;
  /** Scopes of a key, any of which is enough; `any` key; `none` = no key may. */
  readonly keyScopes: readonly Scope[] | 'any' | 'none';
  /** People; `public` = nobody needs to be signed in. */
  readonly roles: readonly Role[] | 'signed-in' | 'public';
  readonly limit: {
    readonly max: number;
    readonly windowSeconds: number;
    readonly per: 'caller' | 'ip' | 'org' | 'desk';
  };
  readonly perCustomerPerMinute: number | null;
  readonly events: readonly AuditEvent[];
  /** An enrolled desk may call it with its certificate (mutual TLS). */
  readonly desks?: boolean;
}

export const routeMatrix = [
  {
    method: 'POST',
    path: '/api/auth/login',
    bucket: 'auth.login',
    keyScopes: 'any',
    roles: 'public',
    limit: { max: 5, windowSeconds: 60, per: 'ip' },
    perCustomerPerMinute: null,
    events: ['auth.login', 'auth.login_failed'],
  },
  {
    method: 'POST',
    path: '/api/auth/logout',
    bucket: 'auth.logout',
    keyScopes: 'none',
    roles: 'signed-in',
    limit: { max: 120, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: ['auth.logout'],
  },
  {
    method: 'GET',
    path: '/api/auth/me',
    bucket: 'auth.me',
    keyScopes: 'any',
    roles: 'signed-in',
    limit: { max: 600, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: [],
  },
  {
    method: 'POST',
    path: '/api/auth/webauthn/register/begin',
    bucket: 'webauthn.register_begin',
    keyScopes: 'none',
    roles: 'signed-in',
    limit: { max: 20, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: [],
  },
  {
    method: 'POST',
    path: '/api/auth/webauthn/register/finish',
    bucket: 'webauthn.register_finish',
    keyScopes: 'none',
    roles: 'signed-in',
    limit: { max: 20, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: ['auth.passkey_registered'],
  },
  {
    method: 'POST',
    path: '/api/auth/webauthn/auth/begin',
    bucket: 'webauthn.auth_begin',
    keyScopes: 'any',
    roles: 'public',
    limit: { max: 5, windowSeconds: 60, per: 'ip' },
    perCustomerPerMinute: null,
    events: [],
  },
  {
    method: 'POST',
    path: '/api/auth/webauthn/auth/finish',
    bucket: 'webauthn.auth_finish',
    keyScopes: 'any',
    roles: 'public',
    limit: { max: 5, windowSeconds: 60, per: 'ip' },
    perCustomerPerMinute: null,
    events: ['auth.login', 'auth.login_failed', 'auth.reauthenticated'],
  },
  {
    method: 'GET',
    path: '/api/customers',
    bucket: 'customers.list',
    keyScopes: ['customers:view'],
    roles: ['staff', 'supervisor', 'analyst', 'compliance', 'admin'],
    limit: { max: 600, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: [],
  },
  {
    method: 'POST',
    path: '/api/customers',
    bucket: 'customers.create',
    keyScopes: ['customers:write'],
    roles: ['staff', 'supervisor', 'admin'],
    limit: { max: 120, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: ['customer.created'],
  },
  {
    method: 'GET',
    path: '/api/identity/customers/{id}',
    bucket: 'customers.get',
    keyScopes: ['customers:view'],
    roles: ['staff', 'supervisor', 'analyst', 'compliance', 'admin'],
    limit: { max: 600, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: ['customer.viewed'],
  },
  {
    method: 'POST',
    path: '/api/identity/customers/{id}/erase',
    bucket: 'customers.erase',
    keyScopes: ['customers:write'],
    roles: ['compliance', 'admin'],
    limit: { max: 10, windowSeconds: 300, per: 'org' },
    perCustomerPerMinute: null,
    events: ['customer.erased', 'customer.restricted'],
  },
  {
    method: 'POST',
    path: '/api/identity/document/ktp/challenge',
    bucket: 'ktp.challenge',
    keyScopes: ['verifications:view', 'verifications:write'],
    roles: ['staff', 'supervisor'],
    limit: { max: 30, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: 10,
    events: ['challenge.issued'],
  },
  {
    method: 'POST',
    path: '/api/identity/document/ktp/capture',
    bucket: 'ktp.capture',
    keyScopes: ['verifications:view', 'verifications:write'],
    roles: ['staff', 'supervisor'],
    limit: { max: 20, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: 5,
    events: ['ktp.captured'],
  },
  {
    method: 'POST',
    path: '/api/identity/face/flash-challenge',
    bucket: 'face.challenge',
    keyScopes: ['verifications:view', 'verifications:write'],
    roles: ['staff', 'supervisor'],
    limit: { max: 30, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: 20,
    events: ['challenge.issued'],
  },
  {
    method: 'POST',
    path: '/api/identity/face/liveness',
    bucket: 'face.liveness',
    keyScopes: ['verifications:view', 'verifications:write'],
    roles: ['staff', 'supervisor'],
    limit: { max: 20, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: 20,
    events: ['face.liveness_checked'],
  },
  {
    method: 'POST',
    path: '/api/identity/face/match',
    bucket: 'face.match',
    keyScopes: ['verifications:view', 'verifications:write'],
    roles: ['staff', 'supervisor'],
    limit: { max: 60, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: 20,
    events: ['face.matched'],
  },
  {
    method: 'POST',
    path: '/api/identity/auth/step-up',
    bucket: 'stepup.decide',
    keyScopes: ['verifications:view', 'verifications:write'],
    roles: ['staff', 'supervisor'],
    limit: { max: 600, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: 60,
    events: ['stepup.decided'],
  },
  {
    method: 'POST',
    path: '/api/identity/nik/dukcapil',
    bucket: 'dukcapil.ingest',
    keyScopes: ['verifications:view', 'verifications:write'],
    roles: ['staff', 'supervisor', 'compliance'],
    limit: { max: 30, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: ['dukcapil.ingested'],
  },
  {
    method: 'GET',
    path: '/api/identity/kyc/{customerId}',
    bucket: 'kyc.get',
    keyScopes: ['customers:view'],
    roles: ['staff', 'supervisor', 'analyst', 'compliance', 'admin'],
    limit: { max: 600, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: [],
  },
  {
    method: 'POST',
    path: '/api/identity/kyc/{customerId}/upgrade',
    bucket: 'kyc.upgrade',
    keyScopes: ['customers:write'],
    roles: ['supervisor', 'compliance', 'admin'],
    limit: { max: 120, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: ['kyc.upgraded'],
  },
  {
    method: 'GET',
    path: '/api/identity/face/enrollments',
    bucket: 'enrollments.list',
    keyScopes: ['verifications:view'],
    roles: ['supervisor', 'analyst', 'compliance', 'admin'],
    limit: { max: 600, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: [],
  },
  {
    method: 'POST',
    path: '/api/identity/devices/register',
    bucket: 'devices.register',
    keyScopes: ['verifications:write'],
    roles: [],
    limit: { max: 60, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: 10,
    events: ['device.registered'],
  },
  {
    method: 'GET',
    path: '/api/identity/attempts',
    bucket: 'attempts.list',
    keyScopes: ['verifications:view'],
    roles: ['supervisor', 'analyst', 'compliance', 'admin'],
    limit: { max: 600, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: [],
  },
  {
    method: 'GET',
    path: '/api/identity/customers/{id}/attempts',
    bucket: 'customers.attempts',
    keyScopes: ['verifications:view'],
    roles: ['staff', 'supervisor', 'analyst', 'compliance', 'admin'],
    limit: { max: 600, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: [],
  },
  {
    method: 'GET',
    path: '/api/identity/search',
    bucket: 'search.query',
    keyScopes: ['internal'],
    roles: ['staff', 'supervisor', 'analyst', 'compliance', 'admin'],
    limit: { max: 600, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: ['search.performed'],
  },
  {
    method: 'GET',
    path: '/api/identity/review-queue',
    bucket: 'reviews.list',
    keyScopes: ['internal'],
    roles: ['supervisor', 'compliance', 'admin'],
    limit: { max: 600, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: [],
  },
  {
    method: 'POST',
    path: '/api/identity/review-queue/{id}/decision',
    bucket: 'reviews.decide',
    keyScopes: 'none',
    roles: ['supervisor', 'compliance'],
    limit: { max: 120, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: ['review.decided'],
  },
  {
    method: 'GET',
    path: '/api/identity/tier-events',
    bucket: 'tier_events.list',
    keyScopes: ['internal'],
    roles: ['supervisor', 'analyst', 'compliance', 'admin'],
    limit: { max: 600, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: [],
  },
  {
    method: 'GET',
    path: '/api/identity/export/customers.csv',
    bucket: 'export.customers',
    keyScopes: ['internal'],
    roles: ['compliance', 'admin'],
    limit: { max: 10, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: ['export.created'],
  },
  {
    method: 'GET',
    path: '/api/identity/export/verifications.csv',
    bucket: 'export.verifications',
    keyScopes: ['internal'],
    roles: ['compliance', 'admin'],
    limit: { max: 10, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: ['export.created'],
  },
  {
    method: 'GET',
    path: '/api/identity/audit-log',
    bucket: 'audit.list',
    keyScopes: ['audit:view'],
    roles: ['compliance', 'admin'],
    limit: { max: 600, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: ['audit.viewed'],
  },
  {
    method: 'GET',
    path: '/api/identity/webhooks',
    bucket: 'webhooks.list',
    keyScopes: ['webhooks:manage'],
    roles: ['admin'],
    limit: { max: 600, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: [],
  },
  {
    method: 'POST',
    path: '/api/identity/webhooks',
    bucket: 'webhooks.create',
    keyScopes: ['webhooks:manage'],
    roles: ['admin'],
    limit: { max: 120, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: ['webhook.created'],
  },
  {
    method: 'POST',
    path: '/api/identity/webhooks/{id}/test',
    bucket: 'webhooks.test',
    keyScopes: ['webhooks:manage'],
    roles: ['admin'],
    limit: { max: 120, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: ['webhook.tested'],
  },
  {
    method: 'GET',
    path: '/api/identity/api-keys',
    bucket: 'api_keys.list',
    keyScopes: ['api:manage'],
    roles: ['admin'],
    limit: { max: 600, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: [],
  },
  {
    method: 'POST',
    path: '/api/identity/api-keys',
    bucket: 'api_keys.create',
    keyScopes: ['api:manage'],
    roles: ['admin'],
    limit: { max: 120, windowSeconds: 60, per: 'caller' },
    perCustomerPerMinute: null,
    events: ['api_key.created'],
  },
  {
    method: 'GET',
    path: '/api/healthz',
    bucket: 'health.get',
    keyScopes: 'any',
    roles: 'public',
    limit: { max: 600, windowSeconds: 60, per: 'ip' },
    perCustomerPerMinute: null,
    events: [],
  },
  // Ours, beside the documented ones.
  ...programRows,
  ...peopleRows,
  ...kioskDeliveryRows,
] as const satisfies readonly RoutePolicy[];

type KeyOf<R> = R extends { method: infer M extends string; path: infer P extends string } ? `${M} ${P}` : never;

/** `METHOD /path` of a row that is there: no other mixture of a method and a path is one. */
export type RouteKey = KeyOf<(typeof routeMatrix)[number]>;

/** The row of a route. Every native route has one: a route without a policy is a compile error. */
export function policyOf(key: RouteKey): RoutePolicy {
  const row = routeMatrix.find((one) => `${one.method} ${one.path}` === key);
  if (row === undefined) throw new Error(`no policy for ${key}`);
  return row;
}
