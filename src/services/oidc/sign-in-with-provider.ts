/**
 * Staff sign-in with the bank's own provider (OpenID Connect Core 1.0, authorisation code with PKCE, RFC 9700): state
 * bound to the browser and used once, nonce, and an address that belongs to an active person of this organisation. An
 * account is never made here, and every refusal looks the same.
 */
import * as client from 'openid-client';
import { fail, ok, type Result } from '../../contract/result.ts';
import {
  deleteExpiredOidcSignIns,
  findOidcIdentities,
  findOidcProvider,
  insertOidcIdentity,
  insertOidcSignIn,
  takeOidcSignIn,
  type OidcProviderRow,
  type OidcSignInRow,
} from '../../store/repositories/oidc.ts';
import type { Db } from '../../store/repositories/types.ts';
import { findUserByEmail, type UserRow } from '../../store/repositories/users.ts';
import { randomToken, sha256 } from '../../vault/random.ts';
import { instant, minuteMs, plusMs, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { openSignedIn, type SignedInPerson } from '../sign-in.ts';
import { undoable } from '../undoable.ts';
import { configurationOf, isUnreachable } from './oidc-client.ts';

const signInMs = 10 * minuteMs;

export interface BegunProviderSignIn {
  readonly authorizationUrl: string;
  /** For a cookie of this browser only; the answer counts with it alone. */
  readonly browserToken: string;
  readonly expiresAt: string;
}

const refused = (): Result<never> => fail('sign_in_refused', 'the sign-in was refused');
const verifierContext = (stateHash: string): string => `oidc-verifier:${stateHash}`;

/** Errors: `not_found` (no such organisation, or none with a provider), `unavailable`. */
export async function beginProviderSignIn(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly redirectUri: string },
): Promise<Result<BegunProviderSignIn>> {
  const provider = await findOidcProvider(ctx.store.db, input.orgId);
  if (provider === null) return fail('not_found', 'no provider is set up for this organisation');
  const configuration = await configurationOf(ctx, provider).catch(() => null);
  if (configuration === null) return fail('unavailable', 'the sign-in provider does not answer');
  const [state, nonce, browserToken] = [randomToken(32), randomToken(32), randomToken(32)];
  const verifier = client.randomPKCECodeVerifier();
  const stateHash = sha256(state);
  const now = instant(ctx);
  const expiresAt = plusMs(now, signInMs);
  await ctx.store.transaction(async (trx) => {
    await deleteExpiredOidcSignIns(trx, now);
    await insertOidcSignIn(trx, {
      state_hash: stateHash,
      org_id: provider.org_id,
      browser_hash: sha256(browserToken),
      verifier_sealed: ctx.vault.sealSecret(new TextEncoder().encode(verifier), verifierContext(stateHash)),
      nonce,
      redirect_uri: input.redirectUri,
      created_at: now,
      expires_at: expiresAt,
      consumed_at: null,
    });
  });
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: input.redirectUri,
    response_type: 'code',
    scope: 'openid email',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  });
  return ok({ authorizationUrl: url.href, browserToken, expiresAt });
}

/** `search` is the query the provider sent the browser back with. Errors: `sign_in_refused`, `unavailable`. */
export async function finishProviderSignIn(
  ctx: ServiceContext,
  input: { readonly search: string; readonly browserToken: string | undefined },
): Promise<Result<SignedInPerson>> {
  const state = new URLSearchParams(input.search).get('state') ?? '';
  const now = instant(ctx);
  const begun = await ctx.store.transaction((trx) =>
    takeOidcSignIn(trx, sha256(state), sha256(input.browserToken ?? ''), now),
  );
  const provider = begun === null ? null : await findOidcProvider(ctx.store.db, begun.org_id);
  if (begun === null || provider === null) return refused();
  const claims = await askProvider(ctx, provider, begun, state, input.search);
  if (!claims.ok) {
    if (claims.error.code === 'sign_in_refused') await recordRefusal(ctx, provider.org_id, 'provider');
    return claims;
  }
  const signedIn = await undoable(ctx, (trx) => admitPerson(ctx, trx, provider, claims.value));
  if (!signedIn.ok) await recordRefusal(ctx, provider.org_id, 'account');
  return signedIn;
}

interface Claims {
  readonly subject: string;
  readonly email: string;
}

async function askProvider(
  ctx: ServiceContext,
  provider: OidcProviderRow,
  begun: OidcSignInRow,
  state: string,
  search: string,
): Promise<Result<Claims>> {
  const sealed = ctx.vault.openSecret(begun.verifier_sealed, verifierContext(begun.state_hash));
  try {
    const configuration = await configurationOf(ctx, provider);
    const answer = new URL(begun.redirect_uri);
    answer.search = search;
    const tokens = await client.authorizationCodeGrant(configuration, answer, {
      expectedState: state,
      expectedNonce: begun.nonce,
      pkceCodeVerifier: new TextDecoder().decode(sealed),
      idTokenExpected: true,
    });
    const idToken = tokens.claims();
    if (idToken === undefined) return refused();
    const told =
      idToken['email'] === undefined
        ? await client.fetchUserInfo(configuration, tokens.access_token, idToken.sub)
        : idToken;
    const { email, email_verified: verified } = told as { email?: unknown; email_verified?: unknown };
    const trusted = verified === true || (verified === undefined && provider.trust_email === 1);
    return typeof email === 'string' && trusted ? ok({ subject: idToken.sub, email }) : refused();
  } catch (error) {
    return isUnreachable(error) ? fail('unavailable', 'the sign-in provider does not answer') : refused();
  }
}

/** The subject stays bound to the first account it signed in as: an address that changes hands brings nobody along. */
async function admitPerson(
  ctx: ServiceContext,
  trx: Db,
  provider: OidcProviderRow,
  claims: Claims,
): Promise<Result<SignedInPerson>> {
  const user: UserRow | null = await findUserByEmail(trx, claims.email);
  if (user === null || user.org_id !== provider.org_id || user.disabled === 1) return refused();
  const { org_id: orgId, issuer } = provider;
  const identities = await findOidcIdentities(trx, { orgId, issuer, subject: claims.subject, userId: user.id });
  if (identities.some((one) => one.subject !== claims.subject || one.user_id !== user.id)) return refused();
  if (identities.length === 0) {
    await insertOidcIdentity(trx, {
      org_id: orgId,
      issuer,
      subject: claims.subject,
      user_id: user.id,
      created_at: instant(ctx),
    });
  }
  return ok(await openSignedIn(ctx, trx, user, 'api', 'oidc'));
}

async function recordRefusal(ctx: ServiceContext, orgId: string, by: 'provider' | 'account'): Promise<void> {
  const actor: Actor = { kind: 'system', id: null, orgId };
  await ctx.store.transaction((trx) =>
    recordAudit(ctx, trx, actor, { event: 'auth.login_failed', detail: { by: 'oidc', refusedBy: by } }),
  );
}
