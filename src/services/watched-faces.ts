/** Faces a counter must notice: staff and people not served. Kept as templates, compared like any other match. */
import type { FaceTemplate } from '../contract/facts.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { OrgSettings } from '../contract/settings.ts';
import { packVector, unpackVector } from '../core/match/template-bytes.ts';
import { judgeWatched, type WatchedFinding } from '../core/match/judge-watched.ts';
import type { Db } from '../store/repositories/types.ts';
import { findUser } from '../store/repositories/users.ts';
import {
  insertWatchedFace,
  listWatchedFaces,
  retireWatchedFace,
  type WatchedFaceRow,
} from '../store/repositories/watched-faces.ts';
import { instant, type Actor, type ServiceContext } from './context.ts';
import { matchThresholds } from './match-thresholds.ts';
import { recordAudit } from './record-audit.ts';

export interface NewWatchedFace {
  readonly kind: 'staff' | 'blocked';
  /** Whose face it is: required for staff, refused for others. */
  readonly userId?: string;
  /** 3–200 characters, without a name or a NIK. */
  readonly reason: string;
  /** Encoded JPEG or PNG with one face. */
  readonly photo: Uint8Array;
}

export interface WatchedFaceView {
  readonly id: string;
  readonly kind: 'staff' | 'blocked';
  readonly userId: string | null;
  readonly reason: string;
  readonly modelId: string;
  /** Who added it; null for the command line. */
  readonly createdBy: string | null;
  readonly createdAt: string;
}

function view(row: WatchedFaceRow): WatchedFaceView {
  const { id, kind, reason } = row;
  return {
    id,
    kind,
    reason,
    userId: row.user_id,
    modelId: row.model_id,
    createdBy: row.created_by,
    createdAt: row.created_at,
  };
}

/** Errors: `validation_failed`, `not_found` (no such user here), `reference_unusable` (no single usable face). */
export async function addWatchedFace(
  ctx: ServiceContext,
  actor: Actor,
  input: NewWatchedFace,
): Promise<Result<WatchedFaceView>> {
  const reason = input.reason.trim();
  if (reason.length < 3 || reason.length > 200) return fail('validation_failed', 'reason: 3 to 200 characters');
  if ((input.kind === 'staff') !== (input.userId !== undefined)) {
    return fail('validation_failed', 'a face of staff names its user, any other face does not');
  }
  if (input.userId !== undefined) {
    const user = await findUser(ctx.store.db, input.userId);
    if (user === null || user.org_id !== actor.orgId) return fail('not_found', 'user not found');
  }
  const facts = await ctx.vision.analyseFace({ frames: [input.photo], purpose: 'reference' });
  if (!facts.template.available) return fail('reference_unusable', `no single usable face: ${facts.template.reason}`);
  const template = facts.template.value;
  const row: WatchedFaceRow = {
    id: ctx.ids.next('wf'),
    org_id: actor.orgId,
    kind: input.kind,
    user_id: input.userId ?? null,
    reason,
    model_id: template.modelId,
    template: packVector(template.vector),
    active: 1,
    created_by: actor.kind === 'user' ? actor.id : null,
    created_at: instant(ctx),
    retired_at: null,
  };
  await ctx.store.transaction(async (trx) => {
    await insertWatchedFace(trx, row);
    await recordAudit(ctx, trx, actor, {
      event: 'watched_face.added',
      objectId: row.id,
      detail: { kind: row.kind, userId: row.user_id, modelId: row.model_id },
    });
  });
  return ok(view(row));
}

/** Errors: `not_found`, `four_eyes` (nobody takes his own face off the list: he could onboard himself next). */
export function removeWatchedFace(ctx: ServiceContext, actor: Actor, id: string): Promise<Result<true>> {
  return ctx.store.transaction(async (trx): Promise<Result<true>> => {
    const face = (await listWatchedFaces(trx, actor.orgId)).find((row) => row.id === id);
    if (face !== undefined && actor.kind === 'user' && face.user_id === actor.id)
      return fail('four_eyes', "somebody else removes one's own face");
    if (!(await retireWatchedFace(trx, actor.orgId, id, instant(ctx))))
      return fail('not_found', 'no such watched face');
    await recordAudit(ctx, trx, actor, { event: 'watched_face.removed', objectId: id });
    return ok(true);
  });
}

export async function watchedFaces(ctx: ServiceContext, orgId: string): Promise<readonly WatchedFaceView[]> {
  return (await listWatchedFaces(ctx.store.db, orgId)).map(view);
}

/** The probe against the organisation's list, at the threshold of a high-risk match with a selfie. */
export async function findWatched(
  db: Db,
  request: {
    readonly orgId: string;
    readonly probe: FaceTemplate;
    readonly settings: OrgSettings;
    readonly operatorId: string | null;
  },
): Promise<WatchedFinding> {
  const { orgId, probe, settings, operatorId } = request;
  const { threshold } = matchThresholds({
    settings,
    modelId: probe.modelId,
    source: 'onboarding_selfie',
    risk: 'high',
  });
  const watched = (await listWatchedFaces(db, orgId)).map((row) => ({
    id: row.id,
    kind: row.kind,
    userId: row.user_id,
    template: { modelId: row.model_id, vector: unpackVector(row.template) },
  }));
  return judgeWatched(probe, watched, threshold, operatorId);
}
