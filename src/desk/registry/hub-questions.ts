/**
 * Behind a hub the desk asks the registry too: the hub's answer to a capture says that the organisation wants it, the desk keeps
 * what it must ask with, sealed, and the verdict goes to the hub's ingest route. What a registry answered is kept until the hub
 * has it, so nobody is asked, or charged for, twice; when it is settled nothing of the person stays here.
 */
import type { DeskCapture } from '../../contract/bundle.ts';
import type { DeskDelivery } from '../../contract/desk/delivery.ts';
import type { RegistryQuery } from '../../contract/registry.ts';
import type { VendorCallOptions } from '../../connectors/registry-source/vendor-call.ts';
import { instant, plusMs, type Actor, type ServiceContext } from '../../services/context.ts';
import type { DukcapilVerdict } from '../../services/ingest-dukcapil.ts';
import { recordAudit } from '../../services/record-audit.ts';
import { askRegistry } from '../../services/registry/ask-registry.ts';
import { bestFrame, pauseAfter, verdictFrom } from '../../services/registry/check-customers.ts';
import { workThrough, type ChecksDone } from '../../services/registry/work-through.ts';
import { findHubQuestion, putHubQuestion, type HubQuestionRow } from '../../store/repositories/hub-questions.ts';
import { hubQuestions } from '../../store/repositories/registry-queue.ts';
import type { BundleSink } from '../sync/bundle-sink.ts';
import { hubLink, type HubLink } from '../sync/hub-link.ts';
import { postVerdict } from './post-verdict.ts';

type Subject = Pick<RegistryQuery, 'birthDate' | 'birthPlace' | 'address'> & {
  readonly nik?: string;
  readonly name?: string;
};

const context = (part: 'subject' | 'selfie' | 'verdict', row: Pick<HubQuestionRow, 'org_id' | 'customer_id'>): string =>
  `hub-question-${part}:${row.org_id}:${row.customer_id}`;

/** The sink, and beside each delivery the question the hub wants asked. A repeat after a crash keeps it again, once. */
export function askingSink(ctx: ServiceContext, sink: BundleSink, onQuestion: () => void): BundleSink {
  return {
    reachable: () => sink.reachable(),
    async deliver(orgId, deskId, capture, onSent) {
      const delivered = await sink.deliver(orgId, deskId, capture, onSent);
      if (delivered.ok && delivered.value.registryCheck === true) {
        await keepQuestion(ctx, orgId, capture, delivered.value);
        onQuestion();
      }
      return delivered;
    },
  };
}

async function keepQuestion(
  ctx: ServiceContext,
  orgId: string,
  capture: DeskCapture,
  { customerId, kycLevel }: DeskDelivery,
): Promise<void> {
  const known = await findHubQuestion(ctx.store.db, orgId, customerId);
  if (known !== null && known.state !== 'waiting') return;
  const key = { org_id: orgId, customer_id: customerId };
  const before = known === null ? {} : openJson<Subject>(ctx, known.subject_sealed, context('subject', known));
  const subject = { ...before, ...subjectOf(capture) };
  const selfie = capture.kind === 'face' ? await bestFrame(ctx, capture.bundle.frames) : null;
  const now = instant(ctx);
  const row: HubQuestionRow = {
    ...key,
    state: 'waiting',
    subject_sealed: sealJson(ctx, subject, context('subject', key)),
    selfie_sealed:
      selfie === null ? (known?.selfie_sealed ?? null) : ctx.vault.sealSecret(selfie, context('selfie', key)),
    verdict_sealed: null,
    kyc_level: kycLevel,
    attempts: 0,
    next_attempt_at: now,
    last_reason: null,
    verification_id: null,
    created_at: now,
    updated_at: now,
  };
  await ctx.store.transaction((trx) => putHubQuestion(trx, row));
}

/** What the teller confirmed; fields the card did not tell are absent. */
function subjectOf({ bundle }: DeskCapture): Subject {
  const fields = bundle.manifest.ocrFields ?? {};
  const about = bundle.manifest.evidence?.subject;
  const told: Record<string, string | null | undefined> = {
    nik: about?.nik ?? fields.nik,
    name: about?.fullName ?? fields.fullName,
    birthDate: fields.birthDate,
    birthPlace: fields.birthPlace,
    address: fields.address,
  };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => typeof value === 'string' && value !== ''));
}

/** Works through what is due. Nothing while this desk has no hub. */
export async function runHubQuestions(
  ctx: ServiceContext,
  tuning: Partial<VendorCallOptions> = {},
): Promise<ChecksDone> {
  const link = await hubLink(ctx);
  if (link === null) return { confirmed: 0, declined: 0, waiting: 0 };
  return workThrough(ctx, hubQuestions, (row) => askOne(ctx, link, row, tuning));
}

