/** AccuAuth, `POST /verify/id_selfie` (api-facts section 4), as a registry source. */
import type {
  AccuAuthCredentials,
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
  problemOfStatus,
  unavailable,
  withoutUndefined,
  type VendorOptions,
} from '../registry-source/vendor-parts.ts';

export const accuauthAddress = 'https://cloudapi.indonesia.accuauth.com';
/** 50 KB of picture, before base64. */
export const accuauthImage = { maxBytes: 51_200 } as const;

export function accuauthSource(options: VendorOptions<AccuAuthCredentials>, call: VendorCall): RegistrySource {
  return {
    kind: 'accuauth',
    answers: ({ selfie }) => selfie !== undefined,
    lookup: (query) => lookup(options, call, query),
  };
}

async function lookup(
  { baseUrl, credentials, fit }: VendorOptions<AccuAuthCredentials>,
  call: VendorCall,
  query: RegistryQuery,
): Promise<RegistryAnswer> {
  const face = query.selfie === undefined ? null : await fit(query.selfie, accuauthImage);
  if (face === null) return unavailable('accuauth', 'query_refused');
  const card = query.cardImage === undefined ? null : await fit(query.cardImage, accuauthImage);
  const base64 = (bytes: Uint8Array | null): string | undefined =>
    bytes === null ? undefined : Buffer.from(bytes).toString('base64');
  const result = await call({
    url: `${baseUrl}/verify/id_selfie`,
    method: 'POST',
    headers: {
      'x-df-api-id': credentials.apiId,
      'x-df-api-secret': credentials.apiSecret,
      'content-type': 'application/json',
      accept: 'application/json',
    },
    body: JSON.stringify(
      withoutUndefined({
        id_number: query.nik,
        face_image: base64(face),
        ktp_image: base64(card),
        name: query.name,
        birth_date: query.birthDate,
      }),
    ),
  });
  return 'problem' in result ? unavailable('accuauth', result.problem) : read(result.answer);
}

/** By the word in `status`, which says more than the number beside it. */
const refusals: Readonly<Record<string, RegistryProblem>> = {
  INVALID_ARGUMENT: 'query_refused',
  QUERY_FAILED: 'query_failed',
  ABNORMAL_BEHAVIOURS_DETECTED: 'rate_limited',
  UNAUTHORIZED: 'credentials_refused',
  KEY_EXPIRED: 'credentials_expired',
  NO_PERMISSION: 'not_permitted',
  OUT_OF_QUOTA: 'quota_exceeded',
  RATE_LIMIT_EXCEEDED: 'rate_limited',
  NOT_FOUND: 'source_failed',
  INTERNAL_ERROR: 'source_failed',
  SOURCE_SERVICE_UNAVAILABLE: 'source_failed',
  SOURCE_SERVICE_TIMEOUT: 'timeout',
};

/** Answers that are no verdict: the channel broke, or limits us. */
const noVerdict: Readonly<Record<string, RegistryProblem>> = {
  '04': 'source_failed',
  '06': 'source_failed',
  '07': 'rate_limited',
};

function read({ status, json }: VendorAnswer): RegistryAnswer {
  if (status !== 200) return unavailable('accuauth', refusals[String(json['status'])] ?? problemOfStatus(status));
  const result = asObject(json['result']);
  const code = String(result?.['result']);
  if (result === null || json['status'] !== 'OK') return unavailable('accuauth', 'answer_unreadable');
  const problem = noVerdict[code];
  if (problem !== undefined) return unavailable('accuauth', problem);
  if (code === '03' || code === '05') return { found: false, source: 'accuauth', raw: json };
  if (code !== '01' && code !== '02' && code !== '08') return unavailable('accuauth', 'answer_unreadable');
  const faceScore = code === '08' ? undefined : asPercent(result['face_score']);
  return withoutUndefined({
    found: true as const,
    source: 'accuauth' as const,
    fields: withoutUndefined({ name: asBoolean(result['name']), birthDate: asBoolean(result['birth_date']) }),
    face: faceScore === undefined ? ('no_face' as const) : ('compared' as const),
    faceScore,
    cardFaceScore: asPercent(result['ktp_face_score']),
    raw: json,
  });
}
