/** AccuAuth `POST /verify/id_selfie` (api-facts section 4): JSON or form, codes 01–08, charged for 01 and 02 only. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  isUnavailable,
  type RegistryAnswer,
  type RegistryFound,
  type RegistryProblem,
} from '../../../contract/registry.ts';
import { fail } from '../../../contract/result.ts';
import { dateExists } from '../../../core/nik/decode-nik.ts';
import { clientByLogin } from '../../../services/providers/client-credentials.ts';
import { randomBytes, randomInt, sha256 } from '../../../vault/random.ts';
import { imageContainer } from '../../../vision/image/container.ts';
import {
  ask,
  clientRoute,
  ensureOn,
  free,
  send,
  speakErrors,
  type Dialect,
  type ProviderAnswer,
  type ProviderCall,
  type ProviderHouse,
} from '../provider-house.ts';
import { readIdSelfie, type IdSelfieRequest } from './id-selfie-request.ts';

/** Two pictures of 50 KB in base64, and room for words around them. */
const bodyBytes = 512 * 1024;
const defaultThreshold = 70;
/** The same question more often than this in ten minutes is no honest use. */
const repeatsAllowed = 20;
const repeatsWithinSeconds = 600;

const requestId = (): string => `TID${Buffer.from(randomBytes(16)).toString('hex')}`;

const error = (status: number, name: string, reason: string): ProviderAnswer =>
  free(status, name, { status: name, reason, request_id: requestId() });

const refusals = {
  expired: [401, 'KEY_EXPIRED', 'your API ID has expired'],
  not_permitted: [403, 'NO_PERMISSION', 'you are not authorized to use this API'],
  rate_limited: [403, 'RATE_LIMIT_EXCEEDED', 'API request frequency exceeds the limit'],
  out_of_quota: [403, 'OUT_OF_QUOTA', 'API calls quota exceeded'],
} as const;

const dialect: Dialect = {
  provider: 'accuauth',
  identify(request, ctx) {
    const [login, secret] = [request.headers['x-df-api-id'], request.headers['x-df-api-secret']];
    if (typeof login !== 'string' || typeof secret !== 'string')
      return Promise.resolve(fail('invalid_credentials', 'missing'));
    return clientByLogin(ctx, 'accuauth', { login, secret });
  },
  unauthorised: () => error(401, 'UNAUTHORIZED', 'unauthorized or access is denied'),
  refused(_request, reason) {
    const [status, name, why] = refusals[reason];
    return error(status, name, why);
  },
  broken: () => error(500, 'INTERNAL_ERROR', 'internal server error'),
  unreadable: (_request, what) =>
    error(
      400,
      'INVALID_ARGUMENT',
      what === 'too_large'
        ? "argument 'face_image': larger than 50 KB"
        : what === 'media_type'
          ? 'the content type is neither JSON nor a form'
          : 'the request body could not be read',
    ),
};

export function accuauthModule(app: FastifyInstance, house: ProviderHouse): void {
  speakErrors(app, house, dialect);
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: bodyBytes },
    (_request, body, done) => done(null, new URLSearchParams(body as string)),
  );
  clientRoute(app, house, dialect, {
    method: 'POST',
    path: '/verify/id_selfie',
    permission: 'id_selfie',
    bodyLimit: bodyBytes,
    handle: verify,
  });
  app.all('/verify/*', { schema: { hide: true } }, async (request: FastifyRequest, reply) => {
    if (!(await ensureOn(house, 'accuauth', request, reply))) return reply;
    return send(reply, error(404, 'NOT_FOUND', 'requested API cannot be found'));
  });
}

async function verify(call: ProviderCall): Promise<ProviderAnswer> {
  const read = await readIdSelfie(call.request);
  if ('problem' in read) return error(400, 'INVALID_ARGUMENT', read.problem);
  const problem = argumentProblem(read);
  if (problem !== null) return error(400, 'INVALID_ARGUMENT', problem);
  if (await repeatedTooOften(call, read))
    return error(400, 'ABNORMAL_BEHAVIOURS_DETECTED', 'the same parameters were sent too often');
  const { birthDate, faceImage, idNumber, ktpImage, name } = read;
  const answer = await ask(call, {
    nik: idNumber,
    selfie: faceImage,
    ...(name === undefined ? {} : { name }),
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(ktpImage === undefined ? {} : { cardImage: ktpImage }),
  });
  return answered(call, read, answer);
}

