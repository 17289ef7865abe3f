/**
 * Turns a capture into evidence: signed by the desk, sealed under the customer's key, and stored together with its outbox
 * row and its audit row in one transaction. When this returns, the capture survives a power cut.
 */
import type { Kysely } from 'kysely';
import type { BundleManifest, DeskCapture, Evidence } from '../../contract/bundle.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { sealToHeadOffice } from '../../services/head-office/register-key.ts';
import { appendAudit } from '../../store/audit-log.ts';
import { putBlob } from '../../store/blobs.ts';
import { compiledOnce } from '../../store/repositories/compiled-once.ts';
import type { Database } from '../../store/schema.ts';
import { signedBytes } from '../../vault/bundle-signing.ts';
import { sha256 } from '../../vault/random.ts';
import { encodeCapture, isManifest } from './capture-payload.ts';
import { makeCustomerKey } from './customer-key.ts';
import { moveBundleChain } from './desk-counter.ts';
import { envelopeContext, type EvidenceContext } from './evidence-context.ts';
import { readBeforeSeal } from './read-before-seal.ts';
import { lendRoom, type Room } from './sealing-room.ts';

/** The manifest as the desk drew it up. Filled here: frames, counter, previous bundle hash, device, algorithm, signature. */
export type ManifestDraft = Omit<BundleManifest, 'signature' | 'signatureAlg' | 'deviceId' | 'frames'> & {
  /** When given, must be the SHA-256 (hex) of the frames, in order. */
  readonly frames?: readonly string[];
};

export interface CaptureDraft {
  readonly orgId: string;
  /** User id of who captured. */
  readonly operatorId: string;
  readonly kind: DeskCapture['kind'];
  readonly customerId: string;
  readonly riskLevel?: DeskCapture['riskLevel'];
  readonly actionLabel?: string;
  readonly trigger?: string;
  readonly manifest: ManifestDraft;
  /** Encoded images as they came, 1–60. */
  readonly frames: readonly Uint8Array[];
}

export interface SealedCapture {
  /** The bundle's identity everywhere: the challenge's nonce, or the bundle hash where there was no challenge. */
  readonly nonce: string;
  /** SHA-256 (hex) of the signed bytes. */
  readonly bundleHash: string;
  /** Bytes of the sealed envelope. */
  readonly size: number;
}

/**
 * Failures: `validation_failed` (not a manifest), `frames_changed` (the draft's hashes are of other frames),
 * `nonce_reused` (sealed before), `customer_erased` (the customer's key was destroyed). Throws `StoreError`.
 */
export async function sealCapture(ctx: EvidenceContext, draft: CaptureDraft): Promise<Result<SealedCapture>> {
  // Before the transaction, so that nobody waits for it; in this thread, because handing half a megabyte to another one
  // copies it, which takes longer than the hash.
  const hashes = draft.frames.map((frame) => sha256(frame));
  if (!areStated(hashes, draft.manifest.frames))
    return fail('frames_changed', 'The frames are not the ones the capture was made of.');
  return lendRoom((room) => ctx.store.transaction((trx) => sealWithin(trx, ctx, draft, hashes, room)));
}

function areStated(hashes: readonly string[], stated: readonly string[] | undefined): boolean {
  if (stated === undefined) return true;
  return stated.length === hashes.length && stated.every((hash, index) => hash === hashes[index]);
}

const nonceReused = fail('nonce_reused', 'A capture with this nonce was sealed before.');

async function isSealed(trx: Kysely<Database>, nonce: string): Promise<boolean> {
  const twins = await compiledOnce(trx, 'outbox.twin', [nonce], ([id]) =>
    trx.selectFrom('outbox').select('id').where('id', '=', String(id)),
  );
  return twins.length > 0;
}

