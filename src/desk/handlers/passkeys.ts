/**
 * Passkeys at the counter: second step of the sign-in, registration, and proving oneself again before a decision. The
 * page's origin is this desk's own `http://localhost:N`; WebAuthn counts there and nowhere else.
 */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { PasskeyCeremony, PasskeyRow, PasskeySignedIn } from '../../contract/desk/passkeys.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { Role } from '../../contract/vocabulary.ts';
import type { SessionPerson } from '../../services/sessions.ts';
import { checkSignIn, hasPasskey, reauthenticate, type SignedInPerson } from '../../services/sign-in.ts';
import { listPasskeys } from '../../services/webauthn/manage-passkeys.ts';
import { beginRegistration, finishRegistration } from '../../services/webauthn/register-passkey.ts';
import { relyingParty } from '../../services/webauthn/relying-party.ts';
import { beginAuthentication, finishAuthentication } from '../../services/webauthn/sign-in-with-passkey.ts';
import { sha256 } from '../../vault/random.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskSession } from '../desk-session.ts';
import type { DeskHandlerTable } from '../dispatch.ts';
import { actorOf, personOf } from './acting-person.ts';
import { stationState } from './station.ts';

export type PasskeyCallName =
  | 'auth.passkeyBegin'
  | 'auth.passkeyFinish'
  | 'auth.passkeys'
  | 'auth.registerBegin'
  | 'auth.registerFinish'
  | 'auth.proveBegin'
  | 'auth.proveFinish';

const servesCustomers: readonly Role[] = ['staff', 'supervisor'];

/** Whoever proved who he is sits at this station from now on. */
export async function takeSeat(
  house: DeskHouse,
  session: DeskSession,
  { user, org, session: opened }: SignedInPerson,
): Promise<PasskeySignedIn> {
  const person = personOf(user);
  house.sessions.signIn(
    session,
    person,
    { kind: 'user', id: person.id, orgId: org.id, role: person.role },
    sha256(opened.token),
  );
  if (house.config.selfTestAtSignIn === true && servesCustomers.includes(person.role))
    void house.selfTest.runIfDue({ kind: 'user', id: person.id, orgId: org.id, role: person.role });
  return { person, state: await stationState(house, session) };
}

/** The station's session as the services know one. */
function sessionPerson(session: DeskSession): SessionPerson {
  const { person, tokenHash } = session;
  if (person === null || tokenHash === null) throw new Error('a checked call came without a person');
  const actor = { ...actorOf(session), kind: 'user' as const, id: person.id, role: person.role as Role };
  return { actor, user: { ...person, role: person.role as Role }, csrfToken: '', tokenHash };
}

const rows = (held: Awaited<ReturnType<typeof listPasskeys>>): readonly PasskeyRow[] =>
  held.map(({ id, name, createdAt, lastUsedAt }) => ({ id, name, createdAt, lastUsedAt }));

/** Browsers write null where the library's types know only absence. */
const withoutNulls = (value: object): object =>
  JSON.parse(JSON.stringify(value, (_key, member: unknown) => member ?? undefined)) as object;

export function passkeyHandlers(house: DeskHouse): Pick<DeskHandlerTable, PasskeyCallName> {
  const { ctx, config } = house;
  const here = () => {
    const address = URL.parse(config.address());
    return relyingParty({ protocol: 'http', host: address === null ? '' : address.host });
  };
  const ceremony = (begun: { challengeId: string; expiresAt: string; options: object }): PasskeyCeremony => ({
    ...begun,
    options: structuredClone(begun.options) as Record<string, unknown>,
  });

  async function authenticate(
    params: { readonly challengeId: string; readonly credential: object },
    person: SessionPerson | null,
  ) {
    const credential = withoutNulls(params.credential) as AuthenticationResponseJSON;
    return finishAuthentication(ctx, { challengeId: params.challengeId, credential, person, channel: 'station' });
  }

  return {
    async 'auth.passkeyBegin'(_session, params): Promise<Result<PasskeyCeremony>> {
      const checked = await checkSignIn(ctx, params);
      if (!checked.ok) return checked;
      if (!(await hasPasskey(ctx.store.db, checked.value.id)))
        return fail('passkey_unavailable', 'this account has no passkey, its password signs it in');
      const rp = here();
      if (!rp.ok) return rp;
      return ok(ceremony(await beginAuthentication(ctx, rp.value, { email: params.email, person: null })));
    },
    async 'auth.passkeyFinish'(session, params) {
      const done = await authenticate(params, null);
      if (!done.ok) return done;
      if (done.value.outcome !== 'signed_in') return fail('passkey_refused', 'the passkey was not accepted');
      return ok(await takeSeat(house, session, done.value.signedIn));
    },
    'auth.passkeys': async (session) => ok(rows(await listPasskeys(ctx, sessionPerson(session)))),
    async 'auth.registerBegin'(session, { password }) {
      const person = sessionPerson(session);
      const proven = await reauthenticate(ctx, person.actor, password, person.tokenHash);
      if (!proven.ok) return proven;
      const rp = here();
      if (!rp.ok) return rp;
      const begun = await beginRegistration(ctx, person, rp.value);
      return begun.ok ? ok(ceremony(begun.value)) : begun;
    },
    async 'auth.registerFinish'(session, { challengeId, credential, name }) {
      const person = sessionPerson(session);
      const done = await finishRegistration(ctx, person, {
        challengeId,
        credential: withoutNulls(credential) as RegistrationResponseJSON,
        ...(name === undefined ? {} : { name }),
      });
      return done.ok ? ok(rows(await listPasskeys(ctx, person))) : done;
    },
    async 'auth.proveBegin'(session) {
      const rp = here();
      if (!rp.ok) return rp;
      return ok(ceremony(await beginAuthentication(ctx, rp.value, { person: sessionPerson(session) })));
    },
    async 'auth.proveFinish'(session, params) {
      const done = await authenticate(params, sessionPerson(session));
      if (!done.ok) return done;
      return done.value.outcome === 'reauthenticated'
        ? ok({ at: done.value.at })
        : fail('passkey_refused', 'the passkey was not accepted');
    },
  };
}
