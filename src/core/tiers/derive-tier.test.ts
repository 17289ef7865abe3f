import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  kycTiers,
  verificationMethods,
  verificationStatuses,
  type KycTier,
  type VerificationMethod,
} from '../../contract/vocabulary.ts';
import { deriveTier, missingFor, tierAtLeast, type TierFact } from './derive-tier.ts';

const at = '2026-03-15T08:00:00.000Z';
const soon = '2026-03-16T08:00:00.000Z';
const verified = (...methods: VerificationMethod[]): TierFact[] =>
  methods.map((method) => ({ method, status: 'verified', createdAt: at }));
const tierOf = (...methods: VerificationMethod[]) => deriveTier(verified(...methods), soon).tier;

const history = fc.array(
  fc.record({
    method: fc.constantFrom(...verificationMethods),
    status: fc.constantFrom(...verificationStatuses),
    createdAt: fc
      .date({ min: new Date('2020-01-01'), max: new Date('2026-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString()),
  }),
  { maxLength: 10 },
);

/** The ladder written a second way, as a plain table of what was verified. */
function oracle(facts: readonly TierFact[]): KycTier {
  const has = (method: VerificationMethod) =>
    facts.some((fact) => fact.method === method && fact.status === 'verified');
  const standard = has('ktp_capture') || has('nik_dukcapil');
  if (standard && (has('step_up') || (has('face_liveness') && has('face_match')))) return 'premium';
  if (standard) return 'standard';
  return has('nik_format') ? 'basic' : 'none';
}

describe('the ladder', () => {
  it.each<[KycTier, VerificationMethod[]]>([
    ['none', []],
    ['none', ['face_liveness', 'face_match']],
    ['none', ['step_up']],
    ['basic', ['nik_format']],
    ['basic', ['nik_format', 'face_liveness', 'face_match']],
    ['standard', ['ktp_capture']],
    ['standard', ['nik_format', 'nik_dukcapil']],
    ['standard', ['nik_dukcapil', 'face_match']],
    ['standard', ['ktp_capture', 'face_liveness']],
    ['premium', ['ktp_capture', 'face_liveness', 'face_match']],
    ['premium', ['nik_dukcapil', 'face_liveness', 'face_match']],
    ['premium', ['ktp_capture', 'step_up']],
  ])('%s for verified %j', (tier, methods) => {
    expect(tierOf(...methods)).toBe(tier);
  });

  it('agrees with the table for every history that is not stale', () => {
    fc.assert(
      fc.property(history, (facts) => {
        const standing = deriveTier(facts, '2020-01-01T00:00:00.000Z');
        expect(standing.tier).toBe(oracle(facts));
        expect(standing.eligible).toBe(standing.tier);
        expect(standing.missing.length === 0).toBe(standing.tier === 'premium');
      }),
      { numRuns: 500 },
    );
  });

  it('ignores order, and what failed or is pending', () => {
    fc.assert(
      fc.property(history, (facts) => {
        const only = facts.filter(({ status }) => status === 'verified');
        expect(deriveTier([...facts].reverse(), soon).tier).toBe(deriveTier(facts, soon).tier);
        expect(deriveTier(only, soon)).toEqual(deriveTier(facts, soon));
      }),
    );
  });

  it('never falls when a verified check is added', () => {
    fc.assert(
      fc.property(history, fc.constantFrom(...verificationMethods), (facts, method) => {
        const before = deriveTier(facts, soon).tier;
        expect(tierAtLeast(deriveTier([...facts, ...verified(method)], soon).tier, before)).toBe(true);
      }),
    );
  });
});

describe('expiry', () => {
  const full = verified('nik_format', 'ktp_capture', 'face_liveness', 'face_match');

  it('comes one year after the last verified check', () => {
    const later: TierFact[] = [
      ...full,
      { method: 'step_up', status: 'verified', createdAt: '2026-09-01T00:00:00.000Z' },
    ];
    const failedLater: TierFact[] = [
      ...full,
      { method: 'step_up', status: 'failed', createdAt: '2026-09-01T00:00:00.000Z' },
    ];
    expect(deriveTier(full, soon)).toMatchObject({ lastVerifiedAt: at, expiresAt: '2027-03-15T08:00:00.000Z' });
    expect(deriveTier(later, soon)).toMatchObject({ expiresAt: '2027-09-01T00:00:00.000Z' });
    expect(deriveTier(failedLater, soon)).toMatchObject({ lastVerifiedAt: at });
    expect(deriveTier([], soon)).toMatchObject({ tier: 'none', lastVerifiedAt: null, expiresAt: null });
  });

  it('counts a year from 29 February to 28 February', () => {
    const leap: TierFact[] = [{ method: 'ktp_capture', status: 'verified', createdAt: '2028-02-29T01:00:00.000Z' }];
    expect(deriveTier(leap, '2028-03-01').expiresAt).toBe('2029-02-28T01:00:00.000Z');
  });

  it('holds to the very moment and drops to basic after it', () => {
    expect(deriveTier(full, '2027-03-15T08:00:00.000Z').tier).toBe('premium');
    expect(deriveTier(full, '2027-03-15')).toMatchObject({ tier: 'premium' });
    const stale = deriveTier(full, '2027-03-15T08:00:00.001Z');
    expect(stale).toMatchObject({ tier: 'basic', eligible: 'basic', missing: ['recent_check'] });
    expect(deriveTier(verified('ktp_capture'), '2030-01-01').tier).toBe('basic');
  });

  it('leaves basic and none as they are', () => {
    expect(deriveTier(verified('nik_format'), '2030-01-01').tier).toBe('basic');
    expect(deriveTier(verified('step_up'), '2030-01-01').tier).toBe('none');
  });
});

describe('missingFor', () => {
  it('names what a target still needs', () => {
    expect(missingFor('basic', [], soon)).toEqual(['nik_format']);
    expect(missingFor('standard', verified('nik_format'), soon)).toEqual(['ktp_capture_or_nik_dukcapil']);
    expect(missingFor('premium', verified('ktp_capture'), soon)).toEqual(['face_liveness', 'face_match']);
    expect(missingFor('premium', verified('ktp_capture', 'face_liveness'), soon)).toEqual(['face_match']);
    expect(missingFor('premium', verified('step_up'), soon)).toEqual(['ktp_capture_or_nik_dukcapil']);
    expect(missingFor('none', [], soon)).toEqual([]);
  });

  it('lets a higher tier answer for a lower one', () => {
    expect(missingFor('basic', verified('ktp_capture'), soon)).toEqual([]);
  });

  it('is empty exactly for the tiers reached', () => {
    fc.assert(
      fc.property(history, fc.constantFrom(...kycTiers), fc.constantFrom(soon, '2030-01-01'), (facts, target, now) => {
        expect(missingFor(target, facts, now).length === 0).toBe(tierAtLeast(deriveTier(facts, now).tier, target));
      }),
      { numRuns: 500 },
    );
  });
});
