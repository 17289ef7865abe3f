import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roles } from '../../contract/vocabulary.ts';
import { judgeAssignment, type AssignmentRequest } from './assignment-rules.ts';
import { allowedDecisions, reviewStatuses } from './review-rules.ts';

const sari = { id: 'usr_sari', role: 'supervisor' } as const;
const bagus = { id: 'usr_bagus', role: 'supervisor' } as const;
const chandra = { id: 'usr_chandra', role: 'compliance' } as const;
const request: AssignmentRequest = {
  caseStatus: 'open',
  operatorIds: ['usr_staff'],
  assigneeId: null,
  by: sari,
  to: sari,
};
const code = (change: Partial<AssignmentRequest>): string | null => {
  const done = judgeAssignment({ ...request, ...change });
  return done.ok ? done.value : done.error.code;
};

describe('judgeAssignment', () => {
  it('lets a reviewer take, give and release', () => {
    expect(code({})).toBe('usr_sari');
    expect(code({ to: bagus })).toBe('usr_bagus');
    expect(code({ to: null, assigneeId: 'usr_sari' })).toBeNull();
  });

  it('does not pull a case from under a colleague, but gives it on when told to', () => {
    expect(code({ assigneeId: 'usr_bagus' })).toBe('already_assigned');
    expect(code({ assigneeId: 'usr_bagus', to: chandra })).toBe('usr_chandra');
    expect(code({ assigneeId: 'usr_bagus', by: chandra, to: chandra })).toBe('usr_chandra');
  });

  it('keeps escalated cases with compliance', () => {
    expect(code({ caseStatus: 'escalated' })).toBe('forbidden');
    expect(code({ caseStatus: 'escalated', to: chandra })).toBe('usr_chandra');
  });

  it('never lays a case with who captured it, with who may not decide it, or at all once it is decided', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...reviewStatuses),
        fc.constantFrom(...roles),
        fc.constantFrom(...roles),
        fc.subarray(['usr_a', 'usr_b']),
        (caseStatus, byRole, toRole, operatorIds) => {
          const done = judgeAssignment({
            caseStatus,
            operatorIds,
            assigneeId: null,
            by: { id: 'usr_a', role: byRole },
            to: { id: 'usr_b', role: toRole },
          });
          if (!done.ok) return;
          expect(operatorIds).not.toContain('usr_b');
          expect(allowedDecisions(caseStatus, toRole)).not.toEqual([]);
          expect(['supervisor', 'compliance']).toContain(byRole);
        },
      ),
    );
  });
});
