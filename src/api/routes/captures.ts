/** Challenges and captures: the documented verification routes, and desk delivery. */
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import {
  BundleBody,
  ChallengeAnswer,
  ChallengeBody,
  DeskBundleBody,
  type DeskBundleInput,
  DeskDeliverySchema,
  KtpCaptureAnswerSchema,
  LivenessAnswerSchema,
  MatchAnswerSchema,
  MatchBody,
  StepUpAnswerSchema,
  StepUpBody,
} from '../../contract/api/captures.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { oneOf, type ChallengePurpose } from '../../contract/vocabulary.ts';
import { forcedOutcomes, type ForcedOutcome } from '../../services/capture/forced-outcome.ts';
import { captureKtp } from '../../services/capture-ktp.ts';
import type { Answered } from '../../services/capture/capture-once.ts';
import { readBundle, readImage } from '../../services/capture/read-bundle.ts';
import { checkLiveness } from '../../services/check-liveness.ts';
import type { Actor } from '../../services/context.ts';
import { ingestDeskCapture } from '../../services/ingest-desk-capture.ts';
import { issueChallenge } from '../../services/issue-challenge.ts';
import { matchFace } from '../../services/match-face.ts';
import { stepUp } from '../../services/step-up.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { DefineRoute, RouteAnswer } from '../define-route.ts';

const captureErrors: readonly ErrorCode[] = [
  'not_found',
  'customer_archived',
  'challenge_unknown',
  'challenge_expired',
  'challenge_mismatch',
  'challenge_consumed',
  'signature_invalid',
  'simulated_refused',
  'image_unusable',
  'body_too_large',
  'unsupported_media_type',
  'unavailable',
];

const dedupe =
  'The same bundle under its nonce within 24 hours answers the stored response again (`Idempotent-Replayed: true`); another bundle under a used nonce is refused with 409, where the original service answers the first id: refusing is safer.';

function answered<A>(result: Result<Answered<A>>): Result<RouteAnswer<never>> {
  return result.ok ? ok({ body: result.value.answer as never, replayed: result.value.replayed }) : result;
}

/** The optional picture of a caller, decoded. */
function referenceOf(text: string | undefined): Result<{ referenceImage?: Uint8Array }> {
  if (text === undefined) return ok({});
  const image = readImage(text, 'referenceImage');
  return image.ok ? ok({ referenceImage: image.value }) : image;
}

const outcomeHeader = 'x-loket-outcome';

/** Sandbox organisations may ask for an outcome; it is marked in the record, and live ones refuse. */
const OutcomeHeaders = Type.Object({
  [outcomeHeader]: Type.Optional(
    oneOf(forcedOutcomes, {
      description:
        'Sandbox organisations only: the verdict to answer, whatever the checks say. Marked in the record (`outcome_forced`); a live organisation answers 403',
    }),
  ),
});

function outcomeOf(request: FastifyRequest): { forcedOutcome?: ForcedOutcome } {
  const asked = request.headers[outcomeHeader];
  return asked === undefined ? {} : { forcedOutcome: asked as ForcedOutcome };
}

