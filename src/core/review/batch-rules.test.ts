import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reasonCodes, type ReasonCode } from '../../contract/reasons.ts';
import { verificationStatuses } from '../../contract/vocabulary.ts';
import { batchDecisions, batchObstacle, type BatchCase } from './batch-rules.ts';
import { reviewStatuses } from './review-rules.ts';

const calm: BatchCase = {
  status: 'open',
  operatorIds: ['usr_staff'],
  reasons: [{ code: 'nik_region_differs' }],
  checks: ['pending', 'verified'],
  votersAgainst: 0,
  screeningHits: 0,
  frozen: false,
  duplicates: 0,
  seen: true,
};

describe('approving several cases at once', () => {
  it('is for cases that were seen and hold only remarks on reading and light', () => {
    expect(batchObstacle(calm, 'approve', 'usr_super')).toBeNull();
    const several = { ...calm, reasons: [{ code: 'field_uncertain' }, { code: 'image_glare' }] as const };
    expect(batchObstacle(several, 'approve', 'usr_super')).toBeNull();
  });

  it.each([
    ['a case on a list', { screeningHits: 1 }, 'screening'],
    ['a frozen customer', { frozen: true }, 'screening'],
    ['another identity with this face', { duplicates: 1 }, 'duplicates'],
    ['a voter that spoke against it', { votersAgainst: 1 }, 'spoof_or_tamper'],
    ['a failed check beside it', { checks: ['pending', 'failed'] }, 'failed_check'],
    ['no reason at all', { reasons: [] }, 'needs_a_look'],
    ['one he has not opened', { seen: false }, 'not_seen'],
    ['one of his own', { operatorIds: ['usr_staff', 'usr_super'] }, 'own_capture'],
    ['one that compliance has', { status: 'escalated' }, 'not_open'],
  ] as const)('is not for %s', (_, change, obstacle) => {
    expect(batchObstacle({ ...calm, ...change }, 'approve', 'usr_super')).toBe(obstacle);
  });

  it.each<ReasonCode>([
    'record_check',
    'duplicate_face',
    'duplicate_customer',
    'face_differs_from_record',
    'card_spoof_suspected',
    'card_antispoof_unclear',
    'card_tamper_suspected',
    'liveness_spoof',
    'liveness_unclear',
    'match_borderline',
    'face_of_operator',
    'face_of_staff',
    'face_blocked',
    'exception_path',
    'field_corrected',
    'nik_differs_from_record',
    'simulated_capture',
    'card_from_file',
    'dukcapil_declined',
  ])('is never for %s, whatever stands beside it', (code) => {
    const reasons = [{ code: 'nik_region_differs' }, { code }] as const;
    expect(batchObstacle({ ...calm, reasons }, 'approve', 'usr_super')).toBe('needs_a_look');
  });

  it('never lets through what is own, decided, listed, doubled, doubted, failed or unseen', () => {
    const any = fc.record({
      status: fc.constantFrom(...reviewStatuses),
      operatorIds: fc.subarray(['usr_staff', 'usr_super']),
      reasons: fc.array(fc.record({ code: fc.constantFrom(...reasonCodes) }), { maxLength: 3 }),
      checks: fc.array(fc.constantFrom(...verificationStatuses), { maxLength: 3 }),
      votersAgainst: fc.integer({ min: 0, max: 2 }),
      screeningHits: fc.integer({ min: 0, max: 2 }),
      frozen: fc.boolean(),
      duplicates: fc.integer({ min: 0, max: 2 }),
      seen: fc.boolean(),
    });
    fc.assert(
      fc.property(any, (review) => {
        const risky =
          review.status !== 'open' ||
          review.operatorIds.includes('usr_super') ||
          review.screeningHits + review.duplicates + review.votersAgainst > 0 ||
          review.frozen ||
          review.checks.includes('failed') ||
          !review.seen;
        if (risky) expect(batchObstacle(review, 'approve', 'usr_super')).not.toBeNull();
        // One risk more never opens a door.
        if (batchObstacle(review, 'approve', 'usr_super') !== null)
          expect(batchObstacle({ ...review, screeningHits: 1 }, 'approve', 'usr_super')).not.toBeNull();
      }),
      { numRuns: 500 },
    );
  });
});

describe('passing several cases on at once', () => {
  it('takes any open case that is not the reviewer’s own', () => {
    const grave = { ...calm, screeningHits: 3, duplicates: 1, votersAgainst: 2, seen: false };
    expect(batchObstacle(grave, 'escalate', 'usr_super')).toBeNull();
    expect(batchObstacle({ ...calm, operatorIds: ['usr_super'] }, 'escalate', 'usr_super')).toBe('own_capture');
    expect(batchObstacle({ ...calm, status: 'approved' }, 'escalate', 'usr_super')).toBe('not_open');
  });

  it('knows no way to reject', () => {
    expect(batchDecisions).toEqual(['approve', 'escalate']);
  });
});
