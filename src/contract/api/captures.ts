/** Challenges, KTP capture, liveness, match, step-up and desk delivery: documented shapes, unwrapped (api-decisions 1). */
import { Type, type Static } from 'typebox';
import { AntiSpoofSchema, TamperSchema, VoterSchema } from '../verdicts.ts';
import {
  assuranceTiers,
  captureKinds,
  challengePurposes,
  enrolmentSources,
  ktpVerdicts,
  KtpFieldsSchema,
  kycTiers,
  livenessVerdicts,
  matchVerdicts,
  oneOf,
  riskLevels,
  verificationMethods,
  verificationStatuses,
} from '../vocabulary.ts';
import { BundleInputSchema, FrameInput } from './bundle-input.ts';
import { closed, CustomerId, Id, Instant, orNull, ReasonSchema } from './common.ts';

export const ChallengeBody = Type.Object(
  {
    customerId: CustomerId,
    steps: Type.Optional(Type.Integer({ minimum: 3, maximum: 10, description: 'Colours. Default 5' })),
    ttlMs: Type.Optional(Type.Integer({ minimum: 15_000, maximum: 300_000, description: 'Default 90000' })),
  },
  closed,
);

export const ChallengeAnswer = Type.Object(
  {
    flashChallenge: Type.Object(
      {
        id: Id,
        purpose: oneOf(challengePurposes),
        nonce: Type.String(),
        colors: Type.Array(Type.String({ pattern: '^#[0-9A-F]{6}$' }), { description: 'To be shown in this order' }),
        holdMs: Type.Array(Type.Integer(), { description: 'How long each colour stays, parallel to `colors`' }),
        expiresAt: Instant,
        hmacSecret: Type.String({ description: 'Signs the bundle (web). Keep it in memory only' }),
      },
      closed,
    ),
  },
  closed,
);

const hmacKey = Type.Optional(
  Type.String({ maxLength: 200, description: 'Only compared with the secret we keep; never trusted' }),
);

export const BundleBody = Type.Object({ customerId: CustomerId, bundle: BundleInputSchema, hmacKey }, closed);
export const MatchBody = Type.Object(
  { customerId: CustomerId, bundle: BundleInputSchema, hmacKey, referenceImage: Type.Optional(FrameInput) },
  closed,
);
export const StepUpBody = Type.Object(
  {
    customerId: CustomerId,
    riskLevel: Type.Optional(oneOf(riskLevels, { description: 'Default low' })),
    actionLabel: Type.Optional(
      Type.String({ maxLength: 200, description: 'For people; kept in the audit log, so no personal data' }),
    ),
    trigger: Type.Optional(
      Type.String({ maxLength: 100, pattern: '^[A-Za-z0-9._-]+$', examples: ['high_value_transfer'] }),
    ),
    bundle: BundleInputSchema,
    hmacKey,
    referenceImage: Type.Optional(FrameInput),
  },
  closed,
);

const VerificationResult = Type.Object(
  { id: Id, status: oneOf(verificationStatuses), score: Type.Number({ minimum: 0, maximum: 100 }) },
  closed,
);
const extras = {
  reasons: Type.Array(ReasonSchema),
  reviewCaseId: orNull(Id),
  kycLevel: oneOf(kycTiers, { description: 'After this check' }),
} as const;

const Confidences = Type.Unsafe<Record<string, number>>({
  type: 'object',
  additionalProperties: { type: 'number' },
  description: 'Per field, 0–1',
});

export const KtpCaptureAnswerSchema = Type.Object(
  {
    verification: VerificationResult,
    ktpBundle: Type.Object(
      {
        id: Id,
        verdict: oneOf(ktpVerdicts),
        assuranceTier: oneOf(assuranceTiers),
        framesStored: Type.Integer(),
        ocr: KtpFieldsSchema,
        confidence: Confidences,
      },
      closed,
    ),
    antiSpoof: AntiSpoofSchema,
    tamper: TamperSchema,
    ...extras,
  },
  { ...closed, title: 'KtpCapture' },
);

