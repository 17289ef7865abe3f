/** Frames for the eyes of signed-in reviewers. */
import { Type } from 'typebox';
import { captureKinds, oneOf } from '../vocabulary.ts';
import { closed, CustomerId, Id, Instant, orNull } from './common.ts';

export const EvidenceParams = Type.Object(
  { id: Type.String({ ...Id, description: 'Of a capture (`cap_…`) or of a verification made from it (`ver_…`)' }) },
  closed,
);
export const EvidenceQuery = Type.Object(
  {
    from: Type.Optional(Type.Integer({ minimum: 0, maximum: 59, description: 'First frame. Default 0' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 60, description: 'Default 12' })),
  },
  closed,
);
export const EvidenceSchema = Type.Object(
  {
    captureId: Id,
    customerId: CustomerId,
    kind: oneOf(captureKinds),
    capturedAt: Instant,
    receivedAt: Instant,
    bundleHash: Type.String(),
    deskId: orNull(Type.String()),
    simulated: Type.Boolean(),
    framesStored: Type.Integer(),
    retired: Type.Boolean({ description: 'The frames are gone: past their retention, or erased' }),
    frames: Type.Array(
      Type.Object(
        {
          index: Type.Integer(),
          sha256: Type.String({ description: 'Of the frame as it was signed' }),
          image: orNull(
            Type.String({
              description: 'JPEG, base64, re-encoded without metadata, at most 1600 px; null: no picture',
            }),
          ),
          width: orNull(Type.Integer()),
          height: orNull(Type.Integer()),
        },
        closed,
      ),
    ),
  },
  { ...closed, title: 'Evidence' },
);
