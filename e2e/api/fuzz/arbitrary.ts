/** From the API's own schemas to values: valid ones, nearly valid ones, and what nobody decent would send. */
import fc from 'fast-check';
import type { JsonSchema } from '../../../src/api/plugins/open-api-examples.ts';

/** In every text we make up, so that a log can be searched for it. */
export const marker = 'ZQFUZZ';

type Schemas = Readonly<Record<string, JsonSchema>>;
interface FullSchema extends JsonSchema {
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly contentEncoding?: string;
}

const curious = [
  `${marker}\u0000NUL`,
  `${marker}\ud800`,
  `\udc00${marker}`,
  `${marker}\u202egpj.exe`,
  `${marker} 🧕🏽👨‍👩‍👧‍👦 ﷽`,
  `${marker}' OR 1=1 --`,
  `${marker}%' ESCAPE '\\`,
  `=${marker}+cmd|'/C calc'!A0`,
  `../../../../etc/passwd ${marker}`,
  `<script>${marker}</script>`,
  '__proto__',
  'constructor',
  '{{7*7}}',
  '%s%n%x',
  'ＦＵＬＬ　ｗｉｄｔｈ',
  'İıſß',
  '',
  ' ',
  '\r\nX-Injected: 1',
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...curious) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 2, arbitrary: fc.integer({ min: 100, max: 5000 }).map((length) => marker.padEnd(length, 'é')) },
  { weight: 1, arbitrary: fc.integer({ min: 100_000, max: 400_000 }).map((length) => marker.padEnd(length, 'A')) },
);

export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: hostileText },
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown>(null, true, 0, -1, 1e308, -0.1, 2 ** 53, [], {}, [[[]]], { toString: 1 }, [
      'x',
    ]),
  },
  { weight: 1, arbitrary: fc.integer({ min: 10, max: 400 }).map(nested) },
  { weight: 1, arbitrary: fc.array(fc.constant(marker), { minLength: 100, maxLength: 2000 }) },
);

function nested(depth: number): unknown {
  let value: unknown = marker;
  for (let n = 0; n < depth; n += 1) value = n % 2 === 0 ? [value] : { a: value };
  return value;
}

/** A start of a JPEG and some noise; the scene word is what the test's vision looks at. */
const frameText = fc
  .tuple(fc.constantFrom('card', 'still', 'alive', 'replay', 'nobody', 'broken', 'anything'), fc.nat())
  .map(([scene, note]) =>
    Buffer.from([0xff, 0xd8, 0xff, ...Buffer.from(`${scene}|${note}|drawn for a test`)]).toString('base64'),
  );

function textOf(schema: FullSchema): fc.Arbitrary<string> {
  if (schema.format === 'date-time')
    return fc
      .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
      .map((at) => at.toISOString());
  if (schema.format === 'date') return fc.constantFrom('1990-07-05', '2026-02-29', '2000-02-29');
  if (schema.format === 'email') return fc.nat().map((n) => `${marker.toLowerCase()}${n}@example.org`);
  if (schema.format === 'uri') return fc.constant('https://hooks.bank.example/');
  if (schema.contentEncoding === 'base64') return frameText;
  const maxLength = Math.min(schema.maxLength ?? 40, 200);
  const minLength = Math.min(schema.minLength ?? 0, maxLength);
  // Repeated to the asked length rather than filtered by it: a filter that seldom lets through never ends.
  if (schema.pattern !== undefined)
    return fc
      .stringMatching(new RegExp(schema.pattern))
      .map((text) => (text.length >= minLength || text === '' ? text : text.repeat(Math.ceil(minLength / text.length))))
      .map((text) => text.slice(0, maxLength));
  return fc
    .string({ unit: 'grapheme', minLength, maxLength })
    .map((text) => (text + marker).slice(0, Math.max(minLength, Math.min(maxLength, text.length + marker.length))));
}

