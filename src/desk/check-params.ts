/** Checks call parameters against `contract/desk`: the schema by TypeBox, bytes by hand (no JSON Schema keyword knows them). */
import { Compile, type Validator } from 'typebox/compile';
import { deskCallNames, deskCalls, type DeskCallName } from '../contract/desk/calls.ts';
import { fail, ok, type Result } from '../contract/result.ts';

/** As on the API (api-decisions 10): the frames of one call together. */
const maxCallBytes = 64 * 1024 * 1024;

interface SchemaNode {
  readonly type?: string;
  readonly maxBytes?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
}

interface BytesTally {
  total: number;
  readonly wrong: string[];
  tooLarge: boolean;
}

const validators = new Map<DeskCallName, Validator>();
for (const name of deskCallNames) validators.set(name, Compile(deskCalls[name].params));

export function isDeskCallName(name: string): name is DeskCallName {
  return Object.hasOwn(deskCalls, name);
}

/** `validation_failed` names the fields and never a value: values are personal data. */
export function checkParams(name: DeskCallName, params: unknown): Result<unknown> {
  const schema = deskCalls[name].params as SchemaNode;
  const tally: BytesTally = { total: 0, wrong: [], tooLarge: false };
  tallyBytes(schema, params, '', tally);
  if (tally.tooLarge || tally.total > maxCallBytes)
    return fail('body_too_large', 'The pictures of this call are too large.');
  const fields = new Set(tally.wrong);
  const validator = validators.get(name);
  if (validator === undefined) throw new Error(`no validator for ${name}`);
  if (!validator.Check(params)) for (const problem of validator.Errors(params)) fields.add(problem.instancePath || '/');
  if (fields.size === 0) return ok(params);
  return fail('validation_failed', 'The parameters of this call are not valid.', { fields: [...fields].slice(0, 10) });
}

function tallyBytes(schema: SchemaNode, value: unknown, path: string, tally: BytesTally): void {
  if (schema.type === 'bytes') {
    // A present property only: that a required one is missing is the schema's finding.
    if (value === undefined) return;
    if (!(value instanceof Uint8Array)) {
      tally.wrong.push(path);
      return;
    }
    tally.total += value.byteLength;
    if (schema.maxBytes !== undefined && value.byteLength > schema.maxBytes) tally.tooLarge = true;
    return;
  }
  if (schema.properties !== undefined && typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(schema.properties))
      tallyBytes(child, (value as Record<string, unknown>)[key], `${path}/${key}`, tally);
  }
  if (schema.items !== undefined && Array.isArray(value)) {
    for (const [index, item] of value.entries()) tallyBytes(schema.items, item, `${path}/${index}`, tally);
  }
}
