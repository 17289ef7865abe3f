import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Schema from 'typebox/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatedFiles, openApiDocument } from '../../e2e/api/generated-files.ts';
import { policyOf, type RouteKey } from '../contract/api/route-matrix.ts';
import { errorCatalogue } from '../contract/errors.ts';
import { reasonCatalogue } from '../contract/reasons.ts';
import type { Answer, OpenApiDocument, Operation } from './plugins/open-api-document.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

let document: OpenApiDocument;
let directory: string;
beforeAll(async () => {
  document = JSON.parse(JSON.stringify(await openApiDocument())) as OpenApiDocument;
  directory = await mkdtemp(join(tmpdir(), 'loket-openapi-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

interface Named {
  readonly key: RouteKey;
  readonly operation: Operation;
}

function operations(): Named[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      key: `${method.toUpperCase()} ${path}` as RouteKey,
      operation,
    })),
  );
}

describe('the OpenAPI document', () => {
  it('has no errors and no warnings by a public linter (Redocly, its recommended rules)', async () => {
    const file = join(directory, 'openapi.json');
    await writeFile(file, JSON.stringify(document));
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
    const cli = join(root, 'node_modules/@redocly/cli/bin/cli.js');
    const run = promisify(execFile)(process.execPath, [cli, 'lint', file, '--format=json', '--extends=recommended'], {
      env,
      cwd: directory,
      maxBuffer: 64 * 1024 * 1024,
    }).catch((error: { stdout: string }) => error);
    const report = JSON.parse((await run).stdout) as {
      totals: { errors: number; warnings: number };
      problems: { message: string; location: { pointer?: string }[] }[];
    };
    expect(report.problems.map((one) => `${one.location[0]?.pointer ?? ''}: ${one.message}`)).toEqual([]);
    expect(report.totals).toMatchObject({ errors: 0, warnings: 0 });
  });

  it('is noticed by that linter when it is broken', async () => {
    const file = join(directory, 'broken.json');
    const broken = { ...document, info: { description: 'no title, no version' } };
    await writeFile(file, JSON.stringify(broken));
    const cli = join(root, 'node_modules/@redocly/cli/bin/cli.js');
    const run = promisify(execFile)(process.execPath, [cli, 'lint', file, '--format=json'], { cwd: directory });
    await expect(run).rejects.toMatchObject({ code: 1 });
  });

  it('names for each operation who may call it, its limit, its audit events, and every way it may fail', () => {
    expect(operations().length).toBeGreaterThanOrEqual(24);
    for (const { key, operation } of operations()) {
      const policy = policyOf(key);
      expect(operation.summary.length, key).toBeGreaterThan(3);
      expect(operation.description, key).toContain(policy.bucket);
      for (const event of policy.events) expect(operation.description, key).toContain(`\`${event}\``);
      expect(operation, key).toMatchObject({ 'x-scopes': policy.keyScopes, 'x-roles': policy.roles });
      expect(Object.keys(operation.responses), key).toEqual(expect.arrayContaining(['400', '429', '500']));
      if (policy.roles !== 'public') {
        expect(operation.responses['401']?.description, key).toContain('`unauthenticated`');
        expect(operation.security, key).not.toEqual([]);
      }
      if (Array.isArray(policy.keyScopes)) {
        expect(operation.responses['403']?.description, key).toContain('`missing_scope`');
        const wanted = operation.security?.flatMap((one) => one['apiKey'] ?? []);
        expect(wanted, key).toEqual(policy.keyScopes);
      }
      if (operation.requestBody !== undefined)
        expect(Object.keys(operation.responses), key).toEqual(expect.arrayContaining(['413', '415']));
    }
  });

  it('explains every error code, reason code and deviation in words', () => {
    const { description } = document.info;
    for (const code of Object.keys(errorCatalogue)) expect(description).toContain(`| \`${code}\` |`);
    for (const code of Object.keys(reasonCatalogue)) expect(description).toContain(`| \`${code}\` |`);
    for (const words of ['challenge_consumed', 'stays `standard`', 'Premium, stricter', 'RFC 8785'])
      expect(description).toContain(words);
  });

  it('describes every tag it uses', () => {
    const described = (document.tags ?? []).map((tag) => tag.name);
    expect([...new Set(operations().flatMap(({ operation }) => operation.tags))].sort()).toEqual([...described].sort());
  });

  it('gives examples that its own schemas accept', () => {
    const { schemas } = document.components;
    const check = (key: string, schema: unknown, value: unknown): void => {
      const validator = Schema.Compile({ schemas, ...(resolved(schema) as object) } as never);
      const [, problems] = validator.Errors(value);
      expect([key, problems]).toEqual([key, []]);
    };
    const resolved = (node: unknown): unknown => {
      if (Array.isArray(node)) return node.map(resolved);
      if (typeof node !== 'object' || node === null) return node;
      const { $ref } = node as { $ref?: string };
      if ($ref !== undefined) return resolved(schemas[$ref.split('/').at(-1) ?? '']);
      return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, resolved(value)]));
    };
    let examples = 0;
    for (const { key, operation } of operations()) {
      const media = [operation.requestBody?.content['application/json'], ...answersOf(operation)];
      for (const one of media) {
        if (one?.example === undefined) continue;
        examples += 1;
        check(key, one.schema, one.example);
      }
      for (const { code, value } of errorValues(operation)) {
        check(`${key} ${code}`, schemas['Error'], value);
      }
    }
    expect(examples).toBeGreaterThanOrEqual(operations().length);
  });

  function answersOf(operation: Operation) {
    return Object.values(operation.responses).map((answer: Answer) => answer.content?.['application/json']);
  }

  function errorValues(operation: Operation) {
    return answersOf(operation).flatMap((media) =>
      Object.keys(media?.examples ?? {}).map((code) => ({
        code,
        value: document.components.examples?.[code]?.value,
      })),
    );
  }
});

describe('what is generated from it', () => {
  it('is up to date (else: npm run generate)', async () => {
    const files = await generatedFiles(document);
    for (const [path, text] of Object.entries(files)) {
      const stored = await readFile(join(root, path), 'utf8').catch(() => 'not there');
      expect([path, stored === text]).toEqual([path, true]);
    }
  });

  it('holds one Postman request per operation, without a secret', async () => {
    const files = await generatedFiles(document);
    const text = files['resources/postman/loket.postman_collection.json'] ?? '';
    const collection = JSON.parse(text) as { item: { item: unknown[] }[] };
    expect(collection.item.flatMap((folder) => folder.item)).toHaveLength(operations().length);
    expect(text).not.toMatch(/qe_sk_(sandbox|live)_[A-Z2-7]{32}/);
  });
});
