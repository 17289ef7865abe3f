/**
 * The capture bundle: a value that is built once, signed by the device, sealed, and from then on only moved.
 * The signed bytes are the RFC 8785 canonical JSON of `BundleManifest` without `signature`, each frame being its
 * SHA-256 (api-decisions 9). Frames travel beside it.
 */
import { Type, type Static } from 'typebox';
import {
  captureKinds,
  challengePurposes,
  KtpFieldsSchema,
  ktpFieldNames,
  oneOf,
  platforms,
  promptKinds,
  type riskLevels,
} from './vocabulary.ts';

const closed = { additionalProperties: false } as const;
export const Sha256Hex = Type.String({ pattern: '^[0-9a-f]{64}$' });
export const IsoInstant = Type.String({ format: 'date-time', maxLength: 40 });
const Confidence = Type.Number({ minimum: 0, maximum: 1 });

export const FlashSampleSchema = Type.Object(
  {
    tMs: Type.Number({ minimum: 0, maximum: 600_000 }),
    meanR: Type.Number({ minimum: 0, maximum: 255 }),
    meanG: Type.Number({ minimum: 0, maximum: 255 }),
    meanB: Type.Number({ minimum: 0, maximum: 255 }),
    backR: Type.Optional(Type.Number({ minimum: 0, maximum: 255, description: 'background, not the face' })),
    backG: Type.Optional(Type.Number({ minimum: 0, maximum: 255 })),
    backB: Type.Optional(Type.Number({ minimum: 0, maximum: 255 })),
  },
  closed,
);

/** A challenge that a registered desk issued to itself, so that it can work without a network (api-decisions 8a). */
export const DeskChallengeSchema = Type.Object(
  {
    nonce: Type.String({ minLength: 16, maxLength: 64 }),
    purpose: oneOf(challengePurposes),
    colors: Type.Array(Type.String({ pattern: '^#[0-9A-F]{6}$' }), { minItems: 3, maxItems: 10 }),
    holdMs: Type.Array(Type.Integer({ minimum: 300, maximum: 500 }), { minItems: 3, maxItems: 10 }),
    issuedAt: IsoInstant,
    expiresAt: IsoInstant,
    counter: Type.Integer({ minimum: 1 }),
    deskId: Type.String({ maxLength: 64 }),
    signature: Type.String({
      maxLength: 128,
      description: 'base64url Ed25519 by the desk key over the canonical JSON of the rest',
    }),
  },
  closed,
);
export type DeskChallenge = Static<typeof DeskChallengeSchema>;

export const CameraIdentitySchema = Type.Object(
  {
    label: Type.String({ maxLength: 200 }),
    /** SHA-256 of the browser's device id: stable per camera, meaningless elsewhere. */
    fingerprint: Type.String({ maxLength: 64 }),
    width: Type.Integer({ minimum: 0, maximum: 20_000 }),
    height: Type.Integer({ minimum: 0, maximum: 20_000 }),
    frameRate: Type.Number({ minimum: 0, maximum: 1000 }),
    pinned: Type.Boolean(),
    /** The desk is set to another camera than this one; absent where none is set, or this one is. */
    replacesPinned: Type.Optional(Type.Boolean()),
    simulated: Type.Boolean(),
  },
  closed,
);
export type CameraIdentity = Static<typeof CameraIdentitySchema>;

export const PromptWindowSchema = Type.Object(
  { kind: oneOf(promptKinds), fromMs: Type.Number({ minimum: 0 }), toMs: Type.Number({ minimum: 0 }) },
  closed,
);

export const FieldCorrectionSchema = Type.Object(
  {
    field: oneOf(ktpFieldNames),
    from: Type.Union([Type.String({ maxLength: 200 }), Type.Null()]),
    to: Type.String({ maxLength: 200 }),
    by: Type.String({ maxLength: 64, description: 'user id' }),
    at: IsoInstant,
  },
  closed,
);
export type FieldCorrection = Static<typeof FieldCorrectionSchema>;

