/**
 * 1:N at enrolment: is this face enrolled under another identity of the organisation? Candidates come from pgvector on a
 * bank's server (face-search.ts), else from an exact search (core/duplicates) in this process: an index of int8 templates
 * per organisation and model, filled from the record as it grows. Either way a candidate counts only while the record still
 * has it, and by the cosine of the record's float templates: what was erased or retired is no hit.
 */
import type { FaceTemplate } from '../../contract/facts.ts';
import type { Reason } from '../../contract/reasons.ts';
import type { OrgSettings } from '../../contract/settings.ts';
import {
  duplicateThreshold,
  judgeDuplicates,
  type DuplicateHit,
  type DuplicateThreshold,
} from '../../core/duplicates/judge-duplicates.ts';
import { TemplateIndex } from '../../core/duplicates/template-index.ts';
import { cosine } from '../../core/match/judge-match.ts';
import { unpackVector } from '../../core/match/template-bytes.ts';
import {
  listTemplatesAfter,
  readTemplates,
  type EnrolledTemplate,
  type FacePosition,
} from '../../store/repositories/face-search.ts';
import { listCount } from '../../store/repositories/list-counts.ts';
import type { Db } from '../../store/repositories/types.ts';
import type { ServiceContext } from '../context.ts';
import { matchThresholds } from '../match-thresholds.ts';
import { nearestByVector } from './face-search.ts';
import { shippedTails } from './shipped-tails.ts';

interface Gallery {
  readonly index: TemplateIndex;
  position: FacePosition | null;
}

/** By store, then by organisation and model: two stores of one process (tests) never mix. */
const galleries = new WeakMap<object, Map<string, Gallery>>();

const batch = 2000;
/** More near faces than this tell a reviewer nothing new. */
const mostHits = 5;
const mostCompared = 500;
/** Of an approximate search: the customer's own templates and some near misses are among them. */
const nearestAsked = 64;
/** Rows of one moment may be written by two processes out of order of their ids: the last moments are read again. */
const overlapMs = 60_000;

async function refreshed(ctx: ServiceContext, db: Db, orgId: string, modelId: string): Promise<TemplateIndex> {
  const ofStore = galleries.get(ctx.store) ?? new Map<string, Gallery>();
  galleries.set(ctx.store, ofStore);
  const key = `${orgId} ${modelId}`;
  const gallery = ofStore.get(key) ?? { index: new TemplateIndex(), position: null };
  ofStore.set(key, gallery);
  for (;;) {
    const rows = await listTemplatesAfter(db, orgId, modelId, gallery.position, batch);
    for (const row of rows)
      if (row.template !== null && !gallery.index.has(row.id)) gallery.index.add(row.id, unpackVector(row.template));
    const last = rows.at(-1);
    if (last !== undefined) gallery.position = { createdAt: last.created_at, id: last.id };
    if (rows.length < batch) break;
  }
  if (gallery.position !== null) {
    const { createdAt } = gallery.position;
    gallery.position = { createdAt: new Date(Date.parse(createdAt) - overlapMs).toISOString(), id: '' };
  }
  return gallery.index;
}

export interface DuplicateFinding extends DuplicateThreshold {
  readonly hits: readonly DuplicateHit[];
  readonly enrolled: number;
  readonly reasons: readonly Reason[];
}

/**
 * Faces of other customers at or above the threshold, nearest first. `probe` without a model id has nothing to be compared
 * with. Reads inside the caller's transaction.
 */
export async function findDuplicates(
  ctx: ServiceContext,
  db: Db,
  request: {
    readonly orgId: string;
    readonly customerId: string;
    readonly probe: FaceTemplate;
    readonly settings: OrgSettings;
  },
): Promise<DuplicateFinding> {
  const { orgId, customerId, probe, settings } = request;
  const { modelId } = probe;
  const floor = matchThresholds({ settings, modelId, source: 'onboarding_selfie', risk: 'high' }).threshold;
  const own = settings.duplicates ?? {};
  const among = (enrolled: number): DuplicateThreshold =>
    duplicateThreshold({ modelId, floor, enrolled, own, shipped: shippedTails() });
  const { near, enrolled } = await candidates(ctx, db, orgId, probe, (faces) => among(faces).threshold);
  const decided = among(enrolled);
  const { threshold } = decided;
  const rows = await readTemplates(db, orgId, near.slice(0, mostCompared));
  const hits = rows
    .filter((row) => row.customer_id !== customerId)
    .map((row) => ({
      enrolmentId: row.id,
      customerId: row.customer_id,
      similarity: similarity(probe.vector, row),
    }))
    .filter((hit) => hit.similarity >= threshold)
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, mostHits);
  return { ...decided, hits, enrolled, reasons: judgeDuplicates(hits, threshold) };
}

interface Candidates {
  readonly near: readonly string[];
  readonly enrolled: number;
}

async function candidates(
  ctx: ServiceContext,
  db: Db,
  orgId: string,
  probe: FaceTemplate,
  thresholdAmong: (faces: number) => number,
): Promise<Candidates> {
  const found = await nearestByVector(ctx, db, { orgId, modelId: probe.modelId }, probe.vector, nearestAsked);
  if (found !== null) return { near: found, enrolled: await listCount(db, orgId, 'enrolments', { b: '1' }) };
  const index = await refreshed(ctx, db, orgId, probe.modelId);
  const near = index.candidates(probe.vector, thresholdAmong(index.size));
  return { near: near.map(({ id }) => id), enrolled: index.size };
}

function similarity(probe: ArrayLike<number>, row: EnrolledTemplate): number {
  return row.template === null ? -1 : (cosine(probe, unpackVector(row.template)) ?? -1);
}
