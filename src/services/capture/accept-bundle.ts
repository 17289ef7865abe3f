/** Checks of a bundle delivered by an API client, in the order that tells the client most (api-decisions 2, 7–9). */
import type { CaptureBundle } from '../../contract/bundle.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { CaptureKind, VerificationMethod } from '../../contract/vocabulary.ts';
import { deskAttests } from '../../core/camera/pinned-camera.ts';
import { findCaptureByNonce, type CaptureRow } from '../../store/repositories/captures.ts';
import { findChallengeByNonce, type ChallengeRow } from '../../store/repositories/challenges.ts';
import { findCustomer, findCustomerKey, type CustomerRow } from '../../store/repositories/customers.ts';
import { findDeviceKey, type DeviceKeyRow } from '../../store/repositories/device-keys.ts';
import { deskKeysFor, findDesk } from '../../store/repositories/desks.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import { hasVerification } from '../../store/repositories/verifications.ts';
import { bundleHash, verifyEd25519, verifyHmac } from '../../vault/bundle-signing.ts';
import { timingSafeEqualText } from '../../vault/random.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { challengeSecretContext } from '../issue-challenge.ts';
import { deviceSecretContext } from '../register-device.ts';
import type { AcceptedCapture } from './accepted-capture.ts';
import type { ForcedOutcome } from './forced-outcome.ts';

export interface CaptureRequest {
  readonly kind: CaptureKind;
  readonly customerId: string;
  readonly bundle: CaptureBundle;
  /** Only compared with the secret we look up by nonce. */
  readonly hmacKey?: string;
  readonly forcedOutcome?: ForcedOutcome;
}

export interface BundleIdentity {
  readonly nonce: string;
  readonly hash: string;
}

/** Errors: `validation_failed` when the bundle has no canonical JSON (a lone surrogate in a text). */
export function identify(bundle: CaptureBundle): Result<BundleIdentity> {
  try {
    const hash = bundleHash(bundle.manifest);
    return ok({ hash, nonce: bundle.manifest.flashChallengeNonce ?? hash });
  } catch {
    return fail('validation_failed', 'validation failed', {
      fieldErrors: { bundle: ['has no canonical JSON (RFC 8785)'] },
    });
  }
}

const invalidSignature = (): Result<never> => fail('signature_invalid', 'the signature does not fit the bundle');

/** Errors: those of api-decisions 2 for customers, challenges, signatures and simulated captures. */
export async function acceptBundle(
  ctx: ServiceContext,
  actor: Actor,
  request: CaptureRequest,
  identity: BundleIdentity,
  options: { readonly sharedBy: VerificationMethod | null },
): Promise<Result<AcceptedCapture>> {
  const { db } = ctx.store;
  const { manifest } = request.bundle;
  const subject = await activeCustomer(ctx, actor, request.customerId);
  if (!subject.ok) return subject;
  const organisation = await findOrganisation(db, actor.orgId);
  if (organisation === null) return fail('not_found', 'organisation not found');
  const earlier = await findCaptureByNonce(db, actor.orgId, identity.nonce);
  if (earlier !== null && !(await mayShare(ctx, actor, earlier, request, identity, options.sharedBy))) {
    return fail('challenge_consumed', 'this challenge was used already');
  }
  const nonce = manifest.flashChallengeNonce;
  const challenge = nonce === undefined ? null : await findChallengeByNonce(db, actor.orgId, nonce);
  const usable = checkChallenge(request, nonce, challenge, earlier, instant(ctx));
  if (!usable.ok) return usable;
  const signer = await checkSignature(ctx, actor, request, challenge);
  if (!signer.ok) return signer;
  const { forcedOutcome } = request;
  if (forcedOutcome !== undefined && organisation.settings.environment === 'live') {
    return fail('simulated_refused', 'a live organisation refuses forced outcomes');
  }
  const simulated = manifest.evidence?.simulated === true;
  if (simulated && organisation.settings.environment === 'live') {
    return fail('simulated_refused', 'a live organisation refuses simulated captures');
  }
  return ok({
    kind: request.kind,
    organisation,
    customer: subject.value.customer,
    wrappedKey: subject.value.wrappedKey,
    bundle: request.bundle,
    nonce: identity.nonce,
    bundleHash: identity.hash,
    ...signer.value,
    simulated: simulated || forcedOutcome !== undefined,
    ...(forcedOutcome === undefined ? {} : { forcedOutcome }),
    challenge,
    earlier,
    operatorId: actor.kind === 'user' ? actor.id : null,
    doubts: [],
    ...(challenge === null ? {} : { flash: sequenceOf(challenge) }),
  });
}

/** Errors: `not_found` (also another organisation's), `customer_archived`. */
export async function activeCustomer(
  ctx: ServiceContext,
  actor: Actor,
  id: string,
): Promise<Result<{ customer: CustomerRow; wrappedKey: Uint8Array }>> {
  const customer = await findCustomer(ctx.store.db, actor.orgId, id);
  if (customer === null) return fail('not_found', 'customer not found');
  const wrappedKey = await findCustomerKey(ctx.store.db, actor.orgId, id);
  if (customer.status !== 'active' || wrappedKey === null)
    return fail('customer_archived', 'the customer is archived or restricted');
  return ok({ customer, wrappedKey });
}