/** How a consent was signed. `unable`: the customer agreed and cannot sign; somebody at the desk says so. */
const signatureMethods = ['drawn', 'typed', 'unable'] as const;

/** As it comes from the screen. Strokes are x, y, x, y … in thousandths of the pad's width and height. */
export const SignatureInputSchema = Type.Object(
  {
    method: oneOf(signatureMethods),
    strokes: Type.Optional(
      Type.Array(Type.Array(Type.Integer({ minimum: 0, maximum: 1000 }), { minItems: 2, maxItems: 2000 }), {
        minItems: 1,
        maxItems: 60,
      }),
    ),
    typedName: Type.Optional(Type.String({ minLength: 2, maxLength: 100 })),
  },
  closed,
);
export type SignatureInput = Static<typeof SignatureInputSchema>;

/** Why an onboarding goes on without a selfie. */
export const exceptionGrounds = ['camera_unavailable', 'customer_unable', 'tries_used_up'] as const;
export type ExceptionGround = (typeof exceptionGrounds)[number];

/** What a desk adds under its signature. All optional for other clients. */
export const EvidenceSchema = Type.Object(
  {
    kind: Type.Optional(oneOf(captureKinds)),
    simulated: Type.Optional(Type.Boolean()),
    frameTimesMs: Type.Optional(Type.Array(Type.Number({ minimum: 0, maximum: 600_000 }), { maxItems: 60 })),
    prompts: Type.Optional(Type.Array(PromptWindowSchema, { maxItems: 6 })),
    camera: Type.Optional(CameraIdentitySchema),
    operatorId: Type.Optional(Type.String({ maxLength: 64 })),
    /** Everybody who served in this session, in order, when it was handed over; the last one is `operatorId`. */
    operators: Type.Optional(
      Type.Array(Type.Object({ id: Type.String({ maxLength: 64 }), from: IsoInstant }, closed), { maxItems: 20 }),
    ),
    sessionId: Type.Optional(Type.String({ maxLength: 64 })),
    /** The customer's signature under the consent text with this hash. */
    signature: Type.Optional(
      Type.Object({ ...SignatureInputSchema.properties, consentHash: Sha256Hex, at: IsoInstant }, closed),
    ),
    consent: Type.Optional(
      Type.Object(
        {
          version: Type.String({ maxLength: 32 }),
          hash: Sha256Hex,
          language: oneOf(['id', 'en']),
          purposes: Type.Array(Type.String({ maxLength: 40 }), { maxItems: 10 }),
          acceptedAt: IsoInstant,
        },
        closed,
      ),
    ),
    challenge: Type.Optional(DeskChallengeSchema),
    models: Type.Optional(
      Type.Array(
        Type.Object(
          {
            role: Type.String({ maxLength: 40 }),
            id: Type.String({ maxLength: 80 }),
            sha256: Type.String({ maxLength: 64 }),
          },
          closed,
        ),
        {
          maxItems: 20,
        },
      ),
    ),
    thresholds: Type.Optional(Type.Record(Type.String({ maxLength: 60 }), Type.Number())),
    listVersions: Type.Optional(Type.Record(Type.String({ maxLength: 60 }), Type.String({ maxLength: 80 }))),
    counter: Type.Optional(Type.Integer({ minimum: 1, description: 'monotonic per desk' })),
    previousBundleHash: Type.Optional(Type.Union([Sha256Hex, Type.Null()])),
    subject: Type.Optional(
      Type.Object(
        {
          fullName: Type.Optional(Type.String({ minLength: 2, maxLength: 100 })),
          nik: Type.Optional(Type.String({ pattern: '^[0-9]{16}$' })),
          externalRef: Type.Optional(Type.String({ maxLength: 100 })),
        },
        { ...closed, description: 'Draft of a customer first seen on this desk' },
      ),
    ),
    reading: Type.Optional(
      Type.Object(
        {
          original: KtpFieldsSchema,
          confidence: Type.Record(Type.String({ maxLength: 40 }), Confidence),
          corrections: Type.Array(FieldCorrectionSchema, { maxItems: 40 }),
          typedByHand: Type.Boolean(),
          /** Index of the frame each field was read from. */
          fieldFrames: Type.Optional(
            Type.Record(Type.String({ maxLength: 40 }), Type.Integer({ minimum: 0, maximum: 59 })),
          ),
        },
        closed,
      ),
    ),
    /** Where the pictures of the card came from, when not from a camera. */
    source: Type.Optional(oneOf(['camera', 'scanner_folder', 'file'])),
    /** Why there is no usable selfie: somebody at the desk asked a supervisor to decide without one. */
    exception: Type.Optional(oneOf(exceptionGrounds)),
    /** What a barcode or card reader said before the card was read: digests only, the values are in `ocrFields`. */
    scan: Type.Optional(
      Type.Object(
        {
          driver: Type.String({ maxLength: 40 }),
          kind: oneOf(['nik', 'uid', 'ikd', 'text']),
          simulated: Type.Boolean(),
          at: IsoInstant,
          textHash: Sha256Hex,
          agrees: Type.Array(oneOf(ktpFieldNames), { maxItems: 17 }),
          differs: Type.Array(oneOf(ktpFieldNames), { maxItems: 17 }),
        },
        closed,
      ),
    ),
    appVersion: Type.Optional(Type.String({ maxLength: 40 })),
  },
  closed,
);
export type Evidence = Static<typeof EvidenceSchema>;