async function sealWithin(
  trx: Kysely<Database>,
  ctx: EvidenceContext,
  draft: CaptureDraft,
  hashes: string[],
  room: Room,
): Promise<Result<SealedCapture>> {
  const desk = ctx.vault.desk;
  const { flashChallengeNonce } = draft.manifest;
  const { orgId, customerId } = draft;
  const before = await readBeforeSeal(trx, { deskId: desk.id, orgId, customerId, nonce: flashChallengeNonce ?? '' });
  if (before.sealedBefore) return nonceReused;
  const { head } = before;
  const listVersions = draft.manifest.evidence?.listVersions ?? before.listVersions;
  const chain = { counter: head.counter + 1, previousBundleHash: head.hash, listVersions };
  const { manifest, signed } = signManifest(ctx, draft, hashes, chain);
  if (!isManifest(manifest)) return fail('validation_failed', 'The capture does not have the shape of a bundle.');
  const hash = sha256(signed);
  const nonce = flashChallengeNonce ?? hash;
  if (flashChallengeNonce === undefined && (await isSealed(trx, nonce))) return nonceReused;

  if (!before.customerKey.ok) return before.customerKey;
  const key = before.customerKey.value ?? (await makeCustomerKey(trx, ctx, orgId, customerId));
  await sealToHeadOffice(trx, ctx, orgId, customerId, key, before.headOffice);
  const { kind, riskLevel, actionLabel, trigger } = draft;
  const capture = {
    kind,
    customerId,
    nonce,
    ...(riskLevel === undefined ? {} : { riskLevel }),
    ...(actionLabel === undefined ? {} : { actionLabel }),
    ...(trigger === undefined ? {} : { trigger }),
    bundle: { manifest, frames: draft.frames },
  };
  const sealed = ctx.vault.sealForCustomer(
    key,
    customerId,
    encodeCapture(capture, signed),
    envelopeContext(orgId, nonce),
    room,
  );
  await writeEvidence(trx, ctx, draft, { nonce, hash, sealed, manifest });
  await moveBundleChain(trx, desk.id, { counter: head.counter + 1, hash });
  return ok({ nonce, bundleHash: hash, size: sealed.length });
}

function signManifest(
  ctx: EvidenceContext,
  draft: CaptureDraft,
  frames: string[],
  chain: Required<Pick<Evidence, 'counter' | 'previousBundleHash' | 'listVersions'>>,
): { readonly manifest: BundleManifest; readonly signed: Uint8Array } {
  const unsigned: BundleManifest = {
    ...draft.manifest,
    frames,
    deviceId: ctx.vault.desk.id,
    signatureAlg: 'ed25519',
    evidence: { ...draft.manifest.evidence, kind: draft.kind, ...chain },
  };
  const signed = signedBytes(unsigned);
  return { manifest: { ...unsigned, signature: ctx.vault.desk.sign(signed) }, signed };
}

interface MadeEvidence {
  readonly nonce: string;
  readonly hash: string;
  readonly sealed: Uint8Array;
  readonly manifest: BundleManifest;
}

async function writeEvidence(
  trx: Kysely<Database>,
  ctx: EvidenceContext,
  draft: CaptureDraft,
  made: MadeEvidence,
): Promise<void> {
  const now = ctx.clock().toISOString();
  const blobId = ctx.ids.next('blob');
  const { orgId, customerId, kind } = draft;
  await putBlob(trx, { id: blobId, orgId, customerId, purpose: 'envelope', bytes: made.sealed, createdAt: now });
  await trx
    .insertInto('outbox')
    .values({
      id: made.nonce,
      org_id: orgId,
      customer_id: customerId,
      kind,
      blob_id: blobId,
      size: made.sealed.length,
      state: 'pending',
      attempts: 0,
      next_attempt_at: now,
      lease_owner: null,
      lease_until: null,
      last_error: null,
      result: null,
      captured_at: new Date(made.manifest.capturedAt).toISOString(),
      created_at: now,
      delivered_at: null,
    })
    .execute();
  await appendAudit(trx, {
    orgId,
    event: 'bundle.sealed',
    actor: { kind: 'user', id: draft.operatorId },
    subject: ctx.vault.subjectId(orgId, customerId),
    objectId: made.nonce,
    detail: {
      kind,
      bundleHash: made.hash,
      counter: made.manifest.evidence?.counter,
      deskId: ctx.vault.desk.id,
      frames: made.manifest.frames.length,
      simulated: made.manifest.evidence?.simulated ?? false,
    },
    occurredAt: now,
  });
}
