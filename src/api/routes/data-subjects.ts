/** Requests of data subjects under UU PDP, each with a clock of 3 × 24 hours. */
import { Type } from 'typebox';
import {
  AnswerDataSubjectBody,
  CreateDataSubjectBody,
  DataSubjectCaseSchema,
  DataSubjectQuery,
  DataSubjectSchema,
  DueQuery,
  IdParams,
  PersonalExportSchema,
} from '../../contract/api/admin.ts';
import { dataOf, listOf } from '../../contract/api/common.ts';
import { ok } from '../../contract/result.ts';
import { answerRequest, liftRestriction } from '../../services/admin/answer-data-subject.ts';
import { exportPersonalData } from '../../services/admin/data-subject-export.ts';
import { createRequest, getRequest, listDue, listRequests } from '../../services/admin/data-subject-requests.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { DefineRoute } from '../define-route.ts';
import { filterOf, listBody, sliceOf } from '../lists.ts';

const dueWithinHours = 72;

export function dataSubjectRoutes(define: DefineRoute, { context }: ApiDeps): void {
  define('GET /api/admin/data-subject-requests', {
    tag: 'data-subjects',
    summary: 'List requests of data subjects',
    query: DataSubjectQuery,
    answer: listOf(DataSubjectSchema),
    errors: [],
    async handle({ actor, query }) {
      const slice = sliceOf(query);
      if (!slice.ok) return slice;
      return ok({ body: listBody(await listRequests(context, actor, filterOf(query), slice.value), slice.value) });
    },
  });

  define('POST /api/admin/data-subject-requests', {
    tag: 'data-subjects',
    summary: 'Write down what a customer asks for',
    description: 'Access, correction, withdrawal of consent or restriction; one open request of a kind at a time.',
    body: CreateDataSubjectBody,
    answer: dataOf(DataSubjectSchema),
    status: 201,
    errors: ['not_found', 'customer_archived', 'request_open', 'csrf_failed', 'idempotency_conflict'],
    async handle({ actor, body }) {
      const made = await createRequest(context, actor, body);
      return made.ok ? ok({ body: { data: made.value } }) : made;
    },
  });

  define('GET /api/admin/data-subject-requests/due', {
    tag: 'data-subjects',
    summary: 'What is due, most urgent first',
    description: 'Open requests due within so many hours, overdue ones included; at most 200.',
    query: DueQuery,
    answer: dataOf(Type.Array(DataSubjectSchema)),
    errors: [],
    async handle({ actor, query }) {
      return ok({ body: { data: [...(await listDue(context, actor, query.withinHours ?? dueWithinHours))] } });
    },
  });

  define('GET /api/admin/data-subject-requests/{id}', {
    tag: 'data-subjects',
    summary: 'Read a request with its texts',
    params: IdParams,
    answer: dataOf(DataSubjectCaseSchema),
    errors: ['not_found', 'session_expired'],
    async handle({ actor, params }) {
      const found = await getRequest(context, actor, params.id);
      return found.ok ? ok({ body: { data: found.value } }) : found;
    },
  });

  define('GET /api/admin/data-subject-requests/{id}/export', {
    tag: 'data-subjects',
    summary: 'Everything held about the person who asked for access',
    params: IdParams,
    answer: dataOf(PersonalExportSchema),
    errors: ['not_found', 'customer_archived', 'session_expired'],
    async handle({ actor, params, reply }) {
      const made = await exportPersonalData(context, actor, params.id);
      if (!made.ok) return made;
      void reply.header('content-disposition', `attachment; filename="${params.id}.json"`);
      return ok({ body: { data: structuredClone(made.value) as never } });
    },
  });

  define('POST /api/admin/data-subject-requests/{id}/answer', {
    tag: 'data-subjects',
    summary: 'Fulfil or refuse a request',
    description:
      'Fulfilling does it: a correction changes the record, a withdrawal ends every consent and reference and restricts the customer, a restriction stops processing.',
    params: IdParams,
    body: AnswerDataSubjectBody,
    answer: dataOf(DataSubjectSchema),
    errors: ['not_found', 'already_answered', 'customer_archived', 'csrf_failed', 'idempotency_conflict'],
    async handle({ actor, params, body }) {
      const done = await answerRequest(context, actor, params.id, body);
      return done.ok ? ok({ body: { data: done.value } }) : done;
    },
  });

  define('POST /api/admin/data-subject-requests/{id}/lift', {
    tag: 'data-subjects',
    summary: 'Lift the restriction a request made',
    description: 'When the customer asks for it, or consents anew. Never one that holds data back from erasure.',
    params: IdParams,
    answer: dataOf(DataSubjectSchema),
    errors: ['not_found', 'request_not_liftable', 'csrf_failed', 'idempotency_conflict'],
    async handle({ actor, params }) {
      const done = await liftRestriction(context, actor, params.id);
      return done.ok ? ok({ body: { data: done.value } }) : done;
    },
  });
}
