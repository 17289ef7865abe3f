/** Attempts, enrolments, tier events, audit log, API keys, review queue. */
import { Type } from 'typebox';
import { dataOf, Id, listOf } from '../../contract/api/common.ts';
import { CustomerParams } from '../../contract/api/customers.ts';
import {
  ApiKeySchema,
  CreateApiKeyBody,
  CreatedApiKeySchema,
  DecisionBody,
  DecisionSchema,
  ListQuery,
  ReviewQuery,
  ReviewSchema,
} from '../../contract/api/people.ts';
import {
  AttemptSchema,
  AttemptsQuery,
  AuditQuery,
  AuditRowSchema,
  CustomerAttemptsQuery,
  EnrollmentSchema,
  EnrollmentsQuery,
  TierEventRowSchema,
  TierEventsQuery,
} from '../../contract/api/records.ts';
import { ok } from '../../contract/result.ts';
import { createApiKey, listApiKeys } from '../../services/api-keys.ts';
import { decideReview } from '../../services/decide-review.ts';
import {
  listAttempts,
  listAuditLog,
  listCustomerAttempts,
  listFaceEnrollments,
  listTierHistory,
} from '../../services/list-records.ts';
import { listReviews } from '../../services/list-reviews.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { DefineRoute } from '../define-route.ts';
import { filterOf, listBody, sliceOf } from '../lists.ts';

export function recordRoutes(define: DefineRoute, { context }: ApiDeps): void {
  define('GET /api/identity/attempts', {
    tag: 'records',
    summary: 'List verifications',
    query: AttemptsQuery,
    answer: listOf(AttemptSchema),
    errors: [],
    async handle({ actor, query }) {
      const slice = sliceOf(query);
      if (!slice.ok) return slice;
      return ok({
        body: listBody(await listAttempts(context, actor, filterOf(query), slice.value), slice.value) as never,
      });
    },
  });

  define('GET /api/identity/customers/{id}/attempts', {
    tag: 'records',
    summary: "List a customer's verifications",
    params: CustomerParams,
    query: CustomerAttemptsQuery,
    answer: listOf(AttemptSchema),
    errors: ['not_found'],
    async handle({ actor, params, query }) {
      const slice = sliceOf(query);
      if (!slice.ok) return slice;
      const part = await listCustomerAttempts(context, actor, params.id, filterOf(query), slice.value);
      return part.ok ? ok({ body: listBody(part.value, slice.value) as never }) : part;
    },
  });

  define('GET /api/identity/face/enrollments', {
    tag: 'face',
    summary: 'List enrolled references',
    query: EnrollmentsQuery,
    answer: listOf(EnrollmentSchema),
    errors: [],
    async handle({ actor, query }) {
      const slice = sliceOf(query);
      if (!slice.ok) return slice;
      return ok({
        body: listBody(await listFaceEnrollments(context, actor, filterOf(query), slice.value), slice.value),
      });
    },
  });

  define('GET /api/identity/tier-events', {
    tag: 'kyc',
    summary: 'Feed of tier changes',
    query: TierEventsQuery,
    answer: listOf(TierEventRowSchema),
    errors: [],
    async handle({ actor, query }) {
      const slice = sliceOf(query);
      if (!slice.ok) return slice;
      return ok({ body: listBody(await listTierHistory(context, actor, filterOf(query), slice.value), slice.value) });
    },
  });

  define('GET /api/identity/audit-log', {
    tag: 'records',
    summary: 'Read the audit log',
    description: 'Append-only hash chain. Looking at it is recorded in it.',
    query: AuditQuery,
    answer: listOf(AuditRowSchema),
    errors: [],
    async handle({ actor, query }) {
      const slice = sliceOf(query);
      if (!slice.ok) return slice;
      return ok({ body: listBody(await listAuditLog(context, actor, filterOf(query), slice.value), slice.value) });
    },
  });

  define('GET /api/identity/api-keys', {
    tag: 'api-keys',
    summary: 'List API keys',
    query: ListQuery,
    answer: listOf(ApiKeySchema),
    errors: [],
    async handle({ actor, query }) {
      const slice = sliceOf(query);
      if (!slice.ok) return slice;
      return ok({ body: listBody(await listApiKeys(context, actor, slice.value), slice.value) as never });
    },
  });

  define('POST /api/identity/api-keys', {
    tag: 'api-keys',
    summary: 'Create an API key',
    description: 'The key is shown once; only its hash is kept. A key cannot grant a scope it lacks.',
    body: CreateApiKeyBody,
    answer: dataOf(CreatedApiKeySchema),
    status: 201,
    errors: ['forbidden', 'idempotency_conflict'],
    async handle({ actor, body }) {
      const created = await createApiKey(context, actor, body);
      return created.ok ? ok({ body: { data: created.value as never } }) : created;
    },
  });

  define('GET /api/identity/review-queue', {
    tag: 'review',
    summary: 'List review cases',
    query: ReviewQuery,
    answer: listOf(ReviewSchema),
    errors: [],
    async handle({ actor, query }) {
      const slice = sliceOf(query);
      if (!slice.ok) return slice;
      return ok({
        body: listBody(await listReviews(context, actor, filterOf(query), slice.value), slice.value) as never,
      });
    },
  });

  define('POST /api/identity/review-queue/{id}/decision', {
    tag: 'review',
    summary: 'Decide a review case',
    description: 'By a signed-in person who did not capture it, after re-authentication.',
    params: Type.Object({ id: Id }, { additionalProperties: false }),
    body: DecisionBody,
    answer: dataOf(DecisionSchema),
    errors: [
      'not_found',
      'four_eyes',
      'forbidden',
      'person_required',
      'invalid_credentials',
      'account_locked',
      'reauthentication_required',
      'already_decided',
      'customer_archived',
      'csrf_failed',
    ],
    async handle({ actor, caller, params, body }) {
      const proof = caller?.person?.tokenHash;
      const decided = await decideReview(context, actor, {
        ...body,
        caseId: params.id,
        ...(proof === undefined ? {} : { sessionTokenHash: proof }),
      });
      return decided.ok ? ok({ body: { data: decided.value } }) : decided;
    },
  });
}
