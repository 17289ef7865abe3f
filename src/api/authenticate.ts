/** Who is calling: an API key in the Authorization header, or a signed-in person by cookie (api-decisions 4). */
import type { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';
import type { RoutePolicy } from '../contract/api/route-matrix.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { OrgSettings } from '../contract/settings.ts';
import type { Scope } from '../contract/vocabulary.ts';
import { apiKeyPattern, resolveApiKey } from '../services/api-keys.ts';
import type { Actor, ServiceContext } from '../services/context.ts';
import { deskOfCertificate } from '../services/desk-delivery/certify-desk.ts';
import { resolveSession, type SessionPerson } from '../services/sessions.ts';
import { certificateFingerprint } from '../vault/certificates.ts';
import { timingSafeEqualText } from '../vault/random.ts';

export const sessionCookie = 'loket_session';

export interface Caller {
  readonly actor: Actor;
  /** Present for people. */
  readonly person: SessionPerson | null;
  /** Of the organisation, where they were read on the way. */
  readonly settings?: OrgSettings;
}

const credentialNames = new Set([
  'token',
  'access_token',
  'api_key',
  'apikey',
  'key',
  'authorization',
  'bearer',
  'session',
]);

/** Credentials in a query string end up in logs and histories; they are refused even when valid. */
export function hasCredentialInQuery(query: unknown): boolean {
  return Object.entries((query ?? {}) as Record<string, unknown>).some(
    ([name, value]) =>
      credentialNames.has(name.toLowerCase()) || (typeof value === 'string' && apiKeyPattern.test(value)),
  );
}

/** null = nobody. Errors: `unauthenticated`, `session_expired`. */
export async function identifyCaller(ctx: ServiceContext, request: FastifyRequest): Promise<Result<Caller | null>> {
  const header = request.headers.authorization;
  if (header !== undefined) {
    const key = /^Bearer ([A-Za-z0-9_]{1,200})$/.exec(header)?.[1];
    const found = key === undefined ? null : await resolveApiKey(ctx, key);
    return found === null ? fail('unauthenticated', 'missing or invalid Bearer') : ok({ ...found, person: null });
  }
  const token = request.cookies[sessionCookie];
  if (token === undefined || token === '') return ok(await deskCaller(ctx, request));
  const person = await resolveSession(ctx, token);
  return person === null
    ? fail('session_expired', 'the session has ended, sign in again')
    : ok({ actor: person.actor, person });
}

/** A desk that connected with the certificate it got when it enrolled. */
async function deskCaller(ctx: ServiceContext, request: FastifyRequest): Promise<Caller | null> {
  const socket = request.raw.socket as Partial<TLSSocket>;
  if (socket.authorized !== true || socket.getPeerCertificate === undefined) return null;
  const { raw } = socket.getPeerCertificate();
  const fingerprint = raw === undefined ? null : certificateFingerprint(raw);
  const desk = fingerprint === null ? null : await deskOfCertificate(ctx, fingerprint);
  return desk === null ? null : { actor: { kind: 'desk', id: desk.desk_id, orgId: desk.org_id }, person: null };
}

/** A read scope is covered by the legacy `read` and `write`, a write scope by `write` (api-facts 2.4). */
export function grants(held: readonly Scope[], wanted: Scope): boolean {
  if (held.includes(wanted)) return true;
  if (wanted.endsWith(':view')) return held.includes('read') || held.includes('write');
  return wanted.endsWith(':write') && held.includes('write');
}

/** Errors: `unauthenticated`, `missing_scope`, `person_required`, `forbidden`. */
export function authorise(policy: RoutePolicy, caller: Caller | null): Result<true> {
  if (policy.roles === 'public') return ok(true);
  if (caller === null) return fail('unauthenticated', 'missing or invalid Bearer');
  const { actor } = caller;
  if (actor.kind === 'api_key') {
    if (policy.keyScopes === 'none') return fail('person_required', 'only a signed-in person may do this');
    if (policy.keyScopes === 'any') return ok(true);
    const granted = policy.keyScopes.some((scope) => grants(actor.scopes ?? [], scope));
    return granted ? ok(true) : fail('missing_scope', `missing scope: ${policy.keyScopes[0] ?? ''}`);
  }
  if (actor.kind === 'desk')
    return policy.desks === true ? ok(true) : fail('forbidden', 'a desk may deliver, and nothing else');
  if (policy.roles === 'signed-in') return ok(true);
  const allowed = actor.role !== undefined && policy.roles.includes(actor.role);
  return allowed ? ok(true) : fail('forbidden', 'your role may not do this');
}

/**
 * A cookie travels by itself, so a state-changing request must prove that our own page sent it: same origin, and the
 * session's token in a header (OWASP CSRF Prevention).
 */
export function checkCsrf(request: FastifyRequest, caller: Caller | null): Result<true> {
  if (request.method === 'GET' || request.method === 'HEAD') return ok(true);
  const { origin } = request.headers;
  const own = `${request.protocol}://${request.headers.host ?? ''}`;
  if (caller?.person === null || caller === null) {
    return origin === undefined || caller !== null || origin === own
      ? ok(true)
      : fail('csrf_failed', 'the request came from another site');
  }
  if (origin !== own) return fail('csrf_failed', 'the request came from another site');
  const sent = request.headers['x-csrf-token'];
  const right = typeof sent === 'string' && timingSafeEqualText(sent, caller.person.csrfToken);
  return right ? ok(true) : fail('csrf_failed', 'the CSRF token is missing or wrong');
}
