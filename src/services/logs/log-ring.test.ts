/** No NIK, name, address or free text can come through the ring, whatever is thrown into the logger. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { silentLogger, type Logger } from '../context.ts';
import { shownFields, shownMessage } from './log-fields.ts';
import { createLogRing } from './log-ring.ts';

const noon = new Date('2026-11-20T05:00:00.000Z');
const ring = (capacity?: number) => createLogRing(() => noon, capacity);

describe('the ring', () => {
  it('keeps the newest lines, filters by level, and says how many it let go', () => {
    const kept = ring(3);
    const logger = kept.over(silentLogger);
    for (const status of [1, 2, 3, 4]) logger.info({ status }, 'request');
    logger.error({ code: 'ENOSPC' }, 'erasure journal not copied');
    const view = kept.read({});
    expect(view.lines.map(({ level, fields }) => [level, fields])).toEqual([
      ['error', { code: 'ENOSPC' }],
      ['info', { status: 4 }],
      ['info', { status: 3 }],
    ]);
    expect(view.dropped).toBe(2);
    expect(kept.read({ level: 'warn' }).lines).toHaveLength(1);
    expect(kept.read({ limit: 1 }).lines.map(({ level }) => level)).toEqual(['error']);
  });

  it('hands everything on unchanged to the logger beneath', () => {
    const heard: unknown[] = [];
    const beneath: Logger = { ...silentLogger, warn: (fields, message) => void heard.push([fields, message]) };
    ring().over(beneath).warn({ anything: 'goes' }, 'A Message');
    expect(heard).toEqual([[{ anything: 'goes' }, 'A Message']]);
  });

  it('keeps what helps: the call, the class of an error, its place in the sources', () => {
    expect(
      shownFields({
        call: 'onboarding.submitCard',
        kind: 'TypeError',
        at: ['at submitCard (/home/sari/loket/src/desk/onboarding/card-step.ts:41:7)', 'at node:internal/process:1:1'],
        code: 'SQLITE_BUSY',
        route: '/api/identity/customers/:id',
        ms: 12,
      }),
    ).toEqual({
      call: 'onboarding.submitCard',
      kind: 'TypeError',
      at: ['desk/onboarding/card-step.ts:41'],
      code: 'SQLITE_BUSY',
      route: '/api/identity/customers/:id',
      ms: 12,
    });
  });
});

const names = [
  'siti rahmawati',
  'SITI RAHMAWATI',
  'Siti',
  'budi',
  'BUDI',
  'Agus_Salim',
  'jl. anggrek no. 21',
  'dewi@bank.example',
];
const secret = fc.oneof(
  fc.constantFrom(...names),
  fc.stringMatching(/^[0-9]{16}$/),
  fc.stringMatching(/^\+62[0-9]{9,11}$/),
  fc.stringMatching(/^[A-Z][a-z]{3,9} [A-Z][a-z]{3,9}$/),
  fc.constant('cus_01J8ZC2M3V9K6Q4T7W1XB5N0RD'),
  fc.stringMatching(/^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-[0-2][0-9]$/),
);
const fieldNames = Object.keys(shownFields(new Proxy({}, { get: () => 'unknown' }))).concat(
  'call',
  'code',
  'error',
  'at',
  'route',
  'status',
  'ms',
  'message',
  'err',
  'nik',
  'name',
  'state',
  'deliveryId',
);

describe('personal data', () => {
  it('never comes through, in whichever member it lies', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(...fieldNames),
          fc.oneof(secret, fc.array(secret), fc.dictionary(secret, secret)),
        ),
        secret,
        (fields, hidden) => {
          const kept = ring();
          const logger = kept.over(silentLogger);
          logger.error(fields, hidden);
          logger.warn({ ...fields, code: hidden, call: hidden, kind: hidden, at: [hidden] }, `seen ${hidden}`);
          // A message of small letters would pass by its shape; that it is a constant is proven below.
          const shown = JSON.stringify(kept.read({}).lines.map((line) => line.fields));
          for (const text of collect([fields, hidden])) expect(shown).not.toContain(text);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is not a number either: nothing as long as a telephone number or a NIK', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100_000_000, max: Number.MAX_SAFE_INTEGER }), (value) => {
        expect(shownFields({ status: value, ms: value, count: -value })).toEqual({});
      }),
    );
  });

  it('is not in a message: digits, capitals and signs are refused', () => {
    for (const message of ['NIK 3171014101900001', 'Siti was here', 'dewi@bank.example', '3171', 'a'.repeat(101)])
      expect(shownMessage(message)).toBe('');
    expect(shownMessage('a webhook round failed')).toBe('a webhook round failed');
  });
});

function collect(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(fieldNames.includes(key) || Array.isArray(value) ? [] : [key]),
    ...collect(inner),
  ]);
}

const sources = join(import.meta.dirname, '..', '..');
const programFiles = (readdirSync(sources, { recursive: true }) as string[]).filter(
  (file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|testing\//.test(file) && !file.startsWith('contract/client'),
);

/** Second arguments of `….logger.LEVEL(fields, message)`, as written. */
function messagesIn(file: string): ts.Expression[] {
  const text = readFileSync(join(sources, file), 'utf8');
  if (!/[lL]ogger\b/.test(text)) return [];
  const found: ts.Expression[] = [];
  const look = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      ['debug', 'info', 'warn', 'error'].includes(node.expression.name.text) &&
      /[lL]ogger$/.test(node.expression.expression.getText()) &&
      node.arguments[1] !== undefined
    )
      found.push(node.arguments[1]);
    ts.forEachChild(node, look);
  };
  look(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}

it('every message that is logged anywhere is a constant of the source, in a shape the ring shows', () => {
  // The ring hands on what it was given.
  const others = programFiles.filter((file) => file !== 'services/logs/log-ring.ts');
  const messages = others.flatMap((file) => messagesIn(file).map((message) => ({ file, message })));
  expect(messages.length).toBeGreaterThan(15);
  const open = messages.filter(({ message }) => !ts.isStringLiteralLike(message) || shownMessage(message.text) === '');
  expect(open.map(({ file, message }) => `${file}: ${message.getText()}`)).toEqual([]);
});
