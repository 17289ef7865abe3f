/**
 * The main job without a screen: the very onboarding session of the station on picture files. Stills carry no challenge,
 * so nothing here can be `live`, and nothing rises above what a card alone supports (api-decisions 11).
 */
import type { CameraIdentity } from '../../contract/bundle.ts';
import type { OnboardingResult, OnboardingView } from '../../contract/desk/answers.ts';
import type { Reason } from '../../contract/reasons.ts';
import { ok, type Result } from '../../contract/result.ts';
import type { CardJudgement, MatchJudgement, Voter } from '../../contract/verdicts.ts';
import {
  ktpFieldNames,
  type KtpFieldName,
  type KtpVerdict,
  type KycTier,
  type LivenessVerdict,
} from '../../contract/vocabulary.ts';
import type { ServiceContext } from '../../services/context.ts';
import { createEmbeddedSink } from '../embedded-sink.ts';
import { installedConsent } from '../onboarding/installed-consent.ts';
import { createOnboardingDesk, type OnboardingDesk, type Operator } from '../onboarding/onboarding-desk.ts';
import { answersOfOneDrain, wireOnboarding } from '../onboarding/wire-onboarding.ts';
import { createOutboxPump } from '../sync/outbox-pump.ts';
import { bundleStates } from '../sync/outbox-views.ts';

export interface HeadlessInput {
  readonly operator: Operator;
  /** Encoded JPEG or PNG, 1–12. */
  readonly ktp: readonly Uint8Array[];
  /** Encoded JPEG or PNG, 1–60. */
  readonly selfie: readonly Uint8Array[];
}

/** Exactly the document that `loket onboard --json` prints. */
export interface HeadlessReport {
  readonly customer: { readonly id: string | null; readonly fullName: string | null; readonly kycLevel: KycTier };
  readonly ktp: {
    readonly verdict: KtpVerdict;
    readonly ocr: Readonly<Record<KtpFieldName, string | null>>;
    readonly confidence: Readonly<Record<KtpFieldName, number>>;
    readonly antiSpoof: CardJudgement['antiSpoof'] | null;
    readonly tamper: CardJudgement['tamper'] | null;
  };
  readonly liveness: { readonly verdict: LivenessVerdict; readonly voters: readonly Voter[] };
  readonly match: Pick<MatchJudgement, 'verdict' | 'similarity' | 'threshold' | 'modelId'>;
  readonly bundles: readonly {
    readonly id: string;
    readonly sealed: boolean;
    readonly delivered: boolean;
    readonly verificationId: string | null;
  }[];
  readonly reasons: readonly Reason[];
  readonly durationsMs: Readonly<Record<string, number>>;
}

/** Files are no camera: the evidence says so, and a voter that wants a stream has no data. */
const fileCamera: CameraIdentity = {
  label: 'picture file',
  fingerprint: 'file',
  width: 0,
  height: 0,
  frameRate: 0,
  pinned: false,
  simulated: false,
};

/**
 * Runs one onboarding to its decision, also a negative one. Failures: `image_unusable` (details.reason) when not one
 * picture of a kind can be used, and those of sealing.
 */
export async function runHeadlessOnboarding(
  ctx: ServiceContext,
  input: HeadlessInput,
): Promise<Result<HeadlessReport>> {
  const { operator } = input;
  const pump = createOutboxPump({
    store: ctx.store,
    vault: ctx.vault,
    sink: createEmbeddedSink(ctx),
    clock: ctx.clock,
    logger: ctx.logger,
  });
  const desk = createOnboardingDesk(
    wireOnboarding({ ctx, consent: installedConsent(), simulation: false, awaitAnswers: answersOfOneDrain(pump, ctx) }),
  );
  const watch = stopWatch();
  await desk.cancel(operator);
  try {
    const started = await desk.startUnattended(operator);
    if (!started.ok) return started;
    const card = await readCard(desk, input, watch);
    if (!card.ok) return card;
    const decided = await watch.time('decision', () =>
      desk.submitSelfie(operator, {
        frames: input.selfie,
        frameTimesMs: [],
        nonce: null,
        prompts: [],
        camera: fileCamera,
        final: true,
      }),
    );
    if (!decided.ok) return decided;
    return ok(await report(ctx, operator, decided.value, watch));
  } finally {
    // Whatever happened, no draft with personal data stays behind; what was sealed stays sealed.
    await desk.cancel(operator);
  }
}

/** The reading as it is, where it names a customer; else the card goes on unread and a person will decide. */
async function readCard(
  desk: OnboardingDesk,
  { operator, ktp }: HeadlessInput,
  watch: StopWatch,
): Promise<Result<OnboardingView>> {
  const read = await watch.time('card', () => desk.submitCard(operator, { frames: [...ktp], camera: fileCamera }));
  if (!read.ok) return read;
  if (read.value.step === 'fields') {
    const confirmed = await watch.time('fields', () => desk.confirmFields(operator, { fields: {} }));
    if (!confirmed.ok || confirmed.value.step === 'selfie') return confirmed;
  }
  return desk.leaveCardUnread(operator);
}

async function report(
  ctx: ServiceContext,
  operator: Operator,
  view: OnboardingView,
  watch: StopWatch,
): Promise<HeadlessReport> {
  const { result } = view;
  if (result === null) throw new Error('a final selfie is always decided');
  const states = await bundleStates(
    ctx.store,
    operator.orgId,
    result.bundles.map((bundle) => bundle.id),
  );
  const delivered = states.findLast((state) => state.delivery !== null)?.delivery ?? null;
  const fields = view.card?.fields ?? [];
  const ocr = Object.fromEntries(
    ktpFieldNames.map((name) => [name, fields.find((field) => field.name === name)?.value || null]),
  );
  const confidence = Object.fromEntries(
    ktpFieldNames.map((name) => [name, fields.find((field) => field.name === name)?.confidence ?? 0]),
  );
  return {
    customer: {
      id: delivered?.customerId ?? view.customerId,
      fullName: view.customerName ?? ocr.fullName ?? null,
      kycLevel: result.tier,
    },
    ktp: {
      verdict: result.ktp?.verdict ?? 'requires_review',
      ocr: ocr as HeadlessReport['ktp']['ocr'],
      confidence: confidence as HeadlessReport['ktp']['confidence'],
      antiSpoof: result.ktp?.antiSpoof ?? null,
      tamper: result.ktp?.tamper ?? null,
    },
    liveness: { verdict: result.liveness?.fused ?? 'unclear', voters: result.liveness?.voters ?? [] },
    match: matchOf(result),
    bundles: result.bundles.map(({ id, sealed, delivered: arrived, verificationId }) => ({
      id,
      sealed,
      delivered: arrived,
      verificationId,
    })),
    reasons: result.reasons,
    durationsMs: watch.read(),
  };
}

function matchOf({ match }: OnboardingResult): HeadlessReport['match'] {
  if (match === null) return { verdict: 'unclear', similarity: null, threshold: 0, modelId: null };
  const { verdict, similarity, threshold, modelId } = match;
  return { verdict, similarity, threshold, modelId };
}

interface StopWatch {
  time<T>(name: string, work: () => Promise<T>): Promise<T>;
  read(): Record<string, number>;
}

function stopWatch(): StopWatch {
  const started = performance.now();
  const laps: Record<string, number> = {};
  return {
    async time(name, work) {
      const from = performance.now();
      try {
        return await work();
      } finally {
        laps[name] = Math.round(performance.now() - from);
      }
    },
    read: () => ({ ...laps, total: Math.round(performance.now() - started) }),
  };
}
