/** Staff sign-in with the organisation's OpenID provider, and its configuration. */
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { closed, dataOf } from '../../contract/api/common.ts';
import {
  OidcBeginBody,
  OidcBegun,
  OidcCallbackQuery,
  OidcProviderBody,
  OidcProviderSchema,
} from '../../contract/api/oidc.ts';
import { ok } from '../../contract/result.ts';
import { getProvider, removeProvider, setProvider } from '../../services/oidc/provider.ts';
import { beginProviderSignIn, finishProviderSignIn } from '../../services/oidc/sign-in-with-provider.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { DefineRoute } from '../define-route.ts';
import { answerSession, cookieOptions } from '../session-answer.ts';

export const oidcCookie = 'loket_oidc';
const callbackPath = '/api/auth/oidc/callback';

export function oidcRoutes(define: DefineRoute, deps: ApiDeps): void {
  const { context } = deps;
  // Lax: the provider's page sends the browser back, and that is another site.
  const cookie = { ...cookieOptions(deps), sameSite: 'lax', path: callbackPath } as const;
  const redirectUri = (request: FastifyRequest): string =>
    new URL(callbackPath, deps.publicUrl ?? `${request.protocol}://${request.headers.host ?? ''}`).href;

  define('POST /api/auth/oidc/begin', {
    tag: 'auth',
    summary: 'Begin to sign in with the bank’s own provider',
    description: 'Authorisation code with PKCE. Binds the sign-in to this browser by a cookie.',
    body: OidcBeginBody,
    answer: dataOf(OidcBegun),
    errors: ['not_found', 'csrf_failed'],
    async handle({ body, request, reply }) {
      const begun = await beginProviderSignIn(context, {
        orgId: body.organisation,
        redirectUri: redirectUri(request),
      });
      if (!begun.ok) return begun;
      const { authorizationUrl, browserToken, expiresAt } = begun.value;
      void reply.setCookie(oidcCookie, browserToken, { ...cookie, expires: new Date(expiresAt) });
      return ok({ body: { data: { authorizationUrl, expiresAt } } });
    },
  });

  define('GET /api/auth/oidc/callback', {
    tag: 'auth',
    summary: 'Where the provider sends the browser back to',
    description:
      'Answers 303 to `/` with the session cookie. The address must be that of an active person of the organisation; accounts are not made. Every refusal is `sign_in_refused`.',
    query: OidcCallbackQuery,
    answer: dataOf(Type.Object({ signedIn: Type.Boolean() }, closed)),
    errors: ['sign_in_refused'],
    async handle({ request, reply }) {
      const at = request.url.indexOf('?');
      const done = await finishProviderSignIn(context, {
        search: at < 0 ? '' : request.url.slice(at),
        browserToken: request.cookies[oidcCookie],
      });
      void reply.clearCookie(oidcCookie, cookie);
      if (!done.ok) return done;
      answerSession(deps, reply, done.value);
      void reply.header('location', '/');
      return ok({ body: { data: { signedIn: true } }, status: 303 });
    },
  });

  define('GET /api/admin/oidc', {
    tag: 'admin',
    summary: 'Read the sign-in provider',
    answer: dataOf(OidcProviderSchema),
    errors: ['not_found'],
    async handle({ actor, request }) {
      const found = await getProvider(context, actor);
      return found.ok ? ok({ body: { data: { ...found.value, redirectUri: redirectUri(request) } } }) : found;
    },
  });

  define('PATCH /api/admin/oidc', {
    tag: 'admin',
    summary: 'Set up or change the sign-in provider',
    body: OidcProviderBody,
    answer: dataOf(OidcProviderSchema),
    errors: ['csrf_failed'],
    async handle({ actor, body, request }) {
      const done = await setProvider(context, actor, body);
      return done.ok ? ok({ body: { data: { ...done.value, redirectUri: redirectUri(request) } } }) : done;
    },
  });

  define('DELETE /api/admin/oidc', {
    tag: 'admin',
    summary: 'Remove the sign-in provider',
    answer: dataOf(Type.Object({ removed: Type.Boolean() }, closed)),
    errors: ['not_found', 'csrf_failed'],
    async handle({ actor }) {
      const done = await removeProvider(context, actor);
      return done.ok ? ok({ body: { data: { removed: true } } }) : done;
    },
  });
}
