/**
 * Registering a passkey (WebAuthn L3 §7.1): discoverable, user verification required, EdDSA, ES256 or RS256, by a person
 * who proved himself within five minutes.
 */
import {
  generateRegistrationOptions,
  verifyRegistrationResponse,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { decodeAttestationObject, isoBase64URL } from '@simplewebauthn/server/helpers';
import { fail, ok, type Result } from '../../contract/result.ts';
import { isUniqueViolation } from '../../store/store-error.ts';
import { insertPasskey, listPasskeys } from '../../store/repositories/passkeys.ts';
import { instant, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { provedWithin, type SessionPerson } from '../sessions.ts';
import { ceremonyMs, issuePasskeyChallenge, spendPasskeyChallenge } from './passkey-challenges.ts';
import { passkeyView, type PasskeyView } from './manage-passkeys.ts';
import type { RelyingParty } from './relying-party.ts';

/** COSE: EdDSA, ES256, RS256 (api-decisions 4). */
export const passkeyAlgorithms = [-8, -7, -257] as const;

const mostPasskeys = 10;

type CreationOptions = Awaited<ReturnType<typeof generateRegistrationOptions>>;

export interface BegunRegistration {
  readonly challengeId: string;
  readonly expiresAt: string;
  readonly options: CreationOptions;
}

/** Errors: `reauthentication_required`, `passkey_exists` (ten are enough). */
export async function beginRegistration(
  ctx: ServiceContext,
  person: SessionPerson,
  rp: RelyingParty,
): Promise<Result<BegunRegistration>> {
  const proved = await provedWithin(ctx, person.tokenHash, ceremonyMs);
  if (!proved.ok) return proved;
  const held = await listPasskeys(ctx.store.db, person.user.id);
  if (held.length >= mostPasskeys) return fail('passkey_exists', `${mostPasskeys} passkeys are registered already`);
  const { challengeId, challenge, expiresAt } = await issuePasskeyChallenge(ctx, rp, 'register', person.user.id);
  const options = await generateRegistrationOptions({
    rpName: 'Loket',
    rpID: rp.rpId,
    userID: new TextEncoder().encode(person.user.id),
    userName: person.user.email,
    userDisplayName: person.user.fullName,
    challenge,
    timeout: ceremonyMs,
    attestationType: 'none',
    excludeCredentials: held.map((row) => ({
      id: row.credential_id,
      transports: JSON.parse(row.transports) as string[],
    })),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    supportedAlgorithmIDs: [...passkeyAlgorithms],
  });
  return ok({ challengeId, expiresAt, options });
}

/**
 * Certificates in an attestation would be fetched and checked against lists on the network; none was asked for, so an
 * answer that carries some is refused before anybody follows an address in it.
 */
function carriesCertificates(credential: RegistrationResponseJSON): boolean {
  const attestation = decodeAttestationObject(isoBase64URL.toBuffer(credential.response.attestationObject));
  const format = attestation.get('fmt');
  return format !== 'none' && (format !== 'packed' || attestation.get('attStmt').get('x5c') !== undefined);
}

/** Errors: `reauthentication_required`, `challenge_unknown`, `passkey_refused`, `passkey_exists`. */
export async function finishRegistration(
  ctx: ServiceContext,
  person: SessionPerson,
  input: { readonly challengeId: string; readonly credential: RegistrationResponseJSON; readonly name?: string },
): Promise<Result<PasskeyView>> {
  const proved = await provedWithin(ctx, person.tokenHash, 2 * ceremonyMs);
  if (!proved.ok) return proved;
  const challenge = await spendPasskeyChallenge(ctx, input.challengeId, ['register']);
  if (!challenge.ok) return challenge;
  if (challenge.value.user_id !== person.user.id) return refused();
  const info = await verifyAttestation(input.credential, challenge.value);
  if (info === null) return refused();
  const now = instant(ctx);
  const row = {
    id: ctx.ids.next('pk'),
    org_id: person.actor.orgId,
    user_id: person.user.id,
    credential_id: info.credential.id,
    public_key: info.credential.publicKey,
    counter: info.credential.counter,
    transports: JSON.stringify(info.credential.transports ?? []),
    device_type: info.credentialDeviceType,
    backed_up: info.credentialBackedUp ? (1 as const) : (0 as const),
    aaguid: info.aaguid,
    name: input.name?.trim() ?? '',
    created_at: now,
    last_used_at: null,
  };
  try {
    await ctx.store.transaction(async (trx) => {
      await insertPasskey(trx, row);
      await recordAudit(ctx, trx, person.actor, { event: 'auth.passkey_registered', objectId: row.id });
    });
  } catch (error) {
    if (isUniqueViolation(error, 'passkeys.credential_id'))
      return fail('passkey_exists', 'this passkey is registered already');
    throw error;
  }
  return ok(passkeyView(row));
}

const refused = (): Result<never> => fail('passkey_refused', 'the passkey was not accepted');

/** null for whatever is wrong with the answer: the library throws on each of the steps of §7.1. */
async function verifyAttestation(
  credential: RegistrationResponseJSON,
  challenge: { readonly challenge: string; readonly origin: string; readonly rp_id: string },
) {
  try {
    if (carriesCertificates(credential)) return null;
    const verified = await verifyRegistrationResponse({
      response: credential,
      expectedChallenge: challenge.challenge,
      expectedOrigin: challenge.origin,
      expectedRPID: challenge.rp_id,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...passkeyAlgorithms],
    });
    return verified.verified ? verified.registrationInfo : null;
  } catch {
    return null;
  }
}