/** Everything that is signed. `frames` holds SHA-256 hashes here; on the API it holds base64 images. */
export const BundleManifestSchema = Type.Object(
  {
    version: Type.String({ maxLength: 10, examples: ['1.0'] }),
    sdkVersion: Type.String({ maxLength: 100 }),
    platform: oneOf(platforms),
    frames: Type.Array(Sha256Hex, { minItems: 1, maxItems: 60 }),
    capturedAt: IsoInstant,
    signature: Type.Optional(Type.String({ maxLength: 128 })),
    signatureAlg: Type.Optional(oneOf(['hmac-sha256', 'ed25519'])),
    deviceId: Type.Optional(Type.String({ maxLength: 64 })),
    flashChallengeNonce: Type.Optional(Type.String({ minLength: 8, maxLength: 64 })),
    flashSamples: Type.Optional(Type.Array(FlashSampleSchema, { maxItems: 2000 })),
    ocrFields: Type.Optional(KtpFieldsSchema),
    ocrConfidence: Type.Optional(Type.Record(Type.String({ maxLength: 40 }), Confidence)),
    challenges: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 6 })),
    responses: Type.Optional(
      Type.Array(Type.Object({ challenge: Type.String({ maxLength: 40 }), satisfied: Type.Boolean() }, closed), {
        maxItems: 6,
      }),
    ),
    passiveLivenessScores: Type.Optional(Type.Array(Confidence, { maxItems: 60 })),
    rppgSamples: Type.Optional(Type.Array(FlashSampleSchema, { maxItems: 2000 })),
    deviceAttestation: Type.Optional(
      Type.Object({ platform: Type.String({ maxLength: 40 }), token: Type.String({ maxLength: 16_384 }) }, closed),
    ),
    evidence: Type.Optional(EvidenceSchema),
  },
  closed,
);
export type BundleManifest = Static<typeof BundleManifestSchema>;

/** A bundle in memory: the signed manifest and the bytes its hashes stand for. */
export interface CaptureBundle {
  readonly manifest: BundleManifest;
  readonly frames: readonly Uint8Array[];
}

/** What a desk hands over: which use case, for whom, and the bundle. The nonce is its identity everywhere. */
export interface DeskCapture {
  readonly kind: (typeof captureKinds)[number];
  readonly customerId: string;
  readonly nonce: string;
  readonly riskLevel?: (typeof riskLevels)[number];
  readonly actionLabel?: string;
  readonly trigger?: string;
  readonly bundle: CaptureBundle;
}
