/** GLAIR `POST /identity/v1/face-verification` (api-facts section 5): its eight answers, word for word. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isUnavailable, type RegistryFound } from '../../../contract/registry.ts';
import { fail } from '../../../contract/result.ts';
import { dateExists } from '../../../core/nik/decode-nik.ts';
import { clientByLogin } from '../../../services/providers/client-credentials.ts';
import { randomToken } from '../../../vault/random.ts';
import { imageContainer } from '../../../vision/image/container.ts';
import { readBasic } from '../basic.ts';
import {
  ask,
  clientRoute,
  free,
  speakErrors,
  type Dialect,
  type ProviderAnswer,
  type ProviderCall,
  type ProviderHouse,
} from '../provider-house.ts';
import { readForm } from '../read-form.ts';

/** "Similarity above 75 %": exactly 75 passes (api-decisions). */
const passes = 75;
/** GLAIR names no limit. */
const imageBytes = 10 * 1024 * 1024;

const refusals = {
  expired: [401, 'Access to this API has been disallowed.'],
  not_permitted: [403, 'You do not have permission to access this API.'],
  rate_limited: [429, 'Too many requests.'],
  out_of_quota: [429, 'API calls quota exceeded.'],
} as const;

const dialect: Dialect = {
  provider: 'glair',
  identify(request, ctx) {
    const basic = readBasic(request.headers.authorization);
    const apiKey = request.headers['x-api-key'];
    if (basic === null || typeof apiKey !== 'string') return Promise.resolve(fail('invalid_credentials', 'missing'));
    return clientByLogin(ctx, 'glair', { login: basic.user, secret: basic.password, second: apiKey });
  },
  unauthorised: () => free(401, 'UNAUTHORIZED', { message: 'Access to this API has been disallowed.' }),
  refused(_request, reason) {
    const [status, message] = refusals[reason];
    return free(status, reason.toUpperCase(), { message });
  },
  broken: () => free(500, 'FAILED', { status: 'FAILED', reason: 'Internal server error' }),
  unreadable: (_request, what) =>
    what === 'too_large'
      ? free(413, 'FILE_TOO_LARGE', { status: 'FILE_TOO_LARGE', reason: 'The file is too large' })
      : free(400, 'NO_FILE', { status: 'NO_FILE', reason: 'No file in request body' }),
};

interface GlairResult {
  readonly nik: boolean | null;
  readonly name: boolean | null;
  readonly date_of_birth: boolean | null;
  readonly face_image_percentage: number | null;
}

const answer = (status: number, code: string, reason: string, result?: GlairResult): ProviderAnswer => ({
  status,
  code,
  charged: status === 200,
  body: {
    verification_status: code === 'SUCCESS',
    reason,
    ...(result === undefined ? {} : { result }),
  },
});

const down = answer(503, 'DUKCAPIL_ERROR', 'Something wrong in Dukcapil server', {
  nik: null,
  name: null,
  date_of_birth: null,
  face_image_percentage: null,
});

export function glairModule(app: FastifyInstance, house: ProviderHouse): void {
  speakErrors(app, house, dialect);
  app.addHook('onRequest', async (request: FastifyRequest, reply) => {
    const given = request.headers['x-request-id'];
    const known = typeof given === 'string' && /^[\w.-]{1,100}$/.test(given);
    void reply.header('Request-Id', known ? given : randomToken(16));
  });
  clientRoute(app, house, dialect, {
    method: 'POST',
    path: '/identity/v1/face-verification',
    permission: 'face_verification',
    handle: verify,
  });
}

async function verify(call: ProviderCall): Promise<ProviderAnswer> {
  const form = await readForm(call.request, { fileBytes: imageBytes });
  if ('problem' in form) {
    if (form.problem === 'repeated')
      return free(400, 'BAD_PARAMETER', {
        status: 'BAD_PARAMETER',
        reason: `${form.which ?? 'A part'} is sent more than once`,
      });
    return dialect.unreadable(call.request, form.problem === 'too_large' ? 'too_large' : 'body');
  }
  const nik = form.texts.get('nik')?.trim() ?? '';
  const name = form.texts.get('name')?.trim() ?? '';
  const image = form.files.get('face_image');
  // NIK format, then birth date format (api-decisions); what else is missing comes after.
  if (!/^[0-9]{16}$/.test(nik)) return answer(400, 'INVALID_NIK', 'Invalid NIK number format');
  const birthDate = isoDate(form.texts.get('date_of_birth')?.trim() ?? '');
  if (birthDate === null) return answer(400, 'INVALID_DATE_OF_BIRTH', 'Invalid date_of_birth format');
  if (name === '') return free(400, 'NO_NAME', { status: 'NO_NAME', reason: 'No name in request body' });
  if (image === undefined || image.length === 0) return dialect.unreadable(call.request, 'body');
  const kind = imageContainer(image);
  if (kind !== 'jpeg' && kind !== 'png') return wrongImage;
  const found = await ask(call, { nik, name, birthDate, selfie: image });
  if (isUnavailable(found)) return found.reason === 'query_refused' ? wrongImage : down;
  if (!found.found) {
    const nobody = { nik: false, name: null, date_of_birth: null, face_image_percentage: 0 };
    return answer(200, 'NIK_NOT_FOUND', 'NIK not found on Dukcapil database', nobody);
  }
  return judge(found);
}

const wrongImage = free(415, 'FILE_INVALID_FORMAT', {
  status: 'FILE_INVALID_FORMAT',
  reason: 'The file is not a .png, .jpg or .jpeg image',
});

function judge(found: RegistryFound): ProviderAnswer {
  const { name, birthDate } = found.fields;
  // Whoever was asked did not judge one of them: no answer at all is safer than half of one.
  if (name === undefined || birthDate === undefined) return down;
  // Null: no face in the picture, or no photo to compare with. It passes nothing.
  const face = found.face === 'compared' ? (found.faceScore ?? null) : null;
  const result = { nik: true, name, date_of_birth: birthDate, face_image_percentage: face };
  if (!name) return answer(200, 'NAME_MISMATCH', 'Name does not match', result);
  if (!birthDate) return answer(200, 'DOB_MISMATCH', 'Date of birth does not match', result);
  if (face === null || face < passes)
    return answer(200, 'FACE_MISMATCH', 'Selfie image does not pass the threshold', result);
  return answer(200, 'SUCCESS', 'Verification Success', result);
}

/** `01-02-1999` → `1999-02-01`; null when it is not such a date. */
function isoDate(text: string): string | null {
  const match = /^(\d{2})-(\d{2})-(\d{4})$/.exec(text);
  if (match === null) return null;
  const iso = `${match[3]}-${match[2]}-${match[1]}`;
  return dateExists(iso) ? iso : null;
}