export function captureRoutes(define: DefineRoute, { context }: ApiDeps): void {
  const challenge = (
    key: 'POST /api/identity/document/ktp/challenge' | 'POST /api/identity/face/flash-challenge',
    purpose: ChallengePurpose,
    summary: string,
  ): void =>
    define(key, {
      tag: purpose === 'ktp' ? 'document' : 'face',
      summary,
      description:
        'Single use. A refused request consumes nothing. Colours are well apart and safe for photosensitive people.',
      body: ChallengeBody,
      answer: ChallengeAnswer,
      errors: ['not_found', 'customer_archived', 'idempotency_conflict'],
      async handle({ actor, body }) {
        const issued = await issueChallenge(context, actor, { ...body, purpose });
        return issued.ok ? ok({ body: { flashChallenge: issued.value as never } }) : issued;
      },
    });
  challenge('POST /api/identity/document/ktp/challenge', 'ktp', 'Issue a card challenge');
  challenge('POST /api/identity/face/flash-challenge', 'face', 'Issue a selfie challenge');

  define('POST /api/identity/document/ktp/capture', {
    tag: 'document',
    summary: 'Capture a KTP',
    description: dedupe,
    body: BundleBody,
    answer: KtpCaptureAnswerSchema,
    errors: captureErrors,
    frames: true,
    headers: OutcomeHeaders,
    async handle({ actor, body, request }) {
      const bundle = readBundle(body.bundle);
      return bundle.ok
        ? answered(await captureKtp(context, actor, { ...body, ...outcomeOf(request), bundle: bundle.value }))
        : bundle;
    },
  });

  define('POST /api/identity/face/liveness', {
    tag: 'face',
    summary: 'Check liveness',
    description: `${dedupe} The same bundle may then serve face/match once. Stills never give \`live\`.`,
    body: BundleBody,
    answer: LivenessAnswerSchema,
    errors: captureErrors,
    frames: true,
    headers: OutcomeHeaders,
    async handle({ actor, body, request }) {
      const bundle = readBundle(body.bundle);
      return bundle.ok
        ? answered(await checkLiveness(context, actor, { ...body, ...outcomeOf(request), bundle: bundle.value }))
        : bundle;
    },
  });

  define('POST /api/identity/face/match', {
    tag: 'face',
    summary: 'Match a selfie with the reference',
    description: `${dedupe} References: dukcapil, ktp_extract, onboarding_selfie, step_up_promotion; a \`referenceImage\` is compared instead, enrols nothing and does not count for the tier.`,
    body: MatchBody,
    answer: MatchAnswerSchema,
    errors: [...captureErrors, 'enrolment_missing', 'reference_unusable'],
    frames: true,
    headers: OutcomeHeaders,
    async handle({ actor, body, request }) {
      const bundle = readBundle(body.bundle);
      if (!bundle.ok) return bundle;
      const reference = referenceOf(body.referenceImage);
      if (!reference.ok) return reference;
      const { customerId, hmacKey } = body;
      const wanted = {
        customerId,
        bundle: bundle.value,
        ...reference.value,
        ...outcomeOf(request),
        ...(hmacKey === undefined ? {} : { hmacKey }),
      };
      return answered(await matchFace(context, actor, wanted));
    },
  });

  define('POST /api/identity/auth/step-up', {
    tag: 'face',
    summary: 'Decide a step-up',
    description: `${dedupe} \`allow: false\` is an answer, not an error: look at liveness, match and reasons. High risk asks for a reference no older than 60 minutes.`,
    body: StepUpBody,
    answer: StepUpAnswerSchema,
    errors: [...captureErrors, 'enrolment_missing', 'reference_unusable'],
    frames: true,
    headers: OutcomeHeaders,
    async handle({ actor, body, request }) {
      const bundle = readBundle(body.bundle);
      if (!bundle.ok) return bundle;
      const reference = referenceOf(body.referenceImage);
      if (!reference.ok) return reference;
      const { bundle: _bundle, referenceImage: _image, ...rest } = body;
      return answered(
        await stepUp(context, actor, { ...rest, ...outcomeOf(request), bundle: bundle.value, ...reference.value }),
      );
    },
  });

  define('POST /api/kiosk/bundles', {
    tag: 'kiosk',
    summary: 'Deliver a desk capture',
    description:
      'Signed by an enrolled desk (Ed25519). The nonce is unique for ever: a late repeat answers the original result with `replayed: true`.',
    body: DeskBundleBody,
    answer: DeskDeliverySchema,
    // A desk's own challenge is single use by its nonce.
    errors: [
      ...captureErrors.filter((code) => code !== 'challenge_consumed'),
      'nonce_reused',
      'desk_forked',
      'forbidden',
      'nik_invalid',
    ],
    frames: true,
    async handle({ actor, body }: { actor: Actor; body: DeskBundleInput; request: FastifyRequest }) {
      if (actor.kind === 'desk' && actor.id !== body.deskId)
        return fail('forbidden', 'a desk delivers its own captures only');
      const bundle = readBundle(body.bundle);
      if (!bundle.ok) return bundle;
      const { deskId, bundle: _bundle, ...rest } = body;
      const delivered = await ingestDeskCapture(context, {
        orgId: actor.orgId,
        deskId,
        capture: { ...rest, bundle: bundle.value },
      });
      return delivered.ok ? ok({ body: delivered.value as never, replayed: delivered.value.replayed }) : delivered;
    },
  });
}
