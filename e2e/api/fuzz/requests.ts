/** One request of one operation as the client will write it. */
import fc from 'fast-check';
import type { OpenApiDocument, Operation } from '../../../src/api/plugins/open-api-document.ts';
import type { JsonSchema } from '../../../src/api/plugins/open-api-examples.ts';
import { hostileText, hostileValue, marker, nearly, valid } from './arbitrary.ts';

export const callers = ['bank', 'rival', 'bank-admin', 'rival-admin', 'bank-supervisor', 'stranger', 'nobody'] as const;
export type CallerName = (typeof callers)[number];

/** Ids that exist, by member name; each organisation has its own. */
export type KnownIds = Readonly<Record<string, readonly string[]>>;

export interface WireRequest {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly caller: CallerName;
  /** Pairs, so that a name may come twice. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | null;
  /** A JSON body that holds a bundle: sign it properly before sending, with a fresh challenge. */
  readonly sign: boolean;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const jsonHeader = ['content-type', 'application/json'] as const;

interface Payload {
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | null;
  readonly sign?: boolean;
}

function rawJson(value: unknown): fc.Arbitrary<Payload> {
  const whole = JSON.stringify(value) ?? 'null';
  const bytes = text(whole);
  return fc
    .oneof(
      fc.constant(bytes.slice(0, Math.floor(bytes.length / 2))),
      fc.integer({ min: 1000, max: 60_000 }).map((depth) => text('['.repeat(depth))),
      fc.integer({ min: 1000, max: 20_000 }).map((depth) => text('{"a":'.repeat(depth) + '1' + '}'.repeat(depth))),
      fc.constant(text(`\ufeff${whole}`)),
      fc.constant(Uint8Array.from([...bytes.slice(0, -1), 0xff, 0xfe, 0xc0, 0x7d])),
      fc.constant(text('{"fullName":"a","fullName":"b","nik":1e999}')),
      fc.constant(text('{"__proto__":{"admin":true},"constructor":{"prototype":{}}}')),
      fc.constant(text('NaN')),
      fc.constant(new Uint8Array(0)),
      fc.constant(text('"just a string"')),
      fc.constant(text('{"fullName":"\\ud800 lone","nik":"\\u0000"}')),
    )
    .map((body) => ({ headers: [jsonHeader], body }));
}

const oddTypes = [
  'text/plain',
  'application/xml',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-16',
  'application/json;;',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  '*/*',
  'application/problem+json',
  marker,
];

const disposition = (name: string, file: string | null): string =>
  `Content-Disposition: form-data; name="${name}"${file === null ? '' : `; filename="${file}"`}`;

interface Part {
  readonly name: string;
  readonly file: string | null;
  readonly value: string;
}

const part: fc.Arbitrary<Part> = fc.record({
  name: fc.constantFrom('bundle', 'frames', 'customerId', 'hmacKey', 'referenceImage', '__proto__', '', `${marker}[0]`),
  file: fc.constantFrom(null, 'frame.jpg', '../../../etc/passwd', `a\u0000b${marker}`, 'x'.repeat(3000)),
  value: fc.oneof(
    fc.constantFrom(
      '{"version":"1.0"}',
      '{',
      'null',
      '[]',
      '{"__proto__":{}}',
      'cus_nobody',
      '\u00ff\u00d8\u00ff junk',
    ),
    fc.integer({ min: 1, max: 50_000 }).map((length) => marker.padEnd(length, 'x')),
  ),
});

const multipart: fc.Arbitrary<Payload> = fc
  .record({
    parts: fc.oneof(
      { weight: 8, arbitrary: fc.array(part, { maxLength: 6 }) },
      { weight: 1, arbitrary: fc.array(part, { minLength: 80, maxLength: 120 }) },
    ),
    end: fc.constantFrom('whole', 'no end', 'cut', 'wrong boundary', 'no blank line'),
  })
  .map(({ parts, end }) => {
    const blank = end === 'no blank line' ? '' : '\r\n';
    const written = parts
      .map((one) => `--B0undary\r\n${disposition(one.name, one.file)}\r\n${blank}${one.value}\r\n`)
      .join('');
    const body = text(end === 'no end' ? written : `${written}--B0undary--\r\n`);
    const type = `multipart/form-data; boundary=${end === 'wrong boundary' ? 'other' : 'B0undary'}`;
    return {
      headers: [['content-type', type]],
      body: end === 'cut' ? body.slice(0, Math.floor(body.length * 0.6)) : body,
    };
  });

function payloadOf(
  schema: JsonSchema,
  bundled: boolean,
  schemas: OpenApiDocument['components']['schemas'],
  ids: KnownIds,
) {
  const good = valid(schema, schemas, knownIn(ids));
  const asJson = (value: fc.Arbitrary<unknown>): fc.Arbitrary<Payload> =>
    value.map((one) => ({ headers: [jsonHeader], body: text(JSON.stringify(one) ?? '') }));
  return fc.oneof(
    { weight: bundled ? 3 : 6, arbitrary: asJson(good) },
    { weight: bundled ? 5 : 0, arbitrary: asJson(good).map((one) => ({ ...one, sign: true })) },
    { weight: bundled ? 2 : 0, arbitrary: asJson(nearly(good)).map((one) => ({ ...one, sign: true })) },
    { weight: 6, arbitrary: asJson(nearly(good)) },
    { weight: 2, arbitrary: asJson(hostileValue) },
    { weight: 2, arbitrary: good.chain(rawJson) },
    { weight: bundled ? 3 : 1, arbitrary: multipart },
    {
      weight: 1,
      arbitrary: fc.tuple(good, fc.constantFrom(...oddTypes)).map(([value, type]) => ({
        headers: [['content-type', type] as const],
        body: text(JSON.stringify(value) ?? ''),
      })),
    },
  );
}

function knownIn(ids: KnownIds): (member: string) => fc.Arbitrary<unknown> | null {
  return (member) => {
    const list = ids[member];
    return list === undefined || list.length === 0 ? null : fc.constantFrom(...list);
  };
}

const pathTricks = [
  '..',
  '.',
  '%2e%2e%2fapi%2fcustomers',
  '%00',
  '%ff%fe',
  '%E0%A4%A',
  '%25',
  ' ',
  `%0d%0aX-${marker}:1`,
  'cus_nobody;drop',
  '*',
  'null',
  `${marker.padEnd(500, 'x')}`,
  '__proto__',
];

function segmentOf(name: string, ids: KnownIds): fc.Arbitrary<string> {
  const list = ids[name] ?? ids['customerId'] ?? [];
  return fc.oneof(
    { weight: 6, arbitrary: list.length === 0 ? fc.constant('cus_nobody') : fc.constantFrom(...list) },
    { weight: 2, arbitrary: fc.constantFrom(...pathTricks) },
    { weight: 1, arbitrary: hostileText.map((one) => encodeURIComponent(one.toWellFormed()).slice(0, 2000)) },
  );
}

type Parameter = NonNullable<Operation['parameters']>[number];

function queryOf(parameters: readonly Parameter[], ids: KnownIds): fc.Arbitrary<string> {
  const write = (name: string, value: unknown): string =>
    `${encodeURIComponent(name)}=${encodeURIComponent(String(value).toWellFormed())}`;
  const good = fc
    .tuple(
      ...parameters
        .filter((one) => one.in === 'query')
        .map((one) =>
          fc.option(
            valid(one.schema ?? {}, {}, knownIn(ids), one.name).map((value) => write(one.name ?? '', value)),
            { freq: 1 },
          ),
        ),
    )
    .map((pairs) => pairs.filter((pair) => pair !== null).join('&'));
  const names = parameters.filter((one) => one.in === 'query').map((one) => one.name ?? '');
  const bad = fc
    .tuple(fc.constantFrom(...names, 'surprise', 'page', 'cursor', 'token', '__proto__', 'q'), hostileText)
    .map(([name, value]) => write(name, value).slice(0, 6000));
  const twice = fc.tuple(bad, bad).map(([a, b]) => `${a}&${b}`);
  const raw = fc.constantFrom(
    '%',
    '%ff',
    '&&&=',
    `${marker}%00`,
    'a[b]=1',
    'cursor=W10',
    'cursor=eyJhIjoxfQ',
    'limit=1e3',
    'q=%ff%fe',
  );
  return fc.oneof(
    { weight: 6, arbitrary: good },
    { weight: 2, arbitrary: bad },
    { weight: 1, arbitrary: twice },
    { weight: 1, arbitrary: raw },
  );
}

const oddHeaders: readonly (readonly (readonly [string, string])[])[] = [
  ...Array.from({ length: 24 }, () => []),
  [['idempotency-key', 'one']],
  [
    ['idempotency-key', 'two'],
    ['idempotency-key', 'three'],
  ],
  [['if-none-match', '*']],
  [
    ['authorization', 'Bearer x'],
    ['authorization', 'Bearer y'],
  ],
  [
    ['x-csrf-token', 'a'],
    ['x-csrf-token', 'b'],
  ],
  [['cookie', 'loket_session=%ff; loket_session=; ;;=']],
  [['cookie', `loket_session=${'x'.repeat(3000)}`]],
  [['content-encoding', 'gzip']],
  [['expect', '200-nothing']],
  [
    ['accept', 'text/html'],
    ['accept-language', marker],
  ],
  [
    ['x-forwarded-for', '10.0.0.1'],
    ['forwarded', 'for=_x'],
  ],
  [['x-http-method-override', 'DELETE']],
  [['x-loket-outcome', marker]],
  [['origin', 'https://evil.example']],
  [['range', 'bytes=0-1']],
];

/** Mostly those who may: behind the door is where the code is. */
function weightOf(operation: Operation, caller: CallerName): number {
  const ways = (operation.security ?? []).flatMap((one) => Object.keys(one));
  if (ways.length === 0) return 2;
  if (caller === 'nobody' || caller === 'stranger') return 1;
  return ways.includes(caller.includes('-') ? 'session' : 'apiKey') ? 8 : 1;
}

/** All requests of all operations of the document. */
export function requestOf(
  document: OpenApiDocument,
  idsOf: (caller: CallerName) => KnownIds,
): fc.Arbitrary<WireRequest> {
  const { schemas } = document.components;
  const each = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      callers.map((caller) => {
        const ids = idsOf(caller);
        const parameters = operation.parameters ?? [];
        const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
        const segments = fc.tuple(...names.map((name) => segmentOf(name, ids)));
        const schema = operation.requestBody?.content['application/json']?.schema;
        const bundled = operation.requestBody?.content['multipart/form-data'] !== undefined;
        const payload: fc.Arbitrary<Payload> =
          schema === undefined
            ? fc.oneof(
                { weight: 5, arbitrary: fc.constant<Payload>({ headers: [], body: null }) },
                { weight: 1, arbitrary: rawJson({ surprise: marker }) },
              )
            : payloadOf(schema, bundled, schemas, ids);
        const arbitrary = fc
          .tuple(segments, queryOf(parameters, ids), payload, fc.constantFrom(...oddHeaders))
          .map(([values, query, { headers, body, sign }, odd]): WireRequest => {
            let at = 0;
            const filled = path.replace(/\{\w+\}/g, () => values[at++] ?? '');
            return {
              operation: `${method.toUpperCase()} ${path}`,
              method: method.toUpperCase(),
              path: query === '' ? filled : `${filled}?${query}`,
              caller,
              headers: [...headers, ...odd],
              body,
              sign: sign === true,
            };
          });
        return { weight: weightOf(operation, caller), arbitrary };
      }),
    ),
  );
  return fc.oneof(...each);
}
