/** Example values for the document, made from the schemas: what a schema says itself first, then what its member is called. */

export interface JsonSchema {
  /** Several where it may be null. */
  readonly type?: string | readonly string[];
  readonly $ref?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly minProperties?: number;
  readonly minLength?: number;
  readonly title?: string;
  readonly description?: string;
  readonly additionalProperties?: boolean | JsonSchema;
}

const ulid = '01J8ZC2M3V9K6Q4T7W1XB5N0RD';
const at = '2026-11-20T08:30:00.000Z';
/** The first bytes of a JPEG: long enough to show the form, too short to be a picture. */
const tinyImage = '/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAP==';

/** By `parent.member`, then by `member`. Nobody in here exists. */
const byName: Readonly<Record<string, unknown>> = {
  'flashChallenge.id': `fc_${ulid}`,
  'verification.id': `ver_${ulid}`,
  'verifications.id': `ver_${ulid}`,
  'history.id': `kte_${ulid}`,
  'ktpBundle.id': `ktpb_${ulid}`,
  'enrolment.id': `fe_${ulid}`,
  'user.id': `usr_${ulid}`,
  'org.id': `org_${ulid}`,
  'apiKey.id': `key_${ulid}`,
  'device.id': `dev_${ulid}`,
  'actor.id': `usr_${ulid}`,
  'Customer.id': `cus_${ulid}`,
  'ApiKey.id': `key_${ulid}`,
  'Webhook.id': `whk_${ulid}`,
  'WebhookDelivery.id': `whd_${ulid}`,
  'Enrollment.id': `fe_${ulid}`,
  'TierEvent.id': `kte_${ulid}`,
  'AuditRow.id': `aud_${ulid}`,
  'ReviewCase.id': `rvw_${ulid}`,
  'AuditRow.event': 'customer.viewed',
  'reasons.code': 'liveness_unclear',
  'reasons.gate': 'liveness',
  'bundle.frames': [tinyImage],
  'bundle.version': '1.0',
  'voters.reason': 'checksum ok',
  'voters.name': 'flash_reflectance',
  'attempts.id': `ver_${ulid}`,
  'Attempt.id': `ver_${ulid}`,
  'CreatedApiKey.id': `key_${ulid}`,
  'AuditRow.objectId': `cus_${ulid}`,
  'reasons.field': 'birthDate',
  'Reason.code': 'liveness_unclear',
  'Reason.gate': 'liveness',
  'Reason.field': 'birthDate',
  'Voter.name': 'flash_reflectance',
  'Voter.reason': 'ordered response to the colours',
  version: '0.1.0',
  fullName: 'SITI RAHMAWATI',
  customerName: 'SITI RAHMAWATI',
  nik: '3171044507900003',
  email: 'siti@example.org',
  phone: '+6281234567890',
  externalRef: 'core-000123',
  province: 'DKI JAKARTA',
  provinceCode: '31',
  regency: 'JAKARTA PUSAT',
  district: 'KEMAYORAN',
  birthDate: '1990-07-05',
  sex: 'female',
  birthPlace: 'JAKARTA',
  bloodType: 'O',
  address: 'JL. MELATI NO. 12',
  rtRw: '004/007',
  village: 'KEMAYORAN',
  religion: 'ISLAM',
  maritalStatus: 'KAWIN',
  occupation: 'KARYAWAN SWASTA',
  nationality: 'WNI',
  validUntil: 'SEUMUR HIDUP',
  operator: 'Rina, desk 1',
  retireReason: 'superseded',
  subject: 'sub_6b86b273ff34fce1',
  objectId: `cus_${ulid}`,
  prevHash: '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b',
  hash: 'd4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35',
  nextCursor: 'WyIyMDI2LTExLTIwVDA4OjMwOjAwLjAwMFoiLCJjdXNfMDFKOFpDIl0',
  customerId: `cus_${ulid}`,
  verificationId: `ver_${ulid}`,
  captureId: `cap_${ulid}`,
  caseId: `rvw_${ulid}`,
  reviewCaseId: `rvw_${ulid}`,
  enrollmentId: `fe_${ulid}`,
  decisionId: `rvd_${ulid}`,
  operatorId: `usr_${ulid}`,
  assigneeId: `usr_${ulid}`,
  actorUserId: `usr_${ulid}`,
  createdBy: `usr_${ulid}`,
  requestedBy: 'siti@example.org',
  deskId: `desk_${ulid}`,
  name: 'core banking',
  reason: 'original seen at the counter',
  reasonCode: 'original_seen',
  password: 'a long pass phrase',
  nonce: 'v8Jr3Yw0m2Qx5Tz7Kd1Ls9Bn',
  flashChallengeNonce: 'v8Jr3Yw0m2Qx5Tz7Kd1Ls9Bn',
  colors: ['#FFFFFF', '#3CE66E', '#4678FF'],
  holdMs: [400, 300, 500],
  hmacSecret: 'qe_whsec_4h2r8m1kq9',
  hmacKey: 'qe_whsec_4h2r8m1kq9',
  signature: 'Jm9vYmFyIGlzIG5vdCBhIHNpZ25hdHVyZSwgaXQgaXMgYW4gZXhhbXBsZQ',
  sdkVersion: 'qe-identity-sdk-rn@0.1.0',
  referenceImage: tinyImage,
  photo: tinyImage,
  url: 'https://core.bank.example/hooks/identity',
  secret: 'qe_whsec_4h2r8m1kq9',
  csrfToken: 'kT3f9pQ2v7',
  hint: 'qe_sk_sandbox_ABCD',
  score: 87,
  similarity: 0.74,
  threshold: 0.45,
  passed: 4,
  present: 6,
  total: 150,
  page: 1,
  limit: 20,
  pages: 8,
  framesStored: 5,
  engine: 'w600k_mbf',
  modelId: 'qe-face-v3',
  trigger: 'high_value_transfer',
  actionLabel: 'Transfer above 5 million',
  dataResidency: 'id-jkt-1',
  seq: 4711,
  method: 'ktp_capture',
  bucket: 'ktp.challenge',
  requestId: 'req_8Qw2Er5Ty1Ui',
};

