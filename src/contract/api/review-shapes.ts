import { Type } from 'typebox';
import { oneOf, kycTiers, verificationMethods, verificationStatuses } from '../vocabulary.ts';
import { closed, CustomerId, Id, Instant, listQuery, orNull, ReasonSchema } from './common.ts';

const statuses = ['open', 'escalated', 'approved', 'rejected'] as const;

export const decisionShapes = {
  ReviewSchema: Type.Object(
    {
      id: Id,
      customerId: CustomerId,
      verificationId: Id,
      customerName: Type.String(),
      method: oneOf(verificationMethods),
      status: oneOf(statuses),
      reasons: Type.Array(ReasonSchema),
      operator: orNull(Type.String()),
      operatorId: orNull(Type.String()),
      assigneeId: orNull(Type.String()),
      createdAt: Instant,
      dueAt: Instant,
      updatedAt: Instant,
      ownCapture: Type.Boolean({ description: 'The signed-in person captured it and so may not decide' }),
    },
    { ...closed, title: 'ReviewCase' },
  ),
  ReviewQuery: Type.Object(
    {
      ...listQuery,
      status: Type.Optional(oneOf([...statuses, 'decided', 'undecided'])),
      assignee: Type.Optional(Id),
    },
    closed,
  ),
  DecisionBody: Type.Object(
    {
      decision: oneOf(['approve', 'reject', 'escalate']),
      reason: Type.String({ minLength: 3, maxLength: 500 }),
      reasonCode: Type.String({ minLength: 2, maxLength: 60, examples: ['original_seen'] }),
      password: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 200,
          description:
            'Re-authentication of the reviewer, right before he decides. Left out when he proved himself by passkey (`webauthn/auth/finish`) no more than five minutes ago; one proof serves one decision',
        }),
      ),
    },
    closed,
  ),
  DecisionSchema: Type.Object(
    {
      decisionId: Id,
      caseId: Id,
      verificationId: Id,
      customerId: CustomerId,
      status: oneOf(statuses),
      fromStatus: oneOf(verificationStatuses),
      toStatus: oneOf(verificationStatuses),
      kycLevel: oneOf(kycTiers),
    },
    { ...closed, title: 'ReviewDecision' },
  ),
} as const;
