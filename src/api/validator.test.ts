import { Type, type TSchema } from 'typebox';
import { describe, expect, it } from 'vitest';
import { validatorCompiler } from './validator.ts';

const query = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    ratio: Type.Optional(Type.Number()),
    active: Type.Optional(Type.Boolean()),
    q: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

type Outcome = { value?: unknown; error?: unknown };
const validate = (httpPart: string, schema: TSchema) =>
  validatorCompiler({ schema, httpPart, method: 'GET', url: '/' } as never) as unknown as (value: unknown) => Outcome;

describe('validation of a query', () => {
  const read = validate('querystring', query);

  it('reads numbers and truth from text, and leaves text text', () => {
    const sent = { limit: '20', ratio: '-0.5', active: 'false', q: '3171044507900003' };
    expect(read(sent)).toEqual({ value: { limit: 20, ratio: -0.5, active: false, q: '3171044507900003' } });
    expect(sent.limit).toBe('20');
  });

  it.each([
    { limit: '1e1' },
    { limit: '0x10' },
    { limit: ' 5' },
    { limit: '' },
    { limit: '1.5' },
    { limit: '101' },
    { limit: ['1', '2'] },
    { active: 'yes' },
    { active: 'toString' },
    { surprise: '1' },
  ])('refuses %o', (sent) => {
    expect(read(sent)).toHaveProperty('error');
  });
});

it('reads nothing out of the text of a body: 20 and "20" are not the same', () => {
  const body = validate('body', query);
  expect(body({ limit: 20 })).toEqual({ value: { limit: 20 } });
  expect(body({ limit: '20' })).toHaveProperty('error');
});
