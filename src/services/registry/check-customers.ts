/**
 * The desk asks the registry about its customers and posts the verdict through the ingest use case. When nobody answers,
 * the customer keeps what the card is worth (tier `standard` by KTP), the audit log says so, and the question is put
 * again later: the upgrade comes by itself.
 */
import { decode } from '@msgpack/msgpack';
import { isUnavailable, type RegistryAnswer, type RegistryFound, type RegistryQuery } from '../../contract/registry.ts';
import { ok, type Result } from '../../contract/result.ts';
import type { VendorCallOptions } from '../../connectors/registry-source/vendor-call.ts';
import { readBlob } from '../../store/blobs.ts';
import { findLatestCapture } from '../../store/repositories/captures.ts';
import { findCustomer, findCustomerKey, type CustomerRow } from '../../store/repositories/customers.ts';
import { findLatestDukcapilVerdict } from '../../store/repositories/dukcapil-verdicts.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import { queueCheck, type RegistryCheckRow } from '../../store/repositories/registry-access.ts';
import { registryChecks } from '../../store/repositories/registry-queue.ts';
import { openReading } from '../capture-ktp.ts';
import { framesContext } from '../capture/record-capture.ts';
import { dayMs, instant, minuteMs, plusMs, systemActor, type Actor, type ServiceContext } from '../context.ts';
import { ingestDukcapil, type DukcapilVerdict } from '../ingest-dukcapil.ts';
import { recordAudit } from '../record-audit.ts';
import { askRegistry } from './ask-registry.ts';
import { workThrough, type CheckState, type ChecksDone } from './work-through.ts';

/** On the common scale: the matching threshold of the model. */
const facePasses = 75;
const firstPauseMs = 15 * minuteMs;
/** Frames a selfie is chosen from. */
const looksAt = 5;

export interface CheckRequest {
  readonly orgId: string;
  readonly customerId: string;
  readonly deskId: string | null;
}

/** True when the organisation asks registries at all: the customer is then asked about soon, once. */
export async function queueRegistryCheck(ctx: ServiceContext, request: CheckRequest): Promise<boolean> {
  const organisation = await findOrganisation(ctx.store.db, request.orgId);
  if (organisation?.settings.capabilities.dukcapilEnabled !== true) return false;
  const now = instant(ctx);
  await ctx.store.transaction((trx) =>
    queueCheck(trx, {
      org_id: request.orgId,
      customer_id: request.customerId,
      state: 'waiting',
      desk_id: request.deskId,
      attempts: 0,
      next_attempt_at: now,
      last_reason: null,
      verification_id: null,
      created_at: now,
      updated_at: now,
    }),
  );
  return true;
}

/** Works through what is due. `keepGoing` is called between two customers. */
export function runDueChecks(
  ctx: ServiceContext,
  options: { readonly keepGoing?: () => Promise<void>; readonly tuning?: Partial<VendorCallOptions> } = {},
): Promise<ChecksDone> {
  return workThrough(ctx, registryChecks, (check) => checkOne(ctx, check, options.tuning ?? {}), options.keepGoing);
}

async function checkOne(
  ctx: ServiceContext,
  check: RegistryCheckRow,
  tuning: Partial<VendorCallOptions>,
): Promise<CheckState> {
  const { org_id: orgId, customer_id: customerId } = check;
  const actor: Actor = check.desk_id === null ? systemActor(orgId) : { kind: 'desk', id: check.desk_id, orgId };
  const customer = await findCustomer(ctx.store.db, orgId, customerId);
  // Archived or restricted: processing has stopped, nobody is asked about him any more.
  if (customer?.status !== 'active') return settle(ctx, check, 'declined', 'customer_not_active');
  const earlier = await findLatestDukcapilVerdict(ctx.store.db, orgId, customerId);
  if (earlier?.valid === 1) return settle(ctx, check, 'confirmed', null, earlier.verification_id);
  if (customer.nik === null) return postpone(ctx, actor, check, customer, 'nik_missing');
  const query = await queryFor(ctx, orgId, customer, customer.nik);
  // Asked without the face it would be a lesser question: it waits for the frames.
  if (query === null) return postpone(ctx, actor, check, customer, 'frames_unavailable');
  const purpose = check.attempts === 1 ? 'onboarding' : 'tier_upgrade';
  const asker = `desk:${check.desk_id ?? 'none'}`;
  const answer = await askRegistry(ctx, { actor, asker, purpose, customerId, query }, tuning);
  const verdict = verdictFrom(customerId, answer);
  if (typeof verdict === 'string') return postpone(ctx, actor, check, customer, verdict);
  const posted = await ingestDukcapil(ctx, actor, verdict);
  if (!posted.ok) return postpone(ctx, actor, check, customer, posted.error.code);
  const { id } = posted.value.verification;
  return settle(ctx, check, verdict.valid ? 'confirmed' : 'declined', verdict.valid ? null : 'declined', id);
}

