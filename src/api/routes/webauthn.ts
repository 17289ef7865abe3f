/** Passkeys (api-facts 2.9; api-decisions 4): register, sign in, prove oneself again. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { closed, dataOf, Id } from '../../contract/api/common.ts';
import {
  AuthBeginBody,
  AuthenticationBegun,
  AuthFinishBody,
  AuthFinishOutcome,
  PasskeySchema,
  Reauthenticated,
  ReauthenticateBody,
  RegisterFinishBody,
  RegistrationBegun,
} from '../../contract/api/webauthn.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { instant } from '../../services/context.ts';
import type { SessionPerson } from '../../services/sessions.ts';
import { reauthenticate } from '../../services/sign-in.ts';
import { listPasskeys, removePasskey } from '../../services/webauthn/manage-passkeys.ts';
import { beginRegistration, finishRegistration } from '../../services/webauthn/register-passkey.ts';
import { relyingParty, type RelyingParty } from '../../services/webauthn/relying-party.ts';
import { beginAuthentication, finishAuthentication } from '../../services/webauthn/sign-in-with-passkey.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { Caller } from '../authenticate.ts';
import type { DefineRoute } from '../define-route.ts';
import { answerSession } from '../session-answer.ts';

export function relyingPartyOf(deps: ApiDeps, request: FastifyRequest): Result<RelyingParty> {
  return relyingParty({
    protocol: request.protocol,
    host: request.headers.host ?? '',
    publicUrl: deps.publicUrl,
  });
}

export function personOf(caller: Caller | null): Result<SessionPerson> {
  const person = caller?.person ?? null;
  return person === null ? fail('person_required', 'only a signed-in person may do this') : ok(person);
}

/** Browsers write null where the library's types know only absence. */
function withoutNulls(value: object): object {
  return JSON.parse(JSON.stringify(value, (_key, member: unknown) => member ?? undefined)) as object;
}

const PasskeyParams = Type.Object({ id: Id }, closed);

export function webauthnRoutes(define: DefineRoute, deps: ApiDeps): void {
  const { context } = deps;

  define('POST /api/auth/webauthn/register/begin', {
    tag: 'auth',
    summary: 'Begin to register a passkey',
    description:
      'For somebody who signed in or proved himself again within five minutes. Algorithms EdDSA (-8), ES256 (-7), RS256 (-257); discoverable; user verification required.',
    answer: dataOf(RegistrationBegun),
    errors: ['reauthentication_required', 'passkey_unavailable', 'passkey_exists', 'csrf_failed', 'session_expired'],
    async handle({ caller, request }) {
      const person = personOf(caller);
      if (!person.ok) return person;
      const rp = relyingPartyOf(deps, request);
      if (!rp.ok) return rp;
      const begun = await beginRegistration(context, person.value, rp.value);
      return begun.ok ? ok({ body: { data: structuredClone(begun.value) as never } }) : begun;
    },
  });

  define('POST /api/auth/webauthn/register/finish', {
    tag: 'auth',
    summary: 'Register the passkey',
    description: 'From now on a password alone signs this account in nowhere.',
    body: RegisterFinishBody,
    answer: dataOf(PasskeySchema),
    status: 201,
    errors: [
      'reauthentication_required',
      'challenge_unknown',
      'passkey_refused',
      'passkey_exists',
      'csrf_failed',
      'session_expired',
    ],
    async handle({ caller, body }) {
      const person = personOf(caller);
      if (!person.ok) return person;
      const done = await finishRegistration(context, person.value, {
        challengeId: body.challengeId,
        credential: withoutNulls(body.credential) as RegistrationResponseJSON,
        ...(body.name === undefined ? {} : { name: body.name }),
      });
      return done.ok ? ok({ body: { data: done.value } }) : done;
    },
  });

  define('POST /api/auth/webauthn/auth/begin', {
    tag: 'auth',
    summary: 'Begin to sign in with a passkey, or to prove oneself again',
    description:
      'With a session cookie the passkey proves its person again (register, review decisions). Without, it signs in: any passkey of the installation, or with `email` those of one account. Unknown addresses are answered like known ones.',
    body: AuthBeginBody,
    answer: dataOf(AuthenticationBegun),
    errors: ['passkey_unavailable', 'csrf_failed'],
    async handle({ body, caller, request }) {
      const rp = relyingPartyOf(deps, request);
      if (!rp.ok) return rp;
      const begun = await beginAuthentication(context, rp.value, {
        email: body.email,
        person: caller?.person ?? null,
      });
      return ok({ body: { data: structuredClone(begun) as never } });
    },
  });

  define('POST /api/auth/webauthn/auth/finish', {
    tag: 'auth',
    summary: 'Sign in with the passkey, or prove oneself again',
    description:
      'Sets the session cookie as `login` does; for a challenge begun with a session it renews the proof of that session instead (`auth.reauthenticated`). A signature counter that did not grow is refused.',
    body: AuthFinishBody,
    answer: dataOf(AuthFinishOutcome),
    errors: ['challenge_unknown', 'passkey_refused', 'csrf_failed'],
    async handle({ body, caller, reply }) {
      const done = await finishAuthentication(context, {
        challengeId: body.challengeId,
        credential: withoutNulls(body.credential) as AuthenticationResponseJSON,
        person: caller?.person ?? null,
      });
      if (!done.ok) return done;
      if (done.value.outcome === 'reauthenticated')
        return ok({ body: { data: { reauthenticated: true as const, at: done.value.at } } });
      return ok({ body: { data: answerSession(deps, reply, done.value.signedIn) } });
    },
  });

  define('POST /api/auth/reauthenticate', {
    tag: 'auth',
    summary: 'Prove oneself again by password',
    description: 'Opens registering and removing passkeys for five minutes.',
    body: ReauthenticateBody,
    answer: dataOf(Reauthenticated),
    errors: ['invalid_credentials', 'account_locked', 'csrf_failed', 'session_expired'],
    async handle({ caller, body }) {
      const person = personOf(caller);
      if (!person.ok) return person;
      const { actor, tokenHash } = person.value;
      const done = await reauthenticate(context, actor, body.password, tokenHash);
      return done.ok ? ok({ body: { data: { reauthenticated: true as const, at: instant(context) } } }) : done;
    },
  });

  define('GET /api/auth/passkeys', {
    tag: 'auth',
    summary: 'List my passkeys',
    answer: dataOf(Type.Array(PasskeySchema)),
    errors: ['session_expired'],
    async handle({ caller }) {
      const person = personOf(caller);
      return person.ok ? ok({ body: { data: [...(await listPasskeys(context, person.value))] } }) : person;
    },
  });

  define('DELETE /api/auth/passkeys/{id}', {
    tag: 'auth',
    summary: 'Remove one of my passkeys',
    params: PasskeyParams,
    answer: dataOf(Type.Object({ removed: Type.Boolean() }, closed)),
    errors: ['not_found', 'reauthentication_required', 'csrf_failed', 'session_expired'],
    async handle({ caller, params }) {
      const person = personOf(caller);
      if (!person.ok) return person;
      const done = await removePasskey(context, person.value, params.id);
      return done.ok ? ok({ body: { data: { removed: true } } }) : done;
    },
  });
}
