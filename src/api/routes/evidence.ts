/** Frames for signed-in reviewers (api-decisions 17): no API key ever reads one, and every look is recorded. */
import { dataOf } from '../../contract/api/common.ts';
import { EvidenceParams, EvidenceQuery, EvidenceSchema } from '../../contract/api/evidence.ts';
import { ok } from '../../contract/result.ts';
import { viewEvidence } from '../../services/admin/view-evidence.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { DefineRoute } from '../define-route.ts';

const framesShown = 12;

export function evidenceRoutes(define: DefineRoute, { context }: ApiDeps): void {
  define('GET /api/kiosk/evidence/{id}', {
    tag: 'review',
    summary: 'Look at the frames of a capture',
    description: 'Display copies without metadata; the signed originals stay sealed. Recorded as `evidence.viewed`.',
    params: EvidenceParams,
    query: EvidenceQuery,
    answer: dataOf(EvidenceSchema),
    errors: ['not_found', 'person_required', 'session_expired', 'unavailable'],
    async handle({ actor, params, query }) {
      const { from = 0, limit = framesShown } = query;
      const seen = await viewEvidence(context, actor, params.id, { from, limit });
      return seen.ok ? ok({ body: { data: seen.value as never } }) : seen;
    },
  });
}
