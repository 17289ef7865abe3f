/**
 * Does the face belong to somebody the counter must notice? The operator himself (nobody onboards himself), another member of
 * staff, or somebody the organisation does not serve. The same cosine and threshold as any other match; a finding never
 * decides, it asks for a supervisor.
 */
import type { FaceTemplate } from '../../contract/facts.ts';
import type { Reason, ReasonCode } from '../../contract/reasons.ts';
import { cosine } from './judge-match.ts';

export interface WatchedFace {
  readonly id: string;
  readonly kind: 'staff' | 'blocked';
  readonly userId: string | null;
  readonly template: Pick<FaceTemplate, 'modelId' | 'vector'>;
}

export interface WatchedHit {
  readonly id: string;
  readonly kind: 'operator' | 'staff' | 'blocked';
  readonly similarity: number;
}

export interface WatchedFinding {
  /** Nearest first. */
  readonly hits: readonly WatchedHit[];
  /** One per kind of hit; `template_model_differs` when a face on the list cannot be compared with this model's. */
  readonly reasons: readonly Reason[];
}

const codeOf: Readonly<Record<WatchedHit['kind'], ReasonCode>> = {
  operator: 'face_of_operator',
  staff: 'face_of_staff',
  blocked: 'face_blocked',
};
const gate = 'watched_face';

export function judgeWatched(
  probe: Pick<FaceTemplate, 'modelId' | 'vector'>,
  watched: readonly WatchedFace[],
  threshold: number,
  operatorId: string | null,
): WatchedFinding {
  let incomparable = false;
  const hits: WatchedHit[] = [];
  for (const { id, kind, userId, template } of watched) {
    const similarity = template.modelId === probe.modelId ? cosine(probe.vector, template.vector) : null;
    if (similarity === null) incomparable = true;
    else if (similarity >= threshold) {
      hits.push({ id, kind: userId !== null && userId === operatorId ? 'operator' : kind, similarity });
    }
  }
  hits.sort((a, b) => b.similarity - a.similarity);
  const kinds = [...new Set(hits.map(({ kind }) => kind))];
  const reasons: Reason[] = kinds.map((kind) => ({
    code: codeOf[kind],
    gate,
    value: hits.find((hit) => hit.kind === kind)!.similarity,
    threshold,
  }));
  // A list that cannot be asked is not a list without hits.
  return { hits, reasons: incomparable ? [...reasons, { code: 'template_model_differs', gate }] : reasons };
}
