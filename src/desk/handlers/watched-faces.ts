/** `watchedFaces.*`: the list of faces a counter must notice. */
import type { WatchedFacesView } from '../../contract/desk/watched-faces.ts';
import { ok, type Result } from '../../contract/result.ts';
import { addWatchedFace, removeWatchedFace, watchedFaces } from '../../services/watched-faces.ts';
import { listUsers } from '../../store/repositories/users.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskHandlerTable } from '../dispatch.ts';
import { operatorOf, actorOf } from './acting-person.ts';
import type { DeskSession } from '../desk-session.ts';

type WatchedCalls = Extract<keyof DeskHandlerTable, `watchedFaces.${string}`>;

export function watchedFaceHandlers({ ctx }: DeskHouse): Pick<DeskHandlerTable, WatchedCalls> {
  const listed = async (session: DeskSession): Promise<Result<WatchedFacesView>> => {
    const { id, orgId } = operatorOf(session);
    const users = await listUsers(ctx.store.db, orgId);
    const nameOf = (userId: string | null) => users.find((user) => user.id === userId)?.full_name ?? null;
    const state = await ctx.vision.status();
    const current = state.models.find(({ role, state: is }) => role === 'face_recogniser' && is === 'ready')?.id;
    const faces = await watchedFaces(ctx, orgId);
    return ok({
      faces: faces.map(({ userId, modelId, createdBy, ...face }) => ({
        ...face,
        person: nameOf(userId),
        addedBy: nameOf(createdBy),
        // Without a recogniser nothing is said of its model.
        comparable: current === undefined || modelId === current,
        own: userId === id,
      })),
      people: users.filter(({ disabled }) => disabled === 0).map((user) => ({ id: user.id, fullName: user.full_name })),
    });
  };
  return {
    'watchedFaces.list': listed,
    async 'watchedFaces.add'(session, face) {
      const added = await addWatchedFace(ctx, actorOf(session), face);
      return added.ok ? listed(session) : added;
    },
    async 'watchedFaces.remove'(session, { id }) {
      const removed = await removeWatchedFace(ctx, actorOf(session), id);
      return removed.ok ? listed(session) : removed;
    },
  };
}