/** The verdict, or why there is none yet. A fact the source did not judge is no confirmation. */
export function verdictFrom(customerId: string, answer: RegistryAnswer): DukcapilVerdict | string {
  if (isUnavailable(answer)) return answer.reason;
  const { raw } = answer;
  const declined = (reason: string): DukcapilVerdict => ({ customerId, valid: false, raw, reason });
  if (!answer.found) return declined('NIK not found in central registry');
  const { name, birthDate } = answer.fields;
  if (name === false) return declined('the name differs from the registry');
  if (birthDate === false) return declined('the birth date differs from the registry');
  if (name !== true) return 'answer_incomplete';
  const face = faceVerdict(answer);
  if (face === 'differs') return declined('the face differs from the registry photo');
  if (face === 'unknown') return 'face_not_compared';
  const { photo } = answer;
  return { customerId, valid: true, raw, ...(photo === undefined ? {} : { photo }) };
}

function faceVerdict({ face, faceScore }: RegistryFound): 'same' | 'differs' | 'unknown' | 'not_asked' {
  if (face === 'not_asked' || face === 'no_photo') return 'not_asked';
  if (face === 'no_face' || faceScore === undefined) return 'unknown';
  return faceScore >= facePasses ? 'same' : 'differs';
}

async function queryFor(
  ctx: ServiceContext,
  orgId: string,
  customer: CustomerRow,
  nik: string,
): Promise<RegistryQuery | null> {
  const { db } = ctx.store;
  const key = await findCustomerKey(db, orgId, customer.id);
  const reading = key === null ? null : await openReading(ctx, db, orgId, customer.id, key);
  const read = (field: 'birthDate' | 'birthPlace' | 'address'): string | undefined => {
    const value = reading?.values[field];
    return value === undefined || value === '' ? undefined : value;
  };
  const [birthDate, birthPlace, address] = [
    read('birthDate') ?? birthDateOf(customer),
    read('birthPlace'),
    read('address'),
  ];
  const found = key === null ? ok(null) : await selfieOf(ctx, orgId, customer.id, key);
  if (!found.ok) return null;
  const selfie = found.value;
  return {
    nik,
    name: customer.full_name,
    wantPhoto: true,
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(birthPlace === undefined ? {} : { birthPlace }),
    ...(address === undefined ? {} : { address }),
    ...(selfie === null ? {} : { selfie }),
  };
}

function birthDateOf({ nik_metadata }: CustomerRow): string | undefined {
  const { birthDate } = JSON.parse(nik_metadata ?? '{}') as { birthDate?: string | null };
  return birthDate ?? undefined;
}

/**
 * From the newest selfie; null when none is stored, or pictures are not looked at now.
 * Errors: those of `readBlob`.
 */
async function selfieOf(
  ctx: ServiceContext,
  orgId: string,
  customerId: string,
  key: Uint8Array,
): Promise<Result<Uint8Array | null>> {
  const capture = await findLatestCapture(ctx.store.db, orgId, customerId, ['face']);
  if (capture === null) return ok(null);
  const sealed = await readBlob(ctx.store.db, ctx.blobs, orgId, capture.frames_blob_id);
  if (!sealed.ok || sealed.value === null) return sealed;
  const plain = ctx.vault.openForCustomer(key, customerId, sealed.value, framesContext(capture.id));
  const { frames } = decode(plain) as { readonly frames: readonly Uint8Array[] };
  return ok(await bestFrame(ctx, frames));
}

/** The frame that shows the face best; null when pictures are not looked at now, or none shows one. */
export async function bestFrame(
  ctx: Pick<ServiceContext, 'vision'>,
  frames: readonly Uint8Array[],
): Promise<Uint8Array | null> {
  const step = Math.max(1, Math.floor(frames.length / looksAt));
  const chosen = frames.filter((_, index) => index % step === 0).slice(0, looksAt);
  const facts = await ctx.vision.analyseFace({ frames: chosen, purpose: 'reference' });
  if (!facts.template.available) return null;
  return chosen[facts.template.value.framesUsed[0] ?? 0] ?? chosen[0] ?? null;
}

async function settle(
  ctx: ServiceContext,
  check: RegistryCheckRow,
  state: CheckState,
  reason: string | null,
  verificationId: string | null = null,
): Promise<CheckState> {
  const change = { state, last_reason: reason, verification_id: verificationId, updated_at: instant(ctx) };
  await ctx.store.transaction((trx) => registryChecks.update(trx, check, change));
  return state;
}

/** The pause doubles from a quarter of an hour to a day. */
export function pauseAfter(attempts: number): number {
  return Math.min(dayMs, firstPauseMs * 2 ** Math.min(attempts - 1, 10));
}

async function postpone(
  ctx: ServiceContext,
  actor: Actor,
  check: RegistryCheckRow,
  customer: CustomerRow,
  reason: string,
): Promise<CheckState> {
  const next = plusMs(instant(ctx), pauseAfter(check.attempts));
  await ctx.store.transaction(async (trx) => {
    await registryChecks.update(trx, check, {
      next_attempt_at: next,
      last_reason: reason,
      updated_at: instant(ctx),
    });
    await recordAudit(ctx, trx, actor, {
      event: 'registry.unavailable',
      customerId: check.customer_id,
      detail: { reason, fallback: 'ktp', tier: customer.kyc_level, attempt: check.attempts, nextAttemptAt: next },
    });
  });
  return 'waiting';
}
