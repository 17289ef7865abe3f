/**
 * Checks of a bundle delivered by a registered desk (api-decisions 8a). The desk may have had no network, so its own
 * signed challenge is judged on the signed capture time, and a customer it met first is made here.
 */
import type { BundleManifest, DeskCapture, DeskChallenge } from '../../contract/bundle.ts';
import type { Reason } from '../../contract/reasons.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { deskAttests } from '../../core/camera/pinned-camera.ts';
import { isVirtualCamera } from '../../core/camera/virtual-camera.ts';
import { countCapturesTaken, findCaptureByNonce } from '../../store/repositories/captures.ts';
import { findCustomer, findCustomerKey, type CustomerRow } from '../../store/repositories/customers.ts';
import { deskKeysFor, findDesk, type DeskRow } from '../../store/repositories/desks.ts';
import { findOrganisation, type Organisation } from '../../store/repositories/organisations.ts';
import { findUser } from '../../store/repositories/users.ts';
import { framesMatch, verifyDeskChallenge, verifyEd25519 } from '../../vault/bundle-signing.ts';
import { instant, minuteMs, plusMs, type Actor, type ServiceContext } from '../context.ts';
import { addCustomer, type NewCustomer } from '../create-customer.ts';
import { findByNik } from '../nik.ts';
import { undoable } from '../undoable.ts';
import { activeCustomer, type BundleIdentity } from './accept-bundle.ts';
import { sourceDoubts } from './source-doubts.ts';
import type { AcceptedCapture } from './accepted-capture.ts';

/** A desk clock ahead of ours by more than this is implausible. Late is normal: the network may have been away. */
const tolerableSkewMs = 5 * minuteMs;
/** Shown until a person has read the name off the card. */
const nameNotRead = 'Belum terbaca';

export async function acceptDeskCapture(
  ctx: ServiceContext,
  actor: Actor,
  deskId: string,
  capture: DeskCapture,
  identity: BundleIdentity,
): Promise<Result<AcceptedCapture>> {
  const { db } = ctx.store;
  const { manifest } = capture.bundle;
  const organisation = await findOrganisation(db, actor.orgId);
  const desk = await findDesk(db, actor.orgId, deskId);
  if (organisation === null || desk === null || desk.status !== 'active')
    return fail('forbidden', 'this desk is not enrolled');
  const keys = await deskKeysFor(db, desk, manifest.capturedAt);
  const genuine = checkEvidence(capture, desk, keys, identity);
  if (!genuine.ok) return genuine;
  const simulated = manifest.evidence?.simulated === true;
  if (simulated && organisation.settings.environment === 'live') {
    return fail('simulated_refused', 'a live organisation refuses simulated captures');
  }
  if ((await findCaptureByNonce(db, actor.orgId, identity.nonce)) !== null) {
    return fail('nonce_reused', 'another bundle was delivered under this nonce');
  }
  const subject = await subjectOf(ctx, actor, capture);
  if (!subject.ok) return subject;
  const inTime = await withinCustomerLimit(ctx, organisation, subject.value.customer.id, capture);
  if (!inTime.ok) return inTime;
  const challenge = manifest.evidence?.challenge;
  const operatorId = await operatorOf(ctx, organisation, manifest.evidence?.operatorId);
  return ok({
    kind: capture.kind,
    organisation,
    ...subject.value,
    bundle: capture.bundle,
    nonce: identity.nonce,
    bundleHash: identity.hash,
    signatureAlg: 'ed25519',
    deskId: desk.id,
    deviceId: null,
    simulated,
    attested: deskAttests(manifest.evidence),
    challenge: null,
    earlier: null,
    operatorId,
    earlierOperators: await earlierOf(ctx, organisation, manifest, operatorId),
    doubts: [...clockDoubts(manifest, instant(ctx)), ...cameraDoubts(capture), ...sourceDoubts(manifest.evidence)],
    ...(challenge === undefined
      ? {}
      : { flash: { nonce: challenge.nonce, colors: challenge.colors, holdMs: challenge.holdMs } }),
  });
}

/** Errors: `signature_invalid`, `challenge_mismatch`, `challenge_expired`. */
function checkEvidence(
  capture: DeskCapture,
  desk: DeskRow,
  keys: readonly string[],
  identity: BundleIdentity,
): Result<true> {
  const { manifest } = capture.bundle;
  const signed =
    manifest.signatureAlg === 'ed25519' &&
    keys.some((key) => verifyEd25519(manifest, key)) &&
    framesMatch(capture.bundle);
  if (!signed) return fail('signature_invalid', 'the signature does not fit the bundle');
  if (capture.nonce !== identity.nonce) return fail('challenge_mismatch', 'the nonce is not the one in the bundle');
  const kind = manifest.evidence?.kind;
  if (kind !== undefined && kind !== capture.kind)
    return fail('challenge_mismatch', 'the bundle was signed for another kind of check');
  const challenge = manifest.evidence?.challenge;
  if (challenge === undefined) {
    return manifest.flashChallengeNonce === undefined
      ? ok(true)
      : fail('challenge_unknown', 'the desk challenge is missing from the evidence');
  }
  return checkDeskChallenge(challenge, capture, desk, keys);
}