function argumentProblem({ birthDate, faceImage, faceThreshold, idNumber, ktpImage }: IdSelfieRequest): string | null {
  if (!/^[0-9]{16}$/.test(idNumber)) return "argument 'id_number': must be 16 digits";
  for (const [name, image] of [
    ['face_image', faceImage],
    ['ktp_image', ktpImage],
  ] as const) {
    if (image === undefined) continue;
    if (image.length > 51_200) return `argument '${name}': larger than 50 KB`;
    const kind = imageContainer(image);
    if (kind !== 'jpeg' && kind !== 'png') return `argument '${name}': not a JPEG or PNG image`;
  }
  if (birthDate !== undefined && !dateExists(birthDate)) return "argument 'birth_date': must be YYYY-MM-DD";
  if (faceThreshold !== undefined && !(faceThreshold >= 0 && faceThreshold <= 100))
    return "argument 'face_threshold': must be a number from 0 to 100";
  return null;
}

async function repeatedTooOften({ client, house }: ProviderCall, read: IdSelfieRequest): Promise<boolean> {
  const same = sha256(
    JSON.stringify({ ...read, faceImage: sha256(read.faceImage), ktpImage: sha256(read.ktpImage ?? '') }),
  );
  const state = await house.limiter.take('accuauth.same', `${client.id}:${same}`, repeatsAllowed, repeatsWithinSeconds);
  return !state.allowed;
}

/** A registry that gave no answer: an HTTP error where there is nobody to ask, else a free code. */
const silence: Readonly<Partial<Record<RegistryProblem, '04' | '06' | '07'>>> = {
  source_failed: '04',
  answer_unreadable: '04',
  rate_limited: '07',
};

const remarks = {
  '03': 'NOT_FOUND',
  '05': 'NOT_FOUND',
  '04': 'FAILED',
  '06': 'FAILED',
  '07': 'FAILED',
  '08': 'NO_FACE',
};

function answered(call: ProviderCall, read: IdSelfieRequest, answer: RegistryAnswer): ProviderAnswer {
  if (isUnavailable(answer)) {
    if (answer.reason === 'query_refused')
      return error(400, 'INVALID_ARGUMENT', "argument 'face_image': the image cannot be read");
    if (answer.reason === 'query_failed') return error(400, 'QUERY_FAILED', 'query failed');
    if (answer.reason === 'timeout') return error(513, 'SOURCE_SERVICE_TIMEOUT', 'source service is timeout');
    if (answer.reason === 'no_source' || answer.reason === 'vision_unavailable')
      return error(512, 'SOURCE_SERVICE_UNAVAILABLE', 'source service is unavailable');
    return without(call, read, silence[answer.reason] ?? '06');
  }
  if (!answer.found) return without(call, read, answer.source === 'imported' ? '05' : '03');
  if (answer.face === 'no_face') return without(call, read, '08');
  // Nothing to compare with at the source: it has failed to answer what was asked.
  if (answer.face !== 'compared' || answer.faceScore === undefined) return without(call, read, '04');
  return compared(call, read, answer, answer.faceScore);
}

function without(call: ProviderCall, read: IdSelfieRequest, code: keyof typeof remarks): ProviderAnswer {
  const members = { face_percent: null, ktp_face_percent: null, face_score: null, ktp_face_score: null };
  return result(call, read, code, remarks[code], { ...members, name: null, birth_date: null });
}

function compared(call: ProviderCall, read: IdSelfieRequest, found: RegistryFound, score: number): ProviderAnswer {
  const threshold = read.faceThreshold ?? defaultThreshold;
  const cardScore = read.ktpImage === undefined ? null : (found.cardFaceScore ?? 0);
  const name = read.name === undefined ? null : found.fields.name === true;
  const birthDate = read.birthDate === undefined ? null : found.fields.birthDate === true;
  const facePasses = score >= threshold;
  const cardPasses = cardScore === null ? null : cardScore >= threshold;
  const same = facePasses && cardPasses !== false && name !== false && birthDate !== false;
  return result(call, read, same ? '01' : '02', same ? 'SAME' : 'UNSAME', {
    face_percent: facePasses,
    ktp_face_percent: cardPasses,
    face_score: score,
    ktp_face_score: cardScore,
    name,
    birth_date: birthDate,
  });
}

function result(
  { ctx }: ProviderCall,
  read: IdSelfieRequest,
  code: string,
  remark: string,
  members: Readonly<Record<string, unknown>>,
): ProviderAnswer {
  const now = ctx.clock();
  return {
    status: 200,
    code,
    charged: code === '01' || code === '02',
    body: {
      status: 'OK',
      result: {
        order_no: orderNumber(now),
        handle_time: jakartaTime(now),
        result: code,
        remark,
        id_number: read.idNumber,
        ...members,
      },
      request_id: requestId(),
    },
  };
}

/** `SFBw` and a number that grows with time: milliseconds and twenty-two random bits. */
function orderNumber(now: Date): string {
  return `SFBw${(BigInt(now.getTime()) << 22n) | BigInt(randomInt(1 << 22))}`;
}

/** UTC+7 without a mark, as the sample writes it. */
function jakartaTime(now: Date): string {
  return new Date(now.getTime() + 7 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}
