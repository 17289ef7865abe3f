/** Organisation settings: policy as data. `loket org set KEY=VALUE` and the API change exactly these. */
import { Type, type Static } from 'typebox';
import { enrolmentSources, environments, oneOf } from './vocabulary.ts';

const closed = { additionalProperties: false } as const;
const Similarity = Type.Number({ minimum: 0, maximum: 1 });

// `Type.Partial` keeps no options of the object it takes: they go to the result.
const SourceThresholds = Type.Partial(
  Type.Object({ low: Similarity, medium: Similarity, high: Similarity, review: Similarity }),
  closed,
);

export const OrgSettingsSchema = Type.Object(
  {
    environment: oneOf(environments),
    dataResidency: Type.String({ minLength: 2, maxLength: 40 }),
    capabilities: Type.Object({ dukcapilEnabled: Type.Boolean() }, closed),
    thresholds: Type.Object(
      {
        /** Cosine at or above which a match is a match, per risk level. */
        matchLow: Similarity,
        matchMedium: Similarity,
        matchHigh: Similarity,
        /** Below the threshold and at or above this: a person compares. */
        matchReview: Similarity,
        /**
         * Cosines for references of one source (a card portrait is small and old, a Dukcapil photo is neither); what is
         * not named follows the numbers above. `supplied` is a picture the caller sends along. Default: none.
         */
        matchBySource: Type.Optional(
          Type.Partial(
            Type.Object(
              Object.fromEntries(
                [...enrolmentSources, 'supplied'].map((source) => [source, SourceThresholds]),
              ) as Record<(typeof enrolmentSources)[number] | 'supplied', typeof SourceThresholds>,
            ),
            closed,
          ),
        ),
        passiveLiveness: Similarity,
        highRiskFreshnessMinutes: Type.Integer({ minimum: 1, maximum: 10_080 }),
        promoteSimilarity: Similarity,
      },
      closed,
    ),
    liveness: Type.Object(
      {
        votersRequired: Type.Integer({ minimum: 1, maximum: 6 }),
        votersRequiredWeb: Type.Optional(
          Type.Integer({
            minimum: 3,
            maximum: 6,
            default: 3,
            description:
              'For bundles of platform `web` signed with the challenge secret: a page has no device that could attest it, so of the four counted voters three can exist, and by default all three must pass. Such a capture is never of `high` assurance. 4 or more: the web never answers `live`.',
          }),
        ),
      },
      closed,
    ),
    review: Type.Object(
      {
        slaMinutes: Type.Integer({ minimum: 1, maximum: 10_080 }),
        /** When the branch is open; the SLA counts no other time. What is left out: Monday to Friday, 08:00–15:00, western time. */
        openingHours: Type.Optional(
          Type.Partial(
            Type.Object({
              /** Minutes after local midnight. */
              opens: Type.Integer({ minimum: 0, maximum: 1439 }),
              closes: Type.Integer({ minimum: 1, maximum: 1440 }),
              /** 0 = Sunday … 6 = Saturday. */
              days: Type.Array(Type.Integer({ minimum: 0, maximum: 6 }), {
                minItems: 1,
                maxItems: 7,
                uniqueItems: true,
              }),
              /** Local time minus UTC: WIB 420, WITA 480, WIT 540. */
              utcOffsetMinutes: Type.Union([Type.Literal(420), Type.Literal(480), Type.Literal(540)]),
            }),
            closed,
          ),
        ),
      },
      closed,
    ),
    retention: Type.Object(
      {
        onboardingFramesDays: Type.Integer({ minimum: 1 }),
        stepUpFramesDays: Type.Integer({ minimum: 1 }),
        recordsDays: Type.Integer({ minimum: 1 }),
        /** Of applicants who were refused and never became customers. Default 365. */
        refusedDays: Type.Optional(Type.Integer({ minimum: 1 })),
      },
      closed,
    ),
    /** Name screening. Left out: required in live organisations, hits from 85. */
    screening: Type.Optional(
      Type.Partial(
        Type.Object({
          /** Without a list, or with one too old, a customer goes to review. */
          required: Type.Boolean(),
          /** Lists that must be there, by their id. */
          lists: Type.Array(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{1,39}$' }), { maxItems: 50 }),
          /** Score from which a name is a hit. */
          threshold: Type.Integer({ minimum: 50, maximum: 100 }),
          /** Age of a list from which it is said, and from which it counts as missing. Days since it was published. */
          amberDays: Type.Integer({ minimum: 1, maximum: 3650 }),
          redDays: Type.Integer({ minimum: 1, maximum: 3650 }),
        }),
        closed,
      ),
    ),
    /** The same face under another identity. Left out: looked for, with a threshold that grows with the number of faces. */
    duplicates: Type.Optional(
      Type.Partial(
        Type.Object({
          enabled: Type.Boolean(),
          /** A fixed cosine, however many faces there are. */
          threshold: Similarity,
          /** FPIR: part of the onboardings that may be flagged though the person is new. Default 0.01. */
          falseHits: Type.Number({ minimum: 0.0001, maximum: 0.5 }),
          /** Impostor tail measured on the bank's own pairs with `loket calibrate`; takes the shipped one's place. */
          tail: Type.Object(
            {
              modelId: Type.String({ minLength: 1, maxLength: 100 }),
              from: Type.Number({ minimum: -1, maximum: 1 }),
              share: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
              scale: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
              pairs: Type.Integer({ minimum: 1 }),
            },
            closed,
          ),
        }),
        closed,
      ),
    ),
    legalHold: Type.Object({ enabled: Type.Boolean(), years: Type.Integer({ minimum: 0, maximum: 30 }) }, closed),
    rateLimits: Type.Record(Type.String({ pattern: '^[a-z_.]+$' }), Type.Integer({ minimum: 1, maximum: 1_000_000 })),
    webhookAllowList: Type.Array(Type.String({ maxLength: 255 }), { maxItems: 100 }),
  },
  closed,
);
export type OrgSettings = Static<typeof OrgSettingsSchema>;

/** The documented defaults (api-facts §2; api-decisions 11, 15–17, 22). */
export const defaultOrgSettings: OrgSettings = {
  environment: 'sandbox',
  dataResidency: 'id-jkt-1',
  capabilities: { dukcapilEnabled: false },
  thresholds: {
    matchLow: 0.45,
    matchMedium: 0.45,
    matchHigh: 0.55,
    matchReview: 0.28,
    matchBySource: {},
    passiveLiveness: 0.75,
    highRiskFreshnessMinutes: 60,
    promoteSimilarity: 0.65,
  },
  liveness: { votersRequired: 4 },
  review: { slaMinutes: 30 },
  retention: { onboardingFramesDays: 1095, stepUpFramesDays: 90, recordsDays: 2557 },
  legalHold: { enabled: true, years: 5 },
  rateLimits: {},
  webhookAllowList: [],
};
