/** Wires the onboarding to the house: services for reading and judging, evidence for sealing, the outbox for the answer. */
import { makeFlashSequence } from '../../core/flash/challenge.ts';
import { freezeReasons } from '../../core/freeze/freeze-rules.ts';
import { compareNikWithCard } from '../../core/nik/decode-nik.ts';
import { deriveTier } from '../../core/tiers/derive-tier.ts';
import type { OnboardingView } from '../../contract/desk/answers.ts';
import { defaultOrgSettings } from '../../contract/settings.ts';
import type { KycTier, VerificationMethod } from '../../contract/vocabulary.ts';
import type { ServiceContext } from '../../services/context.ts';
import { evaluateCard } from '../../services/evaluate-card.ts';
import { evaluateFace, evaluateMatch } from '../../services/evaluate-face.ts';
import { findByNik, readNik } from '../../services/nik.ts';
import { recordAudit } from '../../services/record-audit.ts';
import { enrolledTemplate } from '../../services/references.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import { findUser } from '../../store/repositories/users.ts';
import { listEffectiveVerifications } from '../../store/repositories/verifications.ts';
import { randomInt, randomToken } from '../../vault/random.ts';
import { noteVisit } from '../counter/day-list.ts';
import { nextDeskCounter } from '../evidence/desk-counter.ts';
import { sealCapture } from '../evidence/seal-capture.ts';
import { deskHealth } from '../sync/desk-health.ts';
import { bundleStates } from '../sync/outbox-views.ts';
import type { OutboxPump } from '../sync/outbox-pump.ts';
import { noteOutcomes } from '../sync/reversals.ts';
import type { ChallengeSource } from './desk-challenge.ts';
import { createDraftStore } from './draft-store.ts';
import { printReceipt } from './print-receipt.ts';
import {
  noSources,
  type BundleState,
  type CardSources,
  type ConsentText,
  type CustomerStanding,
  type OnboardingPorts,
} from './ports.ts';

export interface OnboardingWiring {
  readonly ctx: ServiceContext;
  readonly consent: ConsentText;
  /** A simulated camera is configured: every capture of this station is marked so. */
  readonly simulation: boolean;
  /** Sends what waits and says what became of these bundles: the running pump's, or one drain of a command. */
  readonly awaitAnswers: (
    orgId: string,
    nonces: readonly string[],
    timeoutMs: number,
  ) => Promise<readonly BundleState[]>;
  readonly changed?: (view: OnboardingView | null, operatorId: string) => void;
  /** Scanner folder and readers; a command has none. */
  readonly sources?: CardSources;
  /** Which camera is this desk's own; a command has none. */
  readonly ownCamera?: NonNullable<OnboardingPorts['ownCamera']>;
}

/** Answers of a pump that runs beside the station. */
export function answersOfRunningPump(pump: OutboxPump): OnboardingWiring['awaitAnswers'] {
  return async (orgId, nonces, timeoutMs) => {
    await pump.kick();
    return pump.settle(orgId, nonces, timeoutMs);
  };
}

/** Answers for a command without a running pump: one round over the queue, then what is known. */
export function answersOfOneDrain(pump: OutboxPump, ctx: ServiceContext): OnboardingWiring['awaitAnswers'] {
  return async (orgId, nonces) => {
    await pump.drain();
    return bundleStates(ctx.store, orgId, nonces);
  };
}

