/** What all routes share: errors, ids, lists. */
import { Type, type Static, type TSchema } from 'typebox';
import { errorCatalogue, type ErrorCode } from '../errors.ts';
import { oneOf } from '../vocabulary.ts';

export const closed = { additionalProperties: false } as const;

/**
 * Nullable. Of a plain value as `type: [<its type>, "null"]` (JSON Schema 2020-12), which a serializer decides by one
 * comparison; a union it would have to validate, for each member of each row of a list.
 */
export function orNull<S extends TSchema>(schema: S) {
  const { type, enum: values, ...rest } = schema as TSchema & { type?: unknown; enum?: readonly unknown[] };
  if (typeof type !== 'string' || type === 'object' || type === 'array')
    return Type.Unsafe<Static<S> | null>(Type.Union([schema, Type.Null()]));
  const nullable = { ...rest, type: [type, 'null'], ...(values === undefined ? {} : { enum: [...values, null] }) };
  return Type.Unsafe<Static<S> | null>(nullable as never);
}

export const Id = Type.String({ minLength: 3, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' });
export const CustomerId = Type.String({
  minLength: 3,
  maxLength: 64,
  pattern: '^[A-Za-z0-9_-]+$',
  description: 'Opaque',
  examples: ['cus_01J8ZC2M3V9K6Q4T7W1XB5N0RD'],
});
export const Instant = Type.String({
  format: 'date-time',
  description: 'ISO 8601, UTC',
  examples: ['2026-11-20T08:30:00.000Z'],
});

export const ReasonSchema = Type.Object(
  {
    code: Type.String({
      description: 'Stable; the catalogue is part of this document',
      examples: ['liveness_unclear'],
    }),
    gate: Type.String({ description: 'ktp, liveness, match, nik, or a voter', examples: ['liveness'] }),
    value: Type.Optional(Type.Number()),
    threshold: Type.Optional(Type.Number()),
    field: Type.Optional(Type.String()),
  },
  { ...closed, title: 'Reason', description: 'What was measured against what' },
);

export const ErrorSchema = Type.Object(
  {
    error: Type.String({ description: 'One sentence for people', examples: ['validation failed'] }),
    code: Type.Optional(
      oneOf(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]], { description: 'Stable code for programs' }),
    ),
    details: Type.Optional(
      Type.Unsafe<{ fieldErrors?: Record<string, string[]> }>({
        type: 'object',
        properties: {
          fieldErrors: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
        },
        additionalProperties: true,
      }),
    ),
    requestId: Type.String({ description: 'Also in the `X-Request-Id` header' }),
    bucket: Type.Optional(Type.String({ description: 'On 429: which limit', examples: ['ktp.challenge'] })),
    limit: Type.Optional(Type.Integer({ description: 'On 429: its size' })),
  },
  { ...closed, title: 'Error' },
);

export const listQuery = {
  page: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100_000, description: 'Newest first, with a total. Default 1' }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Default 20' })),
  cursor: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        'Keyset position from `meta.nextCursor`; empty = from the beginning. Oldest change first, without totals, so that the cost does not grow with the table',
    }),
  ),
  updatedAfter: Type.Optional(
    Type.String({ format: 'date-time', description: 'Only what changed after this instant' }),
  ),
} as const;

export function listOf<S extends TSchema>(item: S) {
  return Type.Object(
    {
      data: Type.Array(item),
      total: Type.Optional(Type.Integer({ description: 'Absent when asked by cursor' })),
      page: Type.Optional(Type.Integer({ description: 'Absent when asked by cursor' })),
      limit: Type.Integer(),
      meta: Type.Object(
        {
          pages: Type.Optional(Type.Integer({ description: 'Absent when asked by cursor' })),
          nextCursor: orNull(Type.String()),
        },
        closed,
      ),
    },
    closed,
  );
}

export function dataOf<S extends TSchema>(schema: S) {
  return Type.Object({ data: schema }, closed);
}
