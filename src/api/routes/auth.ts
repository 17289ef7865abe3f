/** Sign-in of people (api-facts 2.9). */
import { Type } from 'typebox';
import { LoginAnswer, LoginBody, MeAnswer } from '../../contract/api/people.ts';
import { dataOf } from '../../contract/api/common.ts';
import { fail, ok } from '../../contract/result.ts';
import type { Role } from '../../contract/vocabulary.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import { signIn } from '../../services/sign-in.ts';
import { signOut } from '../../services/sessions.ts';
import type { ApiDeps } from '../api-deps.ts';
import { sessionCookie } from '../authenticate.ts';
import type { DefineRoute } from '../define-route.ts';

export function authRoutes(define: DefineRoute, deps: ApiDeps): void {
  const { context } = deps;
  const cookie = { httpOnly: true, sameSite: 'strict', secure: deps.tls !== undefined, path: '/' } as const;

  define('POST /api/auth/login', {
    tag: 'auth',
    summary: 'Sign in',
    description: `Sets the \`${sessionCookie}\` cookie (HttpOnly, SameSite=Strict). Five failures lock the account, longer each time.`,
    body: LoginBody,
    answer: dataOf(LoginAnswer),
    errors: ['invalid_credentials', 'account_locked', 'csrf_failed'],
    async handle({ body, reply }) {
      const signed = await signIn(context, { ...body, channel: 'api' });
      if (!signed.ok) return signed;
      const { user, org, session } = signed.value;
      void reply.setCookie(sessionCookie, session.token, { ...cookie, expires: new Date(session.expiresAt) });
      return ok({
        body: {
          data: {
            user: { ...user, role: user.role as Role },
            org,
            csrfToken: session.csrfToken,
            expiresAt: session.expiresAt,
          },
        },
      });
    },
  });

  define('POST /api/auth/logout', {
    tag: 'auth',
    summary: 'Sign out',
    answer: dataOf(Type.Object({ signedOut: Type.Boolean() }, { additionalProperties: false })),
    errors: ['csrf_failed', 'session_expired', 'person_required'],
    async handle({ actor, caller, reply }) {
      if (caller?.person === null || caller === null) return fail('unauthenticated', 'nobody is signed in');
      await signOut(context, actor, caller.person.tokenHash);
      void reply.clearCookie(sessionCookie, cookie);
      return ok({ body: { data: { signedOut: true } } });
    },
  });

  define('GET /api/auth/me', {
    tag: 'auth',
    summary: 'Who am I',
    answer: dataOf(MeAnswer),
    errors: ['session_expired'],
    async handle({ actor, caller }) {
      const organisation = await findOrganisation(context.store.db, actor.orgId);
      if (organisation === null) return fail('not_found', 'organisation not found');
      const org = { id: organisation.id, name: organisation.name, environment: organisation.settings.environment };
      const scopes = [...(actor.scopes ?? [])];
      if (caller !== null && caller.person !== null) {
        return ok({ body: { data: { user: caller.person.user, org, scopes, csrfToken: caller.person.csrfToken } } });
      }
      return ok({ body: { data: { apiKey: { id: actor.id ?? '' }, org, scopes } } });
    },
  });
}
