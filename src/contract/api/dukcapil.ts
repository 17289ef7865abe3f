/** A verdict of Dukcapil, which the client asked for itself (api-facts, Q-duk): we never call Dukcapil. */
import { Type } from 'typebox';
import { oneOf, verificationStatuses } from '../vocabulary.ts';
import { FrameInput } from './bundle-input.ts';
import { closed, CustomerId, Id, orNull } from './common.ts';

export const DukcapilBody = Type.Object(
  {
    customerId: CustomerId,
    valid: Type.Boolean({
      description: '`true` = confirmed, `false` = no match or declined. Final verdicts only',
      examples: [true],
    }),
    photo: Type.Optional(FrameInput),
    raw: Type.Optional(
      Type.Unsafe<Record<string, unknown>>({
        type: 'object',
        additionalProperties: true,
        description: 'The answer as it came, at most 1 MiB. Sealed, and never returned by any route',
        examples: [{ responseCode: '00' }],
      }),
    ),
    reason: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 500,
        description: 'Why it was declined; shown to analysts on the customer page',
        examples: ['NIK not found in central registry'],
      }),
    ),
  },
  closed,
);

export const DukcapilAnswerSchema = Type.Object(
  {
    verification: Type.Object(
      {
        id: Type.String({ examples: ['ver_01J8ZC2M3V9K6Q4T7W1XB5N0RD'] }),
        status: oneOf(verificationStatuses, { examples: ['verified'] }),
        score: Type.Optional(Type.Number({ description: '100; absent when declined', examples: [100] })),
      },
      closed,
    ),
    enrolment: orNull(
      Type.Object(
        {
          id: Id,
          source: oneOf(['dukcapil']),
          fallbackStub: Type.Boolean({
            description: 'The photo is stored, but no usable face was found in it: nothing is compared with it',
            examples: [false],
          }),
        },
        { ...closed, description: 'The authoritative reference. null without a photo' },
      ),
    ),
  },
  { ...closed, title: 'DukcapilVerdict' },
);

/** What the customer page tells analysts of the newest verdict. */
export const DukcapilStandingSchema = Type.Object(
  {
    verificationId: Id,
    status: oneOf(verificationStatuses),
    reason: orNull(Type.String({ examples: ['NIK not found in central registry'] })),
    createdAt: Type.String({ format: 'date-time' }),
  },
  {
    ...closed,
    description: 'The newest verdict of Dukcapil. For supervisors, analysts, compliance, admins and `internal` keys',
  },
);
