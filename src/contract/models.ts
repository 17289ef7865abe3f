/** Shape of `models/manifest.json`: which weights Loket knows, what each is for, and under which licence. */
import { Type, type Static } from 'typebox';
import { oneOf } from './vocabulary.ts';

export const modelRoles = [
  'face_detector',
  'face_recogniser',
  'passive_liveness',
  'face_mesh',
  'ocr_detector',
  'ocr_recogniser',
] as const;
export type ModelRole = (typeof modelRoles)[number];

export const ModelEntrySchema = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]*$', description: 'Stored with each template and verdict' }),
    role: oneOf(modelRoles),
    file: Type.String({ pattern: '^[A-Za-z0-9._-]+$' }),
    /** Absent where the publisher names a hash only; the hash decides either way. */
    bytes: Type.Optional(Type.Integer({ minimum: 1 })),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    licence: Type.String(),
    /** May not decide in production. */
    evaluationOnly: Type.Boolean(),
    /** Higher wins among the installed variants of one role. */
    preference: Type.Integer(),
    source: Type.String(),
    /** Absent = comes in a pack only. */
    url: Type.Optional(Type.String({ format: 'uri' })),
    /** Shipped inside an npm dependency, as `package/path`. */
    npm: Type.Optional(Type.String()),
    input: Type.Object(
      { name: Type.String(), shape: Type.Array(Type.Integer()), preprocessing: Type.String() },
      { additionalProperties: false },
    ),
    thresholds: Type.Record(Type.String(), Type.Number()),
    /** Entries of one family are exports of the same weights: of those installed only the preferred one is used. */
    family: Type.Optional(Type.String()),
    /** Numbers the pre- and postprocessing need, e.g. `cropScale`. */
    parameters: Type.Optional(Type.Record(Type.String(), Type.Number())),
  },
  { additionalProperties: false },
);
export type ModelEntry = Static<typeof ModelEntrySchema>;

export const ModelManifestSchema = Type.Object(
  {
    version: Type.Literal(1),
    /** Day (ISO) these weights and thresholds were put together. */
    issued: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })),
    models: Type.Array(ModelEntrySchema, { minItems: 1 }),
  },
  { additionalProperties: false },
);
export type ModelManifest = Static<typeof ModelManifestSchema>;
