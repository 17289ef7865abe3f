/** What the document says in words: conventions, how to sign, deviations from the documented service, the catalogues. */
import { auditEvents } from '../../contract/audit-events.ts';
import { errorCatalogue } from '../../contract/errors.ts';
import { reasonCatalogue } from '../../contract/reasons.ts';
import { roles, scopes, type Scope } from '../../contract/vocabulary.ts';

const scopeTexts: Readonly<Record<Scope, string>> = {
  read: 'legacy: every `…:view`',
  write: 'legacy: every `…:view` and `…:write`',
  'customers:view': 'read customers and their tiers',
  'customers:write': 'create, erase and re-evaluate customers',
  'verifications:view': 'read verifications, and post them (as documented)',
  'verifications:write': 'post verifications, register devices',
  'audit:view': 'read the audit log',
  'webhooks:manage': 'register, change, rotate, test and replay webhooks',
  'api:manage': 'issue, rotate and revoke keys',
  internal: 'everything a dashboard reads: search, review queue, tier events, exports',
};

const conventions = [
  'Identity verification of bank customers: KTP, liveness, match, step-up, tiers and review.',
  '',
  '## Conventions',
  'Routes with a documented sample answer exactly in that shape, unwrapped; lists answer `{data, total, page, limit, meta}`, everything else `{data}`. Unknown body properties are refused with 400. Ids are a documented prefix and a ULID, opaque to you; ids of another organisation answer 404. Instants are ISO 8601 UTC with milliseconds.',
  '',
  'Every answer carries `X-RateLimit-Limit`, `X-RateLimit-Remaining`, `X-RateLimit-Reset` and `X-Request-Id`; 429 also `Retry-After` and `{bucket, limit}`. Two limits hold at once: per key and, for challenges and captures, per customer; each operation names its own. Retry 5xx and lost connections with growing pauses, at most five times; never 4xx but 429.',
  '',
  'By page, lists run newest first with totals. By `cursor` they run oldest change first without totals, so that a puller misses nothing and the cost does not grow with the table: begin with `cursor=` (empty), keep the last `meta.nextCursor`. Single records answer an `ETag`; send it back in `If-None-Match`.',
  '',
  '## Who may call',
  'A program sends `Authorization: Bearer qe_sk_<sandbox|live>_<32 base32>`. A person signs in and is known by the `loket_session` cookie; requests that change something then need the own `Origin` and `X-CSRF-Token`. Credentials in a query string are refused. Each operation lists scopes (`x-scopes`, any of them is enough), roles of people (`x-roles`), its limit (`x-rate-limit`) and what the audit log keeps of it (`x-audit-events`).',
  '',
  `Roles: ${roles.map((role) => `\`${role}\``).join(', ')}.`,
];

const signing = [
  '## Signing a bundle',
  '1. Ask for a challenge. Show `colors[i]` for `holdMs[i]` milliseconds each and record frames.',
  '2. Build the bundle. Replace each frame by the lower-case hex SHA-256 of its bytes, leave out `signature`, write it as canonical JSON (RFC 8785).',
  '3. `signature` = base64url of HMAC-SHA256 over those bytes; key = `flashChallenge.hmacSecret` as UTF-8 text. A registered device or desk signs with Ed25519 instead (`signatureAlg: "ed25519"`, `deviceId`). Without a nonce only a device or desk signature counts.',
  '4. Post it with the frames as base64, or as multipart: `bundle` as JSON text without frames, each frame as a file part `frames`, in order. At most 60 frames of 8 MiB, 64 MiB in all.',
  '',
  'The nonce is the identity of a bundle: `flashChallengeNonce`, or the SHA-256 of the canonical bundle where there is none.',
];

const deviations = [
  '## Deviations from the documented service',
  'Where the public documentation contradicts itself or is unsafe, we decided once:',
  '* **Idempotency.** The same bundle under its nonce within 24 hours answers the stored response (`Idempotent-Replayed: true`). *Another* bundle under a used nonce is refused with 409 `challenge_consumed`, where the original answers the first id: refusing is safer.',
  '* **Premium.** A Dukcapil verdict with an earlier face match but without liveness stays `standard`: the ladder (standard + verified `face_liveness` + verified `face_match`; a verified `step_up` counts as both) wins over the prose of one page.',
  '* **Premium, stricter.** A match counts for the ladder only against an *enrolled* reference: a `referenceImage` the caller supplies proves nothing, nor does the portrait of a card that a reviewer rejected. Liveness counts only when its capture shows the holder: the same capture must have matched the reference, so that a live stranger beside a still picture of the customer does not add up.',
  '* **Web clients** have no device that could attest them, so of the four counted liveness voters three can exist: flash, challenge response and passive liveness. Setting `liveness.votersRequiredWeb` (default 3) asks for all three; the answer is then `live` with `assuranceTier: standard`, never `high`. The challenge is measured on the frames, so a bundle needs `evidence.frameTimesMs` and `evidence.prompts`; `responses` alone count for nothing.',
  '* **Stills** never answer `live`: mandatory voters (`flash_reflectance`, `passive_liveness`) without data leave the verdict `unclear`.',
  '* **`flashSamples`** are measured where the frames are too few: order, timing and colour. They can show that the answer is wrong; they never prove that a head gave it (`flash_shape_unseen`, so `unclear`), because they carry no shape and only the client saw them. Frames with `evidence.frameTimesMs` through the whole challenge do.',
  '* **Voters** may carry `findings`: the single measurements behind the vote, each `{name, passed, value?, threshold?, reason}`. Only the voter counts.',
  '* **`hmacKey`** is only compared; the secret is looked up by nonce.',
  '* **Unclear match.** Beside `match` and `no_match` the verdict may be `unclear` (no data, or between two thresholds); it is `pending`, never a pass.',
  '* **Erase under legal hold** answers 202 and restricts the customer; data is shredded when the hold ends.',
  '* **Scopes.** Verification POSTs accept `verifications:view` as documented, and `verifications:write`.',
  '* **Errors** carry `code` and `requestId` beside the documented members.',
];

/** The description of the document, in Markdown. */
export function introduction(): string {
  const table = (head: string, rows: readonly string[]) => [head, '|---|---|', ...rows, ''];
  return [
    ...conventions,
    '',
    ...table(
      '| scope | opens |',
      scopes.map((scope) => `| \`${scope}\` | ${scopeTexts[scope]} |`),
    ),
    ...signing,
    '',
    ...deviations,
    '',
    '## Error codes',
    ...table(
      '| code | status |',
      Object.entries(errorCatalogue).map(([code, status]) => `| \`${code}\` | ${status} |`),
    ),
    '## Reason codes',
    ...table(
      '| code | advice |',
      Object.entries(reasonCatalogue).map(([code, text]) => `| \`${code}\` | ${text.en} |`),
    ),
    '## Audit events',
    auditEvents.map((event) => `\`${event}\``).join(', '),
  ].join('\n');
}

export const tagTexts: Readonly<Record<string, string>> = {
  auth: 'Sign-in of people',
  customers: 'Customers of the organisation',
  document: 'KTP: challenge and capture',
  face: 'Selfie: challenge, liveness, match, step-up, enrolled references',
  kyc: 'Tiers and their history',
  dukcapil: 'Verdicts of the population register',
  records: 'Verifications and the audit log',
  review: 'Decisions of people',
  webhooks: 'Events to your own address',
  'api-keys': 'Keys of programs',
  devices: "Customers' devices",
  kiosk: 'Desks: enrolment, delivery, evidence',
  exports: 'CSV',
  admin: 'Organisation, users, settings',
  desks: 'Desks of the organisation: codes, enrolment, revocation',
  fleet: 'Head office and its desks: inventory, settings, packs, wiping',
  'data-subjects': 'Requests of customers about their data (UU PDP)',
  health: 'Is the service well',
};