export const LivenessAnswerSchema = Type.Object(
  {
    verification: VerificationResult,
    liveness: Type.Object(
      {
        verdict: oneOf(livenessVerdicts),
        assuranceTier: oneOf(assuranceTiers),
        voters: Type.Array(VoterSchema),
        passed: Type.Integer(),
        present: Type.Integer(),
      },
      closed,
    ),
    ...extras,
  },
  { ...closed, title: 'Liveness' },
);

export const MatchAnswerSchema = Type.Object(
  {
    verification: VerificationResult,
    match: Type.Object(
      {
        verdict: oneOf(matchVerdicts),
        similarity: orNull(Type.Number({ description: 'Cosine' })),
        threshold: Type.Number(),
        modelId: Type.String({ examples: ['qe-face-v3'] }),
        engine: orNull(Type.String({ description: 'The model that made the templates' })),
      },
      closed,
    ),
    reference: Type.Object({ enrollmentId: orNull(Id), source: oneOf([...enrolmentSources, 'supplied']) }, closed),
    ...extras,
  },
  { ...closed, title: 'Match' },
);

export const StepUpAnswerSchema = Type.Object(
  {
    allow: Type.Boolean(),
    liveness: Type.Object({ verdict: oneOf(livenessVerdicts), assuranceTier: oneOf(assuranceTiers) }, closed),
    match: Type.Object(
      { verdict: oneOf(matchVerdicts), similarity: orNull(Type.Number()), threshold: Type.Number() },
      closed,
    ),
    verification: VerificationResult,
    audit: Type.Object(
      { riskLevel: oneOf(riskLevels), trigger: orNull(Type.String()), actionLabel: orNull(Type.String()) },
      closed,
    ),
    reasons: extras.reasons,
  },
  { ...closed, title: 'StepUp' },
);

export const DeskBundleBody = Type.Object(
  {
    deskId: Id,
    kind: oneOf(captureKinds),
    customerId: CustomerId,
    nonce: Type.String({ minLength: 8, maxLength: 64 }),
    riskLevel: StepUpBody.properties.riskLevel,
    actionLabel: StepUpBody.properties.actionLabel,
    trigger: StepUpBody.properties.trigger,
    bundle: BundleInputSchema,
  },
  closed,
);

const Judgement = { score: Type.Number(), reasons: Type.Array(ReasonSchema) } as const;
const FusedMembers = AntiSpoofSchema.properties;

export const DeskDeliverySchema = Type.Object(
  {
    captureId: Id,
    nonce: Type.String(),
    customerId: CustomerId,
    verifications: Type.Array(
      Type.Object(
        {
          id: Id,
          method: oneOf(verificationMethods),
          status: oneOf(verificationStatuses),
          score: orNull(Type.Number()),
        },
        closed,
      ),
    ),
    kycLevel: oneOf(kycTiers),
    card: orNull(
      Type.Object(
        {
          verdict: oneOf(ktpVerdicts),
          assuranceTier: oneOf(assuranceTiers),
          antiSpoof: AntiSpoofSchema,
          tamper: Type.Object(
            {
              ...TamperSchema.properties,
              assuranceTier: oneOf(assuranceTiers),
              passed: Type.Integer(),
              present: Type.Integer(),
            },
            closed,
          ),
          ...Judgement,
        },
        closed,
      ),
    ),
    liveness: orNull(Type.Object({ ...FusedMembers, ...Judgement }, closed)),
    match: orNull(
      Type.Object(
        {
          verdict: oneOf(matchVerdicts),
          similarity: orNull(Type.Number()),
          threshold: Type.Number(),
          modelId: orNull(Type.String()),
          ...Judgement,
        },
        closed,
      ),
    ),
    reasons: Type.Array(ReasonSchema),
    reviewCaseId: orNull(Id),
    registryCheck: Type.Optional(
      Type.Boolean({
        description: 'The desk that delivered asks a registry about this customer, and posts the verdict',
      }),
    ),
    replayed: Type.Boolean(),
  },
  { ...closed, title: 'DeskDelivery' },
);

export type DeskBundleInput = Static<typeof DeskBundleBody>;
