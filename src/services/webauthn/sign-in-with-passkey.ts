/**
 * Authenticating with a passkey (WebAuthn L3 §7.2): alone, after a password, or once more by somebody signed in. The
 * options never list credentials (all are discoverable), so they tell nothing about an address.
 */
import {
  generateAuthenticationOptions,
  verifyAuthenticationResponse,
  type AuthenticationResponseJSON,
} from '@simplewebauthn/server';
import { fail, ok, type Result } from '../../contract/result.ts';
import {
  advancePasskey,
  findPasskeyByCredential,
  type PasskeyChallengeRow,
  type PasskeyRow,
} from '../../store/repositories/passkeys.ts';
import { setReauthenticated } from '../../store/repositories/sessions.ts';
import { findUser, findUserByEmail, type UserRow } from '../../store/repositories/users.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import type { SessionPerson } from '../sessions.ts';
import { checkSignIn, hasPasskey, openSignedIn, type SignedInPerson } from '../sign-in.ts';
import { undoable } from '../undoable.ts';
import { ceremonyMs, issuePasskeyChallenge, spendPasskeyChallenge } from './passkey-challenges.ts';
import type { RelyingParty } from './relying-party.ts';

type RequestOptions = Awaited<ReturnType<typeof generateAuthenticationOptions>>;

export interface BegunAuthentication {
  readonly challengeId: string;
  readonly expiresAt: string;
  readonly options: RequestOptions;
}

async function begin(
  ctx: ServiceContext,
  rp: RelyingParty,
  purpose: 'sign_in' | 'reauthenticate',
  userId: string | null,
): Promise<BegunAuthentication> {
  const { challengeId, challenge, expiresAt } = await issuePasskeyChallenge(ctx, rp, purpose, userId);
  const options = await generateAuthenticationOptions({
    rpID: rp.rpId,
    challenge,
    timeout: ceremonyMs,
    userVerification: 'required',
  });
  return { challengeId, expiresAt, options };
}

/** An id no user has: a challenge bound to it cannot be answered, and looks like any other. */
const nobody = 'usr_nobody';

/** Signed in: proves the person once more. With an address: only his passkeys count. Else: any passkey. */
export async function beginAuthentication(
  ctx: ServiceContext,
  rp: RelyingParty,
  input: { readonly email?: string | undefined; readonly person: SessionPerson | null },
): Promise<BegunAuthentication> {
  if (input.person !== null) return begin(ctx, rp, 'reauthenticate', input.person.user.id);
  if (input.email === undefined) return begin(ctx, rp, 'sign_in', null);
  const user = await findUserByEmail(ctx.store.db, input.email);
  return begin(ctx, rp, 'sign_in', user?.id ?? nobody);
}

export type PasswordStep =
  | { readonly step: 'signed_in'; readonly signedIn: SignedInPerson }
  | { readonly step: 'passkey'; readonly begun: BegunAuthentication };

/**
 * Sign-in by password: a session for people without a passkey, else the challenge of the second step and no session.
 * Errors: `invalid_credentials`, `account_locked`, `passkey_unavailable`.
 */
export async function signInWithPassword(
  ctx: ServiceContext,
  rp: Result<RelyingParty>,
  input: { readonly email: string; readonly password: string },
): Promise<Result<PasswordStep>> {
  const checked = await checkSignIn(ctx, input);
  if (!checked.ok) return checked;
  if (await hasPasskey(ctx.store.db, checked.value.id)) {
    if (!rp.ok) return rp;
    return ok({ step: 'passkey', begun: await begin(ctx, rp.value, 'sign_in', checked.value.id) });
  }
  const signedIn = await ctx.store.transaction((trx) => openSignedIn(ctx, trx, checked.value, 'api', 'password'));
  return ok({ step: 'signed_in', signedIn });
}

export type Authenticated =
  | { readonly outcome: 'signed_in'; readonly signedIn: SignedInPerson }
  | { readonly outcome: 'reauthenticated'; readonly at: string };

const refused = (): Result<never> => fail('passkey_refused', 'the passkey was not accepted');

/** Errors: `challenge_unknown`, `passkey_refused`: unknown, of another person, counter gone back, signature wrong. */
export async function finishAuthentication(
  ctx: ServiceContext,
  input: {
    readonly challengeId: string;
    readonly credential: AuthenticationResponseJSON;
    readonly person: SessionPerson | null;
    /** Where the session is opened. Default `api`. */
    readonly channel?: 'api' | 'station';
  },
): Promise<Result<Authenticated>> {
  const challenge = await spendPasskeyChallenge(ctx, input.challengeId, ['sign_in', 'reauthenticate']);
  if (!challenge.ok) return challenge;
  const { purpose, user_id: boundTo } = challenge.value;
  const passkey = await findPasskeyByCredential(ctx.store.db, input.credential.id);
  const user = passkey === null ? null : await findUser(ctx.store.db, passkey.user_id);
  if (passkey === null || user === null) return refused();
  const counter = await verifyAssertion(input.credential, passkey, challenge.value);
  const rightPerson =
    user.disabled === 0 &&
    (boundTo === null || boundTo === user.id) &&
    (purpose === 'sign_in' || input.person?.user.id === user.id);
  if (counter === null || !rightPerson) {
    await recordRefusal(ctx, user, passkey.id);
    return refused();
  }
  return undoable(ctx, async (trx): Promise<Result<Authenticated>> => {
    if (!(await advancePasskey(trx, passkey, counter, instant(ctx)))) return refused();
    if (purpose === 'reauthenticate' && input.person !== null) {
      const at = instant(ctx);
      await setReauthenticated(trx, input.person.tokenHash, at, 'passkey');
      await recordAudit(ctx, trx, input.person.actor, { event: 'auth.reauthenticated', detail: { by: 'passkey' } });
      return ok({ outcome: 'reauthenticated', at });
    }
    return ok({
      outcome: 'signed_in',
      signedIn: await openSignedIn(ctx, trx, user, input.channel ?? 'api', 'passkey'),
    });
  });
}

async function recordRefusal(ctx: ServiceContext, user: UserRow, passkeyId: string): Promise<void> {
  const actor: Actor = { kind: 'system', id: null, orgId: user.org_id };
  await ctx.store.transaction((trx) =>
    recordAudit(ctx, trx, actor, {
      event: 'auth.login_failed',
      objectId: user.id,
      detail: { by: 'passkey', passkey: passkeyId },
    }),
  );
}

/**
 * The authenticator's new counter, or null for whatever is wrong. A counter that did not grow means a copied key
 * (§6.1.1); authenticators that keep none always say 0.
 */
async function verifyAssertion(
  credential: AuthenticationResponseJSON,
  passkey: PasskeyRow,
  challenge: PasskeyChallengeRow,
): Promise<number | null> {
  const handle = credential.response.userHandle;
  if (handle !== undefined && Buffer.from(handle, 'base64url').toString() !== passkey.user_id) return null;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: credential,
      expectedChallenge: challenge.challenge,
      expectedOrigin: challenge.origin,
      expectedRPID: challenge.rp_id,
      credential: {
        id: passkey.credential_id,
        publicKey: new Uint8Array(passkey.public_key),
        counter: passkey.counter,
      },
      requireUserVerification: true,
    });
    const { newCounter } = authenticationInfo;
    const grew = newCounter > passkey.counter || (newCounter === 0 && passkey.counter === 0);
    return verified && grew ? newCounter : null;
  } catch {
    return null;
  }
}
