/** Sign-in of people (api-facts 2.9). */
import { Type } from 'typebox';
import { LoginBody, MeAnswer } from '../../contract/api/people.ts';
import { LoginOutcome } from '../../contract/api/webauthn.ts';
import { dataOf } from '../../contract/api/common.ts';
import { fail, ok } from '../../contract/result.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import { signOut } from '../../services/sessions.ts';
import { signInWithPassword } from '../../services/webauthn/sign-in-with-passkey.ts';
import type { ApiDeps } from '../api-deps.ts';
import { sessionCookie } from '../authenticate.ts';
import type { DefineRoute } from '../define-route.ts';
import { answerSession, cookieOptions } from '../session-answer.ts';
import { relyingPartyOf } from './webauthn.ts';

export function authRoutes(define: DefineRoute, deps: ApiDeps): void {
  const { context } = deps;

  define('POST /api/auth/login', {
    tag: 'auth',
    summary: 'Sign in',
    description: `Sets the \`${sessionCookie}\` cookie (HttpOnly, SameSite=Strict). Five failures lock the account, longer each time. An account with a passkey gets no session yet but the options of its second step: send the passkey's answer to \`webauthn/auth/finish\`.`,
    body: LoginBody,
    answer: dataOf(LoginOutcome),
    errors: ['invalid_credentials', 'account_locked', 'passkey_unavailable', 'csrf_failed'],
    async handle({ body, request, reply }) {
      const signed = await signInWithPassword(context, relyingPartyOf(deps, request), body);
      if (!signed.ok) return signed;
      if (signed.value.step === 'signed_in')
        return ok({ body: { data: answerSession(deps, reply, signed.value.signedIn) } });
      const step = { passkeyRequired: true, ...structuredClone(signed.value.begun) };
      return ok({ body: { data: step as never } });
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
      void reply.clearCookie(sessionCookie, cookieOptions(deps));
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