export interface ExampleOptions {
  /** Resolves `#/components/schemas/…`. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** Optional members too. Requests show the required ones and those with an example of their own. */
  readonly complete: boolean;
}

function namedExample(parent: string, member: string): unknown {
  return byName[`${parent}.${member}`] ?? byName[member];
}

const primitive = (schema: JsonSchema): boolean =>
  schema.type !== 'object' && schema.anyOf === undefined && schema.$ref === undefined;

/** Does the value fit type, enumeration and pattern? The whole is checked by the test of the document. */
function fits(schema: JsonSchema, value: unknown): boolean {
  if (schema.enum !== undefined) return schema.enum.includes(value);
  if (schema.pattern !== undefined) return typeof value === 'string' && new RegExp(schema.pattern).test(value);
  const [type] = [schema.type ?? ''].flat();
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'string') return typeof value === 'string' && (schema.format === undefined || schema.format === 'email');
  return typeof value === type;
}

/** A value the schema accepts. `parent` and `member` are the names it is found under. */
export function exampleOf(schema: JsonSchema, options: ExampleOptions, parent = '', member = ''): unknown {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return exampleOf(options.schemas[name] ?? {}, options, parent, member === '' ? name : member);
  }
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  // What may be null is shown as what it is otherwise.
  if (Array.isArray(schema.type)) {
    const { type, ...rest } = schema;
    return exampleOf({ ...rest, type: (type as readonly string[])[0] ?? 'null' }, options, parent, member);
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return exampleOf(choices[0] ?? {}, options, parent, member);
  const named = primitive(schema) ? namedExample(parent, member) : undefined;
  if (named !== undefined && fits(schema, named)) return named;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.type === 'object') return exampleObject(schema, options, schema.title ?? member);
  if (schema.type === 'array') return exampleArray(schema, options, member);
  return examplePrimitive(schema);
}

function exampleObject(schema: JsonSchema, options: ExampleOptions, name: string): Record<string, unknown> {
  const required = new Set(schema.required ?? []);
  const all = Object.entries(schema.properties ?? {});
  const chosen = all.filter(([key, member]) => options.complete || required.has(key) || member.examples !== undefined);
  // A change must change something: where nothing is required, its first member stands for the rest.
  const members = chosen.length < (schema.minProperties ?? 0) ? all.slice(0, schema.minProperties) : chosen;
  return Object.fromEntries(members.map(([key, member]) => [key, exampleOf(member, options, name, key)]));
}

function exampleArray(schema: JsonSchema, options: ExampleOptions, member: string): unknown[] {
  if (schema.items === undefined) return [];
  const count = Math.max(1, schema.minItems ?? 1);
  // `data` of a list and `reasons` name their items; the item's own title wins.
  return Array.from({ length: count }, () => exampleOf(schema.items as JsonSchema, options, member, member));
}

function examplePrimitive(schema: JsonSchema): unknown {
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1;
  if (schema.type === 'boolean') return true;
  if (schema.type === 'null') return null;
  if (schema.format === 'date-time') return at;
  if (schema.format === 'date') return at.slice(0, 10);
  if (schema.format === 'uri') return 'https://core.bank.example/';
  if (schema.format === 'email') return 'siti@example.org';
  if (schema.pattern === '^[0-9a-f]{64}$') return 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  if (schema.type === 'string') return 'text'.padEnd(schema.minLength ?? 4, 't');
  return {};
}