function numberOf(schema: FullSchema): fc.Arbitrary<number> {
  const min = schema.minimum ?? -1000;
  const max = schema.maximum ?? 1_000_000;
  return schema.type === 'integer'
    ? fc.integer({ min: Math.ceil(min), max: Math.floor(max) })
    : fc.double({ min, max, noNaN: true, noDefaultInfinity: true });
}

/** A value the schema accepts (as far as the schema tells). `known` gives values by member name: ids that exist. */
export function valid(
  schema: JsonSchema,
  schemas: Schemas,
  known: (member: string) => fc.Arbitrary<unknown> | null,
  member = '',
): fc.Arbitrary<unknown> {
  const full = schema as FullSchema;
  if (full.$ref !== undefined) return valid(schemas[full.$ref.split('/').at(-1) ?? ''] ?? {}, schemas, known, member);
  const given = known(member);
  if (given !== null) return given;
  if (full.const !== undefined) return fc.constant(full.const);
  if (full.enum !== undefined) return fc.constantFrom(...full.enum);
  if (Array.isArray(full.type))
    return fc.oneof(
      ...(full.type as readonly string[]).map((type) => valid({ ...full, type } as JsonSchema, schemas, known, member)),
    );
  const choices = full.anyOf ?? full.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((one) => valid(one, schemas, known, member)));
  switch (full.type) {
    case 'string':
      return textOf(full);
    case 'integer':
    case 'number':
      return numberOf(full);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return arrayOf(full, schemas, known, member);
    case 'object':
      return objectOf(full, schemas, known);
    case undefined:
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function arrayOf(
  schema: FullSchema,
  schemas: Schemas,
  known: (member: string) => fc.Arbitrary<unknown> | null,
  member: string,
): fc.Arbitrary<unknown> {
  const minLength = schema.minItems ?? 0;
  const maxLength = Math.max(minLength, Math.min(schema.maxItems ?? 4, 4));
  const item = valid(schema.items ?? {}, schemas, known, member);
  return schema.uniqueItems === true
    ? fc.uniqueArray(item, { minLength, maxLength })
    : fc.array(item, { minLength, maxLength });
}

function objectOf(
  schema: FullSchema,
  schemas: Schemas,
  known: (member: string) => fc.Arbitrary<unknown> | null,
): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, one]) => [name, valid(one, schemas, known, name)]),
  );
  const requiredKeys = (schema.required ?? []).filter((name) => name in members);
  const own = fc.record(members, { requiredKeys });
  if (typeof schema.additionalProperties !== 'object') return own;
  const extra = fc.dictionary(
    fc.constantFrom('nik', 'fullName', 'face_match'),
    valid(schema.additionalProperties, schemas, known),
    {
      maxKeys: 2,
    },
  );
  return fc.tuple(own, extra).map(([a, b]) => ({ ...a, ...b }));
}

/** One place of the value is replaced, removed or joined by something unknown. */
export function nearly(base: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(base, fc.nat(), fc.constantFrom('replace', 'remove', 'add', 'pollute', 'wrap'), hostileValue)
    .map(([value, where, how, bad]) => spoil(structuredClone(value), where, how, bad));
}

function spoil(value: unknown, where: number, how: string, bad: unknown): unknown {
  const places: { holder: Record<string, unknown>; name: string }[] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const name of Object.keys(node)) {
      places.push({ holder: node as Record<string, unknown>, name });
      walk((node as Record<string, unknown>)[name]);
    }
  };
  walk(value);
  const place = places[where % Math.max(1, places.length)];
  if (place === undefined) return bad;
  if (how === 'replace') place.holder[place.name] = bad;
  else if (how === 'remove') delete place.holder[place.name];
  else if (how === 'wrap') place.holder[place.name] = [place.holder[place.name]];
  else if (how === 'add') place.holder[marker] = bad;
  else Object.defineProperty(place.holder, '__proto__', { value: { admin: true }, enumerable: true });
  return value;
}
