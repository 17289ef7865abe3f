/** GLAIR Vision, `POST /identity/v1/face-verification` (api-facts section 5), as a registry source. */
import type { GlairCredentials, RegistryAnswer, RegistryQuery, RegistrySource } from '../../contract/registry.ts';
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

export const glairAddress = 'https://api.vision.glair.ai';
/** GLAIR names no limit: a photo of this size holds everything a comparison can use. */
const glairImage = { maxBytes: 1024 * 1024 } as const;

export function glairSource(options: VendorOptions<GlairCredentials>, call: VendorCall): RegistrySource {
  return {
    kind: 'glair',
    answers: ({ name, birthDate, selfie }) => name !== undefined && birthDate !== undefined && selfie !== undefined,
    lookup: (query) => lookup(options, call, query),
  };
}

async function lookup(
  { baseUrl, credentials, fit }: VendorOptions<GlairCredentials>,
  call: VendorCall,
  query: RegistryQuery,
): Promise<RegistryAnswer> {
  const image = query.selfie === undefined ? null : await fit(query.selfie, glairImage);
  if (image === null) return unavailable('glair', 'query_refused');
  const { nik, name } = query;
  const form = await packForm(
    { nik, name, date_of_birth: query.birthDate === undefined ? undefined : dayFirst(query.birthDate) },
    { name: 'face_image', bytes: image, fileName: 'face.jpg' },
  );
  const result = await call({
    url: `${baseUrl}/identity/v1/face-verification`,
    method: 'POST',
    headers: {
      authorization: basic(credentials.username, credentials.password),
      'x-api-key': credentials.apiKey,
      'content-type': form.contentType,
      accept: 'application/json',
    },
    body: form.body,
  });
  return 'problem' in result ? unavailable('glair', result.problem) : read(result.answer);
}

function read({ status, json }: VendorAnswer): RegistryAnswer {
  if (status !== 200) return unavailable('glair', problemOfStatus(status));
  const result = asObject(json['result']);
  const nik = asBoolean(result?.['nik']);
  if (result === null || nik === undefined || typeof json['verification_status'] !== 'boolean')
    return unavailable('glair', 'answer_unreadable');
  if (!nik) return { found: false, source: 'glair', raw: json };
  const faceScore = asPercent(result['face_image_percentage']);
  return withoutUndefined({
    found: true as const,
    source: 'glair' as const,
    fields: withoutUndefined({ name: asBoolean(result['name']), birthDate: asBoolean(result['date_of_birth']) }),
    face: faceScore === undefined ? ('no_face' as const) : ('compared' as const),
    faceScore,
    raw: json,
  });
}
