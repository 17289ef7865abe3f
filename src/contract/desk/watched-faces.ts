/** Faces a counter must notice: staff, and people the bank does not serve. No picture and no template leaves the desk. */
import { Type } from 'typebox';
import { oneOf } from '../vocabulary.ts';
import { bytesUpTo, call, closed, Id, Nothing } from './call.ts';

export const watchedKinds = ['staff', 'blocked'] as const;
export type WatchedKind = (typeof watchedKinds)[number];

export interface WatchedFaceRow {
  readonly id: string;
  readonly kind: WatchedKind;
  /** Whose face it is, for staff. */
  readonly person: string | null;
  readonly reason: string;
  /** Who added it; null for the command line. */
  readonly addedBy: string | null;
  readonly createdAt: string;
  /** False: made by another model than the one in use, so that every selfie goes to review until it is added anew. */
  readonly comparable: boolean;
  /** It is the face of whoever looks: somebody else removes it. */
  readonly own: boolean;
}

export interface WatchedFacesView {
  readonly faces: readonly WatchedFaceRow[];
  /** Staff whose face may be added. */
  readonly people: readonly { readonly id: string; readonly fullName: string }[];
}

const keepers = ['supervisor', 'compliance', 'admin'] as const;

export const watchedFaceCalls = {
  'watchedFaces.list': call<WatchedFacesView>()(Nothing, keepers),
  'watchedFaces.add': call<WatchedFacesView>()(
    Type.Object(
      {
        kind: oneOf(watchedKinds),
        /** For staff, and only for them. */
        userId: Type.Optional(Id),
        reason: Type.String({ minLength: 3, maxLength: 200, description: 'Without a name or a NIK' }),
        /** JPEG or PNG with one face. Only its template is kept. */
        photo: bytesUpTo(8 * 1024 * 1024),
      },
      closed,
    ),
    keepers,
  ),
  'watchedFaces.remove': call<WatchedFacesView>()(Type.Object({ id: Id }, closed), keepers),
} as const;