/** One bundle may serve liveness and match, each once: then the very same bytes, of the same customer. */
async function mayShare(
  ctx: ServiceContext,
  actor: Actor,
  earlier: CaptureRow,
  request: CaptureRequest,
  identity: BundleIdentity,
  method: VerificationMethod | null,
): Promise<boolean> {
  const same =
    earlier.bundle_hash === identity.hash &&
    earlier.customer_id === request.customerId &&
    earlier.kind === request.kind;
  if (!same || method === null) return false;
  return !(await hasVerification(ctx.store.db, actor.orgId, earlier.id, method));
}

function sequenceOf(challenge: ChallengeRow): { nonce: string; colors: string[]; holdMs: number[] } {
  return {
    nonce: challenge.nonce,
    colors: JSON.parse(challenge.colors) as string[],
    holdMs: JSON.parse(challenge.hold_ms) as number[],
  };
}

function checkChallenge(
  request: CaptureRequest,
  nonce: string | undefined,
  challenge: ChallengeRow | null,
  earlier: CaptureRow | null,
  now: string,
): Result<true> {
  if (nonce === undefined) return ok(true);
  if (challenge === null) return fail('challenge_unknown', 'no challenge with this nonce was issued');
  const purpose = request.kind === 'ktp' ? 'ktp' : 'face';
  if (challenge.customer_id !== request.customerId || challenge.purpose !== purpose) {
    return fail('challenge_mismatch', 'the challenge was issued for another customer or purpose');
  }
  // A second check of the very same bundle rides on the challenge its first check consumed in time.
  if (earlier !== null) return ok(true);
  if (challenge.consumed_at !== null) return fail('challenge_consumed', 'this challenge was used already');
  if (challenge.expires_at <= now) return fail('challenge_expired', 'the challenge has expired');
  return ok(true);
}

type Signer = Pick<AcceptedCapture, 'signatureAlg' | 'deskId' | 'deviceId' | 'attested'>;

/** A desk, the customer's registered device, or whoever was given the challenge's secret. */
async function checkSignature(
  ctx: ServiceContext,
  actor: Actor,
  request: CaptureRequest,
  challenge: ChallengeRow | null,
): Promise<Result<Signer>> {
  const { manifest } = request.bundle;
  const { deviceId } = manifest;
  const device = deviceId === undefined ? null : await findDeviceKey(ctx.store.db, actor.orgId, deviceId);
  if (device !== null) return checkDevice(ctx, request, device);
  if (manifest.signatureAlg === 'ed25519') {
    const desk = deviceId === undefined ? null : await findDesk(ctx.store.db, actor.orgId, deviceId);
    const keys = desk === null ? [] : await deskKeysFor(ctx.store.db, desk, manifest.capturedAt);
    if (desk === null || desk.status !== 'active' || !keys.some((key) => verifyEd25519(manifest, key)))
      return invalidSignature();
    const attested = deskAttests(manifest.evidence);
    return ok({ signatureAlg: 'ed25519', deskId: desk.id, deviceId: null, attested });
  }
  if (challenge === null) {
    return fail('signature_invalid', 'without a challenge only the signature of a registered device or desk counts');
  }
  const secret = openText(ctx, challenge.secret_sealed, challengeSecretContext(challenge.nonce));
  if (!signedBy(request, secret)) return invalidSignature();
  return ok({ signatureAlg: 'hmac-sha256', deskId: null, deviceId: deviceId ?? null, attested: false });
}

/** A registered device signs for its own customer only, with its own key and not with a challenge's secret. */
function checkDevice(ctx: ServiceContext, request: CaptureRequest, device: DeviceKeyRow): Result<Signer> {
  const { manifest } = request.bundle;
  if (device.active !== 1 || device.customer_id !== request.customerId) return invalidSignature();
  const signer = { deskId: null, deviceId: device.id, attested: true } as const;
  if (device.public_key !== null) {
    const genuine = manifest.signatureAlg === 'ed25519' && verifyEd25519(manifest, device.public_key);
    return genuine ? ok({ ...signer, signatureAlg: 'ed25519' }) : invalidSignature();
  }
  if (device.secret_sealed === null || manifest.signatureAlg === 'ed25519') return invalidSignature();
  const secret = openText(ctx, device.secret_sealed, deviceSecretContext(device.id));
  return signedBy(request, secret) ? ok({ ...signer, signatureAlg: 'hmac-sha256' }) : invalidSignature();
}

function openText(ctx: ServiceContext, sealed: Uint8Array, context: string): string {
  return new TextDecoder().decode(ctx.vault.openSecret(sealed, context));
}

function signedBy(request: CaptureRequest, secret: string): boolean {
  if (request.hmacKey !== undefined && !timingSafeEqualText(request.hmacKey, secret)) return false;
  return verifyHmac(request.bundle.manifest, secret);
}
