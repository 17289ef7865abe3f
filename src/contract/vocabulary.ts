/** The closed vocabularies everybody shares. Values are the documented wire values; order is meaning where noted. */
import { Type } from 'typebox';

/** A string union schema from a const list, so that list, type and validator cannot drift apart. */
export function oneOf<const T extends readonly string[]>(values: T, options: Record<string, unknown> = {}) {
  return Type.Unsafe<T[number]>({ type: 'string', enum: [...values], ...options });
}

/** KYC ladder, lowest first. */
export const kycTiers = ['none', 'basic', 'standard', 'premium'] as const;
export type KycTier = (typeof kycTiers)[number];

export const verificationMethods = [
  'nik_format',
  'nik_dukcapil',
  'ktp_capture',
  'face_liveness',
  'face_match',
  'step_up',
] as const;
export type VerificationMethod = (typeof verificationMethods)[number];

export const verificationStatuses = ['verified', 'failed', 'pending'] as const;
export type VerificationStatus = (typeof verificationStatuses)[number];

export const ktpVerdicts = ['passed', 'failed', 'requires_review'] as const;
export type KtpVerdict = (typeof ktpVerdicts)[number];

export const livenessVerdicts = ['live', 'spoof', 'unclear'] as const;
export type LivenessVerdict = (typeof livenessVerdicts)[number];

export const tamperVerdicts = ['authentic', 'tampered', 'unclear'] as const;
export type TamperVerdict = (typeof tamperVerdicts)[number];

/** `unclear` = a fact was missing or the similarity fell between review and match threshold: never a pass. */
export const matchVerdicts = ['match', 'no_match', 'unclear'] as const;
export type MatchVerdict = (typeof matchVerdicts)[number];

export const assuranceTiers = ['high', 'standard', 'low'] as const;
export type AssuranceTier = (typeof assuranceTiers)[number];

/** Reference sources, best first (api-decisions 15). */
export const enrolmentSources = ['dukcapil', 'ktp_extract', 'onboarding_selfie', 'step_up_promotion'] as const;
export type EnrolmentSource = (typeof enrolmentSources)[number];

export const riskLevels = ['low', 'medium', 'high'] as const;
export type RiskLevel = (typeof riskLevels)[number];

export const challengePurposes = ['ktp', 'face'] as const;
export type ChallengePurpose = (typeof challengePurposes)[number];

export const platforms = ['rn-ios', 'rn-android', 'ios', 'android', 'flutter', 'web', 'desktop'] as const;
export type Platform = (typeof platforms)[number];

export const roles = ['staff', 'supervisor', 'analyst', 'compliance', 'admin'] as const;
export type Role = (typeof roles)[number];

export const scopes = [
  'read',
  'write',
  'customers:view',
  'customers:write',
  'verifications:view',
  'verifications:write',
  'audit:view',
  'webhooks:manage',
  'api:manage',
  'internal',
] as const;
export type Scope = (typeof scopes)[number];

export const environments = ['sandbox', 'live'] as const;
export type Environment = (typeof environments)[number];

/** What a selfie customer is asked to do beside the flash. */
export const promptKinds = ['turn_left', 'turn_right', 'blink', 'smile'] as const;
export type PromptKind = (typeof promptKinds)[number];

export const captureKinds = ['ktp', 'face', 'step_up'] as const;
export type CaptureKind = (typeof captureKinds)[number];

/** The seventeen fields of a KTP, in print order, named as on the wire (`bundle.ocrFields`). */
export const ktpFieldNames = [
  'province',
  'regency',
  'nik',
  'fullName',
  'birthPlace',
  'birthDate',
  'sex',
  'bloodType',
  'address',
  'rtRw',
  'village',
  'district',
  'religion',
  'maritalStatus',
  'occupation',
  'nationality',
  'validUntil',
] as const;
export type KtpFieldName = (typeof ktpFieldNames)[number];

// `Type.Partial` keeps no options of the object it takes: they go to the result.
export const KtpFieldsSchema = Type.Partial(
  Type.Object(
    Object.fromEntries(ktpFieldNames.map((name) => [name, Type.String({ maxLength: 200 })])) as Record<
      KtpFieldName,
      ReturnType<typeof Type.String>
    >,
  ),
  {
    additionalProperties: false,
    description: 'Fields of the card. Dates ISO 8601 (`YYYY-MM-DD`), `validUntil` a date or `SEUMUR HIDUP`.',
  },
);
export type KtpFieldValues = Partial<Record<KtpFieldName, string>>;
