import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roles, verificationStatuses, type Role } from '../../contract/vocabulary.ts';
import { decisionReasonCodes, decisionReasons, reasonFits, reasonsFor } from './decision-reasons.ts';
import {
  allowedDecisions,
  effectiveStatus,
  judgeDecision,
  openingStatus,
  reviewDecisions,
  reviewStatuses,
  type DecisionRow,
  type ReviewRequest,
} from './review-rules.ts';

const request: ReviewRequest = {
  caseStatus: 'open',
  verificationStatus: 'pending',
  operatorId: 'usr_staff',
  reviewer: { id: 'usr_super', role: 'supervisor' },
  decision: 'approve',
  reasonCode: 'original_seen',
  reason: 'Kartu asli sudah saya lihat.',
};
const compliance = { id: 'usr_comp', role: 'compliance' as const };

describe('judgeDecision', () => {
  it('turns approval and rejection into the status they stand for', () => {
    expect(judgeDecision(request)).toEqual({
      ok: true,
      value: { caseStatus: 'approved', fromStatus: 'pending', toStatus: 'verified' },
    });
    expect(judgeDecision({ ...request, decision: 'reject', reasonCode: 'not_live' })).toEqual({
      ok: true,
      value: { caseStatus: 'rejected', fromStatus: 'pending', toStatus: 'failed' },
    });
  });

  it('leaves the status alone when it escalates', () => {
    expect(
      judgeDecision({ ...request, decision: 'escalate', reasonCode: 'second_opinion', verificationStatus: 'failed' }),
    ).toEqual({
      ok: true,
      value: { caseStatus: 'escalated', fromStatus: 'failed', toStatus: 'failed' },
    });
  });

  it('never lets the operator decide, whatever the role or decision', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...roles),
        fc.constantFrom(...reviewDecisions),
        fc.constantFrom(...decisionReasonCodes),
        (role, decision, reasonCode) => {
          const own = { ...request, reviewer: { id: 'usr_staff', role }, decision, reasonCode };
          expect(judgeDecision(own)).toMatchObject({ ok: false, error: { code: 'four_eyes' } });
        },
      ),
    );
  });

  it('has no operator to compare with where no person captured', () => {
    expect(judgeDecision({ ...request, operatorId: null }).ok).toBe(true);
  });

  it('decides once', () => {
    for (const caseStatus of ['approved', 'rejected'] as const) {
      expect(judgeDecision({ ...request, caseStatus })).toMatchObject({
        ok: false,
        error: { code: 'already_decided' },
      });
    }
  });

  it('keeps an escalated case for compliance', () => {
    const escalated = { ...request, caseStatus: 'escalated' as const };
    expect(judgeDecision(escalated)).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(judgeDecision({ ...escalated, reviewer: compliance }).ok).toBe(true);
    expect(
      judgeDecision({ ...escalated, reviewer: compliance, decision: 'escalate', reasonCode: 'other' }),
    ).toMatchObject({
      ok: false,
      error: { code: 'forbidden' },
    });
  });

  it.each<Role>(['staff', 'analyst', 'admin'])('refuses %s', (role) => {
    expect(judgeDecision({ ...request, reviewer: { id: 'usr_x', role } })).toMatchObject({
      ok: false,
      error: { code: 'forbidden' },
    });
  });

  it.each([
    ['of another decision', 'not_live', 'Kartu asli.'],
    ['that is unknown', 'because', 'Kartu asli.'],
    ['that is inherited', 'toString', 'Kartu asli.'],
    ['without a sentence', 'original_seen', '   '],
    ['with a novel', 'original_seen', 'x'.repeat(501)],
  ])('refuses a reason %s', (_, reasonCode, reason) => {
    expect(judgeDecision({ ...request, reasonCode, reason })).toMatchObject({
      ok: false,
      error: { code: 'validation_failed' },
    });
  });

  it('agrees with allowedDecisions for everyone but the operator', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...reviewStatuses),
        fc.constantFrom(...roles),
        fc.constantFrom(...reviewDecisions),
        (caseStatus, role, decision) => {
          const result = judgeDecision({
            ...request,
            caseStatus,
            reviewer: { id: 'usr_x', role },
            decision,
            reasonCode: 'other',
          });
          expect(result.ok).toBe(allowedDecisions(caseStatus, role).includes(decision));
        },
      ),
    );
  });
});

describe('openingStatus', () => {
  it('goes to compliance when the lone supervisor captured', () => {
    expect(openingStatus('usr_super', ['usr_super'])).toBe('escalated');
    expect(openingStatus('usr_staff', ['usr_super'])).toBe('open');
    expect(openingStatus('usr_super', ['usr_super', 'usr_other'])).toBe('open');
    expect(openingStatus(null, ['usr_super'])).toBe('open');
    expect(openingStatus('usr_staff', [])).toBe('escalated');
  });
});

describe('effectiveStatus', () => {
  const row = (
    decision: DecisionRow['decision'],
    to_status: DecisionRow['to_status'],
    minute: number,
  ): DecisionRow => ({
    decision,
    to_status,
    created_at: `2026-03-15T08:0${minute}:00.000Z`,
  });

  it('is what was recorded until somebody decides', () => {
    fc.assert(
      fc.property(fc.constantFrom(...verificationStatuses), (recorded) => {
        expect(effectiveStatus(recorded, [])).toBe(recorded);
        expect(effectiveStatus(recorded, [row('escalate', 'verified', 1)])).toBe(recorded);
      }),
    );
  });

  it('follows the last decision, in whatever order the rows come', () => {
    const rows = [row('escalate', 'pending', 1), row('reject', 'failed', 2), row('approve', 'verified', 3)];
    expect(effectiveStatus('pending', rows)).toBe('verified');
    expect(effectiveStatus('pending', [...rows].reverse())).toBe('verified');
    expect(effectiveStatus('pending', rows.slice(0, 2))).toBe('failed');
  });
});

describe('decision reasons', () => {
  it('has something to choose for every decision, in both languages', () => {
    for (const decision of reviewDecisions) expect(reasonsFor(decision).length).toBeGreaterThan(1);
    for (const code of decisionReasonCodes) {
      expect(code).toMatch(/^[a-z_]{2,60}$/);
      expect(decisionReasons[code].id.length).toBeGreaterThan(5);
      expect(decisionReasons[code].en.length).toBeGreaterThan(5);
    }
  });

  it('knows what goes with what', () => {
    expect(reasonFits('person_matches', 'approve')).toBe(true);
    expect(reasonFits('person_matches', 'reject')).toBe(false);
    expect(reasonFits('nothing', 'reject')).toBe(false);
  });
});