async function askOne(
  ctx: ServiceContext,
  link: HubLink,
  row: HubQuestionRow,
  tuning: Partial<VendorCallOptions>,
): Promise<HubQuestionRow['state']> {
  const kept = row.verdict_sealed === null ? null : openVerdict(ctx, row);
  const verdict = kept ?? (await ask(ctx, row, tuning));
  if (typeof verdict === 'string') return outage(ctx, row, verdict);
  if (kept === null) await keepVerdict(ctx, row, verdict);
  const posted = await postVerdict(link, verdict);
  if (posted.ok) return settle(ctx, row, verdict.valid ? 'confirmed' : 'declined', null, posted.value.verificationId);
  const { code, details } = posted.error;
  if (details?.['final'] === true) return settle(ctx, row, 'declined', code, null);
  await ctx.store.transaction((trx) => hubQuestions.update(trx, row, { ...later(ctx, row), last_reason: code }));
  return 'waiting';
}

/** The verdict, or why there is none yet. */
async function ask(
  ctx: ServiceContext,
  row: HubQuestionRow,
  tuning: Partial<VendorCallOptions>,
): Promise<DukcapilVerdict | string> {
  const { nik, name, ...facts } = openJson<Subject>(ctx, row.subject_sealed, context('subject', row));
  if (nik === undefined || name === undefined) return 'nik_missing';
  const selfie = row.selfie_sealed === null ? null : ctx.vault.openSecret(row.selfie_sealed, context('selfie', row));
  const answer = await askRegistry(
    ctx,
    {
      actor: deskActor(ctx, row),
      asker: `desk:${ctx.vault.desk.id}`,
      purpose: row.attempts === 1 ? 'onboarding' : 'tier_upgrade',
      customerId: row.customer_id,
      query: { nik, name, wantPhoto: true, ...facts, ...(selfie === null ? {} : { selfie }) },
    },
    tuning,
  );
  return verdictFrom(row.customer_id, answer);
}

function deskActor(ctx: ServiceContext, { org_id: orgId }: HubQuestionRow): Actor {
  return { kind: 'desk', id: ctx.vault.desk.id, orgId };
}

/** Nobody answered: the customer keeps what the card is worth, the log says so, and he is asked about again. */
async function outage(ctx: ServiceContext, row: HubQuestionRow, reason: string): Promise<'waiting'> {
  const change = later(ctx, row);
  await ctx.store.transaction(async (trx) => {
    await hubQuestions.update(trx, row, { ...change, last_reason: reason });
    await recordAudit(ctx, trx, deskActor(ctx, row), {
      event: 'registry.unavailable',
      customerId: row.customer_id,
      detail: {
        reason,
        fallback: 'ktp',
        tier: row.kyc_level,
        attempt: row.attempts,
        nextAttemptAt: change.next_attempt_at,
      },
    });
  });
  return 'waiting';
}

function later(
  ctx: ServiceContext,
  row: HubQuestionRow,
): { readonly next_attempt_at: string; readonly updated_at: string } {
  return { next_attempt_at: plusMs(instant(ctx), pauseAfter(row.attempts)), updated_at: instant(ctx) };
}

async function settle(
  ctx: ServiceContext,
  row: HubQuestionRow,
  state: 'confirmed' | 'declined',
  reason: string | null,
  verificationId: string | null,
): Promise<HubQuestionRow['state']> {
  const nothing = { subject_sealed: null, selfie_sealed: null, verdict_sealed: null };
  const change = { ...nothing, state, last_reason: reason, verification_id: verificationId, updated_at: instant(ctx) };
  await ctx.store.transaction((trx) => hubQuestions.update(trx, row, change));
  return state;
}

async function keepVerdict(ctx: ServiceContext, row: HubQuestionRow, verdict: DukcapilVerdict): Promise<void> {
  const { photo, ...rest } = verdict;
  const text = { ...rest, ...(photo === undefined ? {} : { photo: Buffer.from(photo).toString('base64') }) };
  const verdict_sealed = sealJson(ctx, text, context('verdict', row));
  await ctx.store.transaction((trx) => hubQuestions.update(trx, row, { verdict_sealed, updated_at: instant(ctx) }));
}

function openVerdict(ctx: ServiceContext, row: HubQuestionRow): DukcapilVerdict {
  const { photo, ...rest } = openJson<Omit<DukcapilVerdict, 'photo'> & { photo?: string }>(
    ctx,
    row.verdict_sealed,
    context('verdict', row),
  );
  return { ...rest, ...(photo === undefined ? {} : { photo: new Uint8Array(Buffer.from(photo, 'base64')) }) };
}

function sealJson(ctx: ServiceContext, value: object, about: string): Uint8Array {
  return ctx.vault.sealSecret(new TextEncoder().encode(JSON.stringify(value)), about);
}

/** `{}` where nothing is kept. */
function openJson<T>(ctx: ServiceContext, sealed: Uint8Array | null, about: string): T {
  return (sealed === null ? {} : JSON.parse(new TextDecoder().decode(ctx.vault.openSecret(sealed, about)))) as T;
}
