/** Desks: enrolment by one-time code, list, revocation. */
import {
  CreateDeskBody,
  DeskCodeSchema,
  DeskSchema,
  EnrolDeskBody,
  EnrolledDeskSchema,
  IdParams,
} from '../../contract/api/admin.ts';
import { dataOf, listOf } from '../../contract/api/common.ts';
import { ListQuery } from '../../contract/api/people.ts';
import { ok } from '../../contract/result.ts';
import { enrolDesk, issueDeskCode, listDesks, revokeDesk } from '../../services/admin/desks.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { DefineRoute } from '../define-route.ts';
import { listBody, sliceOf } from '../lists.ts';

export function deskRoutes(define: DefineRoute, { context }: ApiDeps): void {
  define('GET /api/kiosk/desks', {
    tag: 'desks',
    summary: 'List desks',
    query: ListQuery,
    answer: listOf(DeskSchema),
    errors: [],
    async handle({ actor, query }) {
      const slice = sliceOf(query);
      if (!slice.ok) return slice;
      return ok({ body: listBody(await listDesks(context, actor, slice.value), slice.value) });
    },
  });

  define('POST /api/kiosk/desks', {
    tag: 'desks',
    summary: 'Make a one-time enrolment code',
    description: 'Typed at the desk within an hour. Only its hash is kept.',
    body: CreateDeskBody,
    answer: dataOf(DeskCodeSchema),
    status: 201,
    errors: ['csrf_failed', 'idempotency_conflict'],
    async handle({ actor, body }) {
      return ok({ body: { data: await issueDeskCode(context, actor, body.name) } });
    },
  });

  define('POST /api/kiosk/desks/enrol', {
    tag: 'desks',
    summary: 'Enrol a desk with its code',
    description: 'Called by the desk itself; the signature proves that it holds the key it registers.',
    body: EnrolDeskBody,
    answer: dataOf(EnrolledDeskSchema),
    status: 201,
    errors: ['enrolment_code_invalid', 'signature_invalid', 'desk_exists', 'csrf_failed'],
    async handle({ body }) {
      const done = await enrolDesk(context, body);
      return done.ok ? ok({ body: { data: done.value } }) : done;
    },
  });

  define('POST /api/kiosk/desks/{id}/revoke', {
    tag: 'desks',
    summary: 'Revoke a desk',
    description: 'What it signs from now on is refused. For good: the installation enrols again with a new key.',
    params: IdParams,
    answer: dataOf(DeskSchema),
    errors: ['not_found', 'already_revoked', 'csrf_failed', 'idempotency_conflict'],
    async handle({ actor, params }) {
      const done = await revokeDesk(context, actor, params.id);
      return done.ok ? ok({ body: { data: done.value } }) : done;
    },
  });
}
