/**
 * The KYC ladder (api-facts 2.3, api-decisions 13). A tier is derived from the verification history, never set:
 *
 *   basic     a verified nik_format
 *   standard  a verified ktp_capture, or a verified nik_dukcapil
 *   premium   standard, a verified face_liveness and a verified face_match; a verified step_up counts as both
 *
 * One year after the last verified check the evidence is stale and anything above basic falls to basic.
 */
import { kycTiers, type KycTier, type VerificationMethod, type VerificationStatus } from '../../contract/vocabulary.ts';

export interface TierFact {
  readonly method: VerificationMethod;
  /** The *effective* status: what a reviewer decided wins over what was first recorded. */
  readonly status: VerificationStatus;
  /** ISO 8601 instant. */
  readonly createdAt: string;
}

/** What a tier asks for, as named in the 422 of an upgrade. */
export const tierRequirements = [
  'nik_format',
  'ktp_capture_or_nik_dukcapil',
  'face_liveness',
  'face_match',
  'recent_check',
] as const;
export type TierRequirement = (typeof tierRequirements)[number];

export interface TierStanding {
  readonly tier: KycTier;
  /** The highest tier the history supports now; the *stored* level may lag behind it until it is settled. */
  readonly eligible: KycTier;
  readonly lastVerifiedAt: string | null;
  /** One calendar year after `lastVerifiedAt`. */
  readonly expiresAt: string | null;
  /** What premium still needs. */
  readonly missing: readonly TierRequirement[];
}

const proofs: Readonly<Record<Exclude<TierRequirement, 'recent_check'>, readonly VerificationMethod[]>> = {
  nik_format: ['nik_format'],
  ktp_capture_or_nik_dukcapil: ['ktp_capture', 'nik_dukcapil'],
  face_liveness: ['face_liveness', 'step_up'],
  face_match: ['face_match', 'step_up'],
};

const needed: Readonly<Record<KycTier, readonly (keyof typeof proofs)[]>> = {
  none: [],
  basic: ['nik_format'],
  standard: ['ktp_capture_or_nik_dukcapil'],
  premium: ['ktp_capture_or_nik_dukcapil', 'face_liveness', 'face_match'],
};

/**
 * Reads the ladder. `now` is an ISO instant, or a date `YYYY-MM-DD` meaning its first moment in UTC. Order of the history
 * does not matter; failed and pending checks neither lift nor lower.
 */
export function deriveTier(history: readonly TierFact[], now: string): TierStanding {
  const lastVerifiedAt = latest(history);
  const expiresAt = lastVerifiedAt === null ? null : oneYearAfter(lastVerifiedAt);
  const reached = highest(history);
  const stale = isPast(expiresAt, now) && rank(reached) > rank('basic');
  const tier = stale ? 'basic' : reached;
  return { tier, eligible: tier, lastVerifiedAt, expiresAt, missing: missingFor('premium', history, now) };
}

/** What `target` still needs, empty when it is reached; a higher tier answers for the lower ones. */
export function missingFor(target: KycTier, history: readonly TierFact[], now: string): readonly TierRequirement[] {
  if (rank(highest(history)) >= rank(target)) return staleness(target, history, now);
  const unproven = needed[target].filter((requirement) => !proven(history, requirement));
  return [...unproven, ...staleness(target, history, now)];
}

export function tierAtLeast(tier: KycTier, floor: KycTier): boolean {
  return rank(tier) >= rank(floor);
}

function staleness(target: KycTier, history: readonly TierFact[], now: string): TierRequirement[] {
  const last = latest(history);
  return rank(target) > rank('basic') && last !== null && isPast(oneYearAfter(last), now) ? ['recent_check'] : [];
}

function highest(history: readonly TierFact[]): KycTier {
  const reached = kycTiers.filter((tier) => needed[tier].every((requirement) => proven(history, requirement)));
  return reached.at(-1) ?? 'none';
}

function proven(history: readonly TierFact[], requirement: keyof typeof proofs): boolean {
  return history.some(({ method, status }) => status === 'verified' && proofs[requirement].includes(method));
}

function rank(tier: KycTier): number {
  return kycTiers.indexOf(tier);
}

function latest(history: readonly TierFact[]): string | null {
  const verified = history.filter(({ status }) => status === 'verified').map(({ createdAt }) => createdAt);
  return verified.length === 0 ? null : verified.reduce((a, b) => (Date.parse(b) > Date.parse(a) ? b : a));
}

/** The same moment of the next year; 29 February becomes 28 February. */
function oneYearAfter(instant: string): string {
  const date = new Date(instant);
  const month = date.getUTCMonth();
  date.setUTCFullYear(date.getUTCFullYear() + 1);
  if (date.getUTCMonth() !== month) date.setUTCDate(0);
  return date.toISOString();
}

function isPast(expiresAt: string | null, now: string): boolean {
  return expiresAt !== null && Date.parse(now) > Date.parse(expiresAt);
}