function checkDeskChallenge(
  challenge: DeskChallenge,
  capture: DeskCapture,
  desk: DeskRow,
  keys: readonly string[],
): Result<true> {
  if (!keys.some((key) => verifyDeskChallenge(challenge, key)))
    return fail('signature_invalid', 'the challenge was not signed by this desk');
  const purpose = capture.kind === 'ktp' ? 'ktp' : 'face';
  const { manifest } = capture.bundle;
  const fits =
    challenge.deskId === desk.id && challenge.nonce === manifest.flashChallengeNonce && challenge.purpose === purpose;
  if (!fits || challenge.colors.length !== challenge.holdMs.length)
    return fail('challenge_mismatch', 'the challenge belongs to another capture');
  const at = Date.parse(manifest.capturedAt);
  if (at > Date.parse(challenge.expiresAt) || at < Date.parse(challenge.issuedAt)) {
    return fail('challenge_expired', 'the capture was not taken while its challenge was valid');
  }
  return ok(true);
}

/** The documented limits per customer and minute, by the setting that tunes them. */
const customerLimits = {
  ktp: { setting: 'ktp.capture.customer', max: 5 },
  face: { setting: 'face.liveness.customer', max: 20 },
  step_up: { setting: 'stepup.decide.customer', max: 60 },
} as const;

/**
 * A desk without a network delivers a day at once, so its captures are counted by the signed time at which they were
 * taken. What was too much then stays too much: `rate_limited` is a final refusal here.
 */
async function withinCustomerLimit(
  ctx: ServiceContext,
  organisation: Organisation,
  customerId: string,
  capture: DeskCapture,
): Promise<Result<true>> {
  const { setting, max } = customerLimits[capture.kind];
  const limit = organisation.settings.rateLimits[setting] ?? max;
  const at = new Date(capture.bundle.manifest.capturedAt).toISOString();
  const period = { after: plusMs(at, -minuteMs), until: at };
  const taken = await countCapturesTaken(ctx.store.db, organisation.id, customerId, capture.kind, period);
  if (taken < limit) return ok(true);
  return fail('rate_limited', 'rate limit exceeded', { bucket: setting, limit });
}

function clockDoubts(manifest: BundleManifest, now: string): readonly Reason[] {
  const ahead = Date.parse(manifest.capturedAt) - Date.parse(now);
  if (ahead <= tolerableSkewMs) return [];
  return [
    { code: 'clock_implausible', gate: 'capture', value: Math.round(ahead / 1000), threshold: tolerableSkewMs / 1000 },
  ];
}

/** The desk says so on its screen; the record must not take its word for it. A simulated feed is marked already. */
function cameraDoubts({ kind, bundle }: DeskCapture): readonly Reason[] {
  const { camera, simulated } = bundle.manifest.evidence ?? {};
  if (camera === undefined || simulated === true || camera.simulated || !isVirtualCamera(camera.label)) return [];
  return [{ code: 'stream_irregular', gate: kind === 'ktp' ? 'ktp' : 'liveness' }];
}

/** Four-eyes needs to know who captured; a name the organisation does not know is nobody. */
async function operatorOf(
  ctx: ServiceContext,
  organisation: Organisation,
  id: string | undefined,
): Promise<string | null> {
  const user = id === undefined ? null : await findUser(ctx.store.db, id);
  return user !== null && user.org_id === organisation.id ? user.id : null;
}

async function earlierOf(
  ctx: ServiceContext,
  organisation: Organisation,
  manifest: BundleManifest,
  operatorId: string | null,
): Promise<readonly string[]> {
  const named = [...new Set((manifest.evidence?.operators ?? []).map(({ id }) => id))];
  const known = await Promise.all(named.map((id) => operatorOf(ctx, organisation, id)));
  return known.filter((id): id is string => id !== null && id !== operatorId);
}

type DeskSubject = Pick<AcceptedCapture, 'customer' | 'wrappedKey' | 'newCustomer'>;

/** The known customer, the one who holds the NIK already, or a new one from the desk's draft. */
async function subjectOf(ctx: ServiceContext, actor: Actor, capture: DeskCapture): Promise<Result<DeskSubject>> {
  const { db } = ctx.store;
  const known = await findCustomer(db, actor.orgId, capture.customerId);
  if (known !== null) return activeCustomer(ctx, actor, known.id);
  const subject = capture.bundle.manifest.evidence?.subject;
  if (subject === undefined) return fail('not_found', 'customer not found');
  const holder = subject.nik === undefined ? null : await findByNik(ctx, db, actor.orgId, subject.nik);
  if (holder !== null) return activeCustomer(ctx, actor, holder.id);
  const fullName = subject.fullName ?? capture.bundle.manifest.ocrFields?.fullName ?? nameNotRead;
  return prospect(ctx, actor, capture.customerId, { ...subject, fullName });
}

/** The customer as he will be written with his capture: tried out, and undone. Errors: as `createCustomer`. */
async function prospect(
  ctx: ServiceContext,
  actor: Actor,
  id: string,
  newCustomer: NewCustomer,
): Promise<Result<DeskSubject>> {
  const wrappedKey = (await findCustomerKey(ctx.store.db, actor.orgId, id)) ?? ctx.vault.newCustomerKey(id);
  let customer: CustomerRow | null = null;
  const tried = await undoable(ctx, async (trx) => {
    const added = await addCustomer(ctx, trx, actor, newCustomer, { id, wrappedKey });
    if (added.ok) customer = added.value;
    return added.ok ? fail('tried_out', 'nothing is written yet') : added;
  });
  if (customer !== null) return ok({ customer, wrappedKey, newCustomer });
  return tried.ok ? fail('internal', 'the trial was kept') : tried;
}