export function wireOnboarding(wiring: OnboardingWiring): OnboardingPorts {
  const { ctx } = wiring;
  const today = () => ctx.clock().toISOString().slice(0, 10);
  return {
    clock: ctx.clock,
    newId: (prefix) => ctx.ids.next(prefix),
    appVersion: ctx.version,
    simulation: wiring.simulation,
    consent: wiring.consent,
    drafts: createDraftStore(ctx),
    sources: wiring.sources ?? noSources,
    ...(wiring.ownCamera === undefined ? {} : { ownCamera: wiring.ownCamera }),
    challengeSource: (orgId, operatorId) => challengeSource(ctx, orgId, operatorId),
    settings: async (orgId) => (await findOrganisation(ctx.store.db, orgId))?.settings ?? defaultOrgSettings,
    async findByNik(orgId, nik) {
      const row = await findByNik(ctx, ctx.store.db, orgId, nik);
      return row === null ? null : { id: row.id, fullName: row.full_name, kycLevel: row.kyc_level as KycTier };
    },
    decodeNik: (nik) => readNik(ctx, nik),
    compareNik: compareNikWithCard,
    evaluateCard: (input) => evaluateCard(ctx, input),
    evaluateFace: (input) => evaluateFace(ctx, input),
    enrolledTemplate: (orgId, customerId) => enrolledTemplate(ctx, orgId, customerId),
    judgeMatch: (probe, reference, settings, source, risk = 'low') =>
      evaluateMatch(probe, reference, settings, risk, source),
    standing: (orgId, customerId) => standingOf(ctx, orgId, customerId),
    personName: async (userId) => (await findUser(ctx.store.db, userId))?.full_name ?? '',
    recordSession: (operator, event, objectId, customerId) =>
      ctx.store.transaction((trx) =>
        recordAudit(
          ctx,
          trx,
          { kind: 'user', id: operator.id, orgId: operator.orgId },
          { event, ...(objectId === null ? {} : { objectId }), ...(customerId === null ? {} : { customerId }) },
        ),
      ),
    deriveTier: (history) => deriveTier(history, today()).tier,
    atomically: (work) => ctx.store.transaction(() => work()),
    seal: (request) => sealCapture(ctx, request),
    awaitAnswers: wiring.awaitAnswers,
    bundleStates: (orgId, nonces) => bundleStates(ctx.store, orgId, nonces),
    receipt: (draft) => printReceipt(ctx, draft),
    mayBegin: async (orgId) => freezeReasons(await deskHealth(ctx, orgId)),
    noteOutcomes: (draft, outcomes) => noteOutcomes(ctx, draft, outcomes),
    noteVisit: (draft) => noteVisit(ctx, draft),
    changed: wiring.changed ?? (() => {}),
  };
}

/** A verified card and a verified face, whoever verified them; and a face on record. */
async function standingOf(ctx: ServiceContext, orgId: string, customerId: string): Promise<CustomerStanding> {
  const rows = await listEffectiveVerifications(ctx.store.db, orgId, customerId);
  const holds = (method: VerificationMethod) =>
    rows.findLast((row) => row.method === method)?.effectiveStatus === 'verified';
  const mayStepUp = (await enrolledTemplate(ctx, orgId, customerId)) !== null;
  const card = holds('ktp_capture');
  const face = holds('face_liveness') && holds('face_match');
  // Without a face on record there is nothing to compare a selfie with but the card in hand.
  const missing = [...(card && mayStepUp ? [] : ['card' as const]), ...(face ? [] : ['face' as const])];
  return { missing: card && face ? [] : missing, mayStepUp };
}

/** The number and the audit row of a challenge are one transaction: no challenge is ever shown that is not on record. */
function challengeSource(ctx: ServiceContext, orgId: string, operatorId: string): ChallengeSource {
  const { desk } = ctx.vault;
  return {
    deskId: desk.id,
    sign: (bytes) => desk.sign(bytes),
    nonce: () => randomToken(24),
    randomInt,
    makeSequence: makeFlashSequence,
    clock: ctx.clock,
    nextCounter: () =>
      ctx.store.transaction(async (trx) => {
        const counter = await nextDeskCounter(trx, desk.id, 'challenge');
        await recordAudit(
          ctx,
          trx,
          { kind: 'user', id: operatorId, orgId },
          { event: 'challenge.issued', objectId: desk.id, detail: { counter } },
        );
        return counter;
      }),
  };
}
