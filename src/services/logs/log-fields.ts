/**
 * What of a log line may be shown on a screen. Not a search for personal data, which would miss some, but a table of what
 * each member may be: numbers too short to be a NIK or a telephone, and words out of closed vocabularies. Whatever is not
 * named here, or not of its vocabulary, is left out.
 */
import { constants } from 'node:os';
import { routeMatrix } from '../../contract/api/route-matrix.ts';
import { deskCallNames } from '../../contract/desk/calls.ts';
import { selfTestParts } from '../../contract/desk/self-test.ts';
import { errorCatalogue } from '../../contract/errors.ts';
import { reasonCodes } from '../../contract/reasons.ts';

export type ShownValue = string | number | boolean | readonly string[];

type Rule = (value: unknown) => ShownValue | null;

function word(words: readonly string[], pattern?: RegExp): Rule {
  const known = new Set(words);
  return (value) => (typeof value === 'string' && (known.has(value) || pattern?.test(value) === true) ? value : null);
}

/** A NIK has sixteen digits, a telephone number at least nine. */
const mostShown = 99_999_999;
const count: Rule = (value) =>
  typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= mostShown ? value : null;

const codes = [...Object.keys(errorCatalogue), ...reasonCodes, ...Object.keys(constants.errno), 'unknown'];
/** Of the program, of Node and of its libraries; the names classes of errors have. */
const libraryCode = /^(FST_ERR|ERR|SQLITE|UND_ERR)_[A-Z_]{2,40}$/;
const errorNames = [
  'Error',
  'AggregateError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'AbortError',
  'TimeoutError',
  'DOMException',
  'StoreError',
  'SqliteError',
  'DatabaseError',
  'SealBroken',
  'ListProblem',
  'LeaseLost',
  'unknown',
  'string',
  'object',
];
/** Rows of deliveries and callbacks: nobody's. A customer's id is not among them. */
const machineId = /^(evt|whd|whk|pcb|pcl|key|slf)_[0-9A-HJKMNP-TV-Z]{26}$/;
const place = /\/src\/([a-z0-9-]+(?:\/[a-z0-9-]+)*\.tsx?):(\d{1,5})/;

const id: Rule = (value) => (typeof value === 'string' && machineId.test(value) ? value : null);
/** Frames of a stack: the file of this program and its line, not where it is installed. */
const places: Rule = (value) => {
  if (!Array.isArray(value)) return null;
  const seen = value.flatMap((frame) => (typeof frame === 'string' ? (place.exec(frame)?.slice(1, 3) ?? []) : []));
  const pairs = seen.flatMap((part, at) => (at % 2 === 0 ? [`${part}:${seen[at + 1] ?? ''}`] : []));
  return pairs.length === 0 ? null : pairs.slice(0, 6);
};

const rules: Readonly<Record<string, Rule>> = {
  call: word(deskCallNames),
  code: word(codes, libraryCode),
  error: word([...errorNames, ...codes]),
  kind: word(errorNames),
  part: word(selfTestParts),
  method: word(['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']),
  route: word(routeMatrix.map(({ path }) => path.replace(/\{(\w+)\}/g, ':$1'))),
  state: word(['pending', 'delivered', 'failed', 'cancelled', 'running', 'done', 'ready', 'starting', 'down']),
  at: places,
  status: count,
  ms: count,
  attempt: count,
  count,
  deliveryId: id,
  webhookId: id,
  eventId: id,
  callbackId: id,
  clientId: id,
  tiersExpired: count,
  framesRetired: count,
  envelopesRetired: count,
  customersErased: count,
  refusedErased: count,
  recordsPurged: count,
  auditPurged: count,
  registryVerdicts: count,
  answersDeleted: count,
  sessionsDeleted: count,
  challengesDeleted: count,
  customers: count,
  hits: count,
};

/** Messages are constants of the program (a test reads the sources for it): small letters and spaces. */
const messageShape = /^[a-z][a-z':, -]{0,99}$/;

export function shownMessage(message: string | undefined): string {
  return message !== undefined && messageShape.test(message) ? message : '';
}

export function shownFields(fields: object): Readonly<Record<string, ShownValue>> {
  const shown: Record<string, ShownValue> = {};
  for (const [name, rule] of Object.entries(rules)) {
    const value = rule((fields as Record<string, unknown>)[name]);
    if (value !== null) shown[name] = value;
  }
  return shown;
}
