/** Iluma, `POST /v0/identity/id_card_verifications` (api-facts section 3), as a registry source. */
import type {
  IlumaCredentials,
  RegistryAnswer,
  RegistryProblem,
  RegistryQuery,
  RegistrySource,
} from '../../contract/registry.ts';
import type { VendorAnswer, VendorCall } from '../registry-source/vendor-call.ts';
import {
  asBoolean,
  asObject,
  asPercent,
  basic,
  dayFirst,
  packForm,
  problemOfStatus,
  unavailable,
  withoutUndefined,
  type VendorOptions,
} from '../registry-source/vendor-parts.ts';

export const ilumaAddress = 'https://api.iluma.ai';
/** 100–500 KB and at least 500 × 500 px. */
export const ilumaImage = { minBytes: 102_400, maxBytes: 512_000, minSidePx: 500 } as const;

export function ilumaSource(options: VendorOptions<IlumaCredentials>, call: VendorCall): RegistrySource {
  return {
    kind: 'iluma',
    answers: ({ name, selfie }) => name !== undefined && selfie !== undefined,
    lookup: (query) => lookup(options, call, query),
  };
}

async function lookup(
  { baseUrl, credentials, fit }: VendorOptions<IlumaCredentials>,
  call: VendorCall,
  query: RegistryQuery,
): Promise<RegistryAnswer> {
  const selfie = query.selfie === undefined ? null : await fit(query.selfie, ilumaImage);
  if (selfie === null) return unavailable('iluma', 'query_refused');
  const form = await packForm(
    {
      name: query.name,
      id_card_number: query.nik,
      birthdate: query.birthDate === undefined ? undefined : dayFirst(query.birthDate),
      birthplace: query.birthPlace,
      address: query.address,
    },
    { name: 'selfie', bytes: selfie, fileName: 'selfie.jpg' },
  );
  const result = await call({
    url: `${baseUrl}/v0/identity/id_card_verifications`,
    method: 'POST',
    headers: {
      authorization: basic(credentials.apiKey, ''),
      'content-type': form.contentType,
      accept: 'application/json',
    },
    body: form.body,
  });
  return 'problem' in result ? unavailable('iluma', result.problem) : read(result.answer);
}

const refusals: Readonly<Record<string, RegistryProblem>> = {
  API_VALIDATION_ERROR: 'query_refused',
  INVALID_API_KEY: 'credentials_refused',
  API_KEY_IS_NOT_LIVE_ERROR: 'not_permitted',
  RATE_LIMIT_EXCEEDED: 'rate_limited',
  SERVER_ERROR: 'source_failed',
};

function read({ status, json }: VendorAnswer): RegistryAnswer {
  if (status < 200 || status > 201)
    return unavailable('iluma', refusals[String(json['error_code'])] ?? problemOfStatus(status));
  if (json['status'] === 'FAILED') return unavailable('iluma', 'source_failed');
  const found = asBoolean(json['is_found']);
  if (json['status'] !== 'COMPLETED' || found === undefined) return unavailable('iluma', 'answer_unreadable');
  if (!found) return { found: false, source: 'iluma', raw: json };
  const result = asObject(json['result']);
  if (result === null) return unavailable('iluma', 'answer_unreadable');
  // The documentation writes both.
  const faceScore = asPercent(result['selfie_score']) ?? asPercent(result['seflie_score']);
  return withoutUndefined({
    found: true as const,
    source: 'iluma' as const,
    fields: withoutUndefined({
      name: asBoolean(result['is_name_match']),
      birthDate: asBoolean(result['is_birthdate_match']),
      birthPlace: asBoolean(result['is_birthplace_match']),
      address: asBoolean(result['is_address_match']),
    }),
    face: faceScore === undefined ? ('no_face' as const) : ('compared' as const),
    faceScore,
    raw: json,
  });
}
