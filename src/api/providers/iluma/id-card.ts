/** Iluma `POST /v0/identity/id_card_verifications`: card data and selfie against the registry. */
import { isUnavailable, type RegistryAnswer } from '../../../contract/registry.ts';
import { dateExists } from '../../../core/nik/decode-nik.ts';
import { queueCallback } from '../../../services/providers/iluma-callbacks.ts';
import { settingsOf } from '../../../services/providers/manage-clients.ts';
import { imageContainer } from '../../../vision/image/container.ts';
import { imageSize } from '../../../vision/image/fit-image.ts';
import { ask, type ProviderAnswer, type ProviderCall } from '../provider-house.ts';
import { readForm, type Form } from '../read-form.ts';
import { dummyPerson } from './dummy-data.ts';
import { ilumaError, invalid, isLiveKey, magicReply, notLive, type FieldProblem } from './iluma-dialect.ts';
import { uuid } from './uuid.ts';

const smallest = 102_400;
const largest = 512_000;
const shortestSidePx = 500;

interface IdCardRequest {
  readonly name: string;
  readonly idCardNumber: string;
  /** As sent, DD-MM-YYYY. */
  readonly birthdate?: string;
  readonly birthplace?: string;
  readonly address?: string;
  readonly selfie: Uint8Array;
}

export async function verifyIdCard(call: ProviderCall): Promise<ProviderAnswer> {
  const { request } = call;
  const live = isLiveKey(request);
  if (live && !settingsOf(call.client).live) return notLive;
  const magic = magicReply(request);
  if (magic !== null && typeof magic !== 'string') return magic;
  const form = await readForm(request, { fileBytes: largest + 1 });
  if ('problem' in form) return formProblem(form.problem, form.which);
  const read = readRequest(form);
  if ('status' in read) return read;
  const size = await sizeProblem(read.selfie);
  if (size !== null) return size;
  const body = { ...echo(call, read), ...(await outcome(call, read, live, magic)) };
  return {
    status: 200,
    code: 'is_found' in body ? (body.is_found === true ? 'FOUND' : 'NOT_FOUND') : 'FAILED',
    charged: live && 'is_found' in body && body.is_found === true,
    body,
    also: (trx) => queueCallback(call.ctx, trx, call.client, 'ID_CARD_VERIFICATION', body),
  };
}

function formProblem(problem: string, which = 'body'): ProviderAnswer {
  if (problem === 'not_multipart')
    return ilumaError(415, 'UNSUPPORTED_CONTENT_TYPE', 'The request must be multipart/form-data');
  if (problem === 'too_large' && (which === 'selfie' || which === 'body'))
    return ilumaError(413, 'FILE_TOO_LARGE', 'Selfie image too large');
  const path = ['name', 'id_card_number', 'birthdate', 'birthplace', 'address', 'selfie'].includes(which)
    ? which
    : 'body';
  return invalid([{ path, message: problem === 'repeated' ? 'is sent more than once' : 'could not be read' }]);
}

/** Some clients send the quotes of the documented sample along. */
function unquoted(text: string | undefined): string | undefined {
  const plain = text?.trim().replace(/^"(.*)"$/, '$1');
  return plain === '' ? undefined : plain;
}

function readRequest({ files, texts }: Form): IdCardRequest | ProviderAnswer {
  const [name, idCardNumber] = [unquoted(texts.get('name')), unquoted(texts.get('id_card_number'))];
  const selfie = files.get('selfie');
  const birthdate = unquoted(texts.get('birthdate'));
  const errors: FieldProblem[] = [];
  if (name === undefined) errors.push({ path: 'name', message: 'is required' });
  else if (name.length < 2 || name.length > 100)
    errors.push({ path: 'name', message: 'must have 2 to 100 characters' });
  if (idCardNumber === undefined) errors.push({ path: 'id_card_number', message: 'is required' });
  else if (!/^[0-9]{16}$/.test(idCardNumber)) errors.push({ path: 'id_card_number', message: 'must have 16 digits' });
  if (birthdate !== undefined && isoOf(birthdate) === null)
    errors.push({ path: 'birthdate', message: 'must be DD-MM-YYYY' });
  if (selfie === undefined) errors.push({ path: 'selfie', message: 'is required' });
  if (errors.length > 0 || name === undefined || idCardNumber === undefined || selfie === undefined)
    return invalid(errors);
  const kind = imageContainer(selfie);
  if (kind !== 'jpeg' && kind !== 'png')
    return ilumaError(415, 'UNSUPPORTED_CONTENT_TYPE', 'Selfie image is of wrong file type');
  const [birthplace, address] = [unquoted(texts.get('birthplace')), unquoted(texts.get('address'))];
  return {
    name,
    idCardNumber,
    selfie,
    ...(birthdate === undefined ? {} : { birthdate }),
    ...(birthplace === undefined ? {} : { birthplace }),
    ...(address === undefined ? {} : { address }),
  };
}

async function sizeProblem(selfie: Uint8Array): Promise<ProviderAnswer | null> {
  if (selfie.length > largest) return ilumaError(413, 'FILE_TOO_LARGE', 'Selfie image too large');
  const small = ilumaError(413, 'FILE_TOO_SMALL', 'Selfie image too small');
  if (selfie.length < smallest) return small;
  const size = await imageSize(selfie);
  if (size === null) return ilumaError(415, 'UNSUPPORTED_CONTENT_TYPE', 'Selfie image is of wrong file type');
  return Math.min(size.width, size.height) < shortestSidePx ? small : null;
}

function isoOf(text: string): string | null {
  const match = /^(\d{2})-(\d{2})-(\d{4})$/.exec(text);
  const iso = match === null ? null : `${match[3]}-${match[2]}-${match[1]}`;
  return iso !== null && dateExists(iso) ? iso : null;
}

function echo({ ctx }: ProviderCall, { address, birthdate, birthplace, idCardNumber, name }: IdCardRequest) {
  const now = ctx.clock().toISOString();
  return {
    id: `idvr_${uuid()}`,
    created: now,
    updated: now,
    id_card_number: idCardNumber,
    name,
    ...(birthdate === undefined ? {} : { birthdate }),
    ...(birthplace === undefined ? {} : { birthplace }),
    ...(address === undefined ? {} : { address }),
  };
}

const failed = { status: 'FAILED', failure_reason: 'TEMPORARY_NETWORK_ERROR' } as const;
const unknown = { status: 'COMPLETED', is_found: false } as const;

type Outcome = typeof failed | typeof unknown | { status: 'COMPLETED'; is_found: true; result: object };

async function outcome(call: ProviderCall, read: IdCardRequest, live: boolean, magic: string | null): Promise<Outcome> {
  if (magic === 'TEMPORARY_NETWORK_ERROR') return failed;
  if (magic === 'COMPLETED_NOT_FOUND') return unknown;
  const { address, birthdate, birthplace, idCardNumber: nik, name, selfie } = read;
  const query = {
    nik,
    name,
    selfie,
    ...(birthdate === undefined ? {} : { birthDate: isoOf(birthdate) ?? '' }),
    ...(birthplace === undefined ? {} : { birthPlace: birthplace }),
    ...(address === undefined ? {} : { address }),
  };
  const answer = live ? await ask(call, query) : dummyPerson(query, magic === 'COMPLETED_FOUND');
  return spoken(read, answer, live);
}

function spoken(read: IdCardRequest, answer: RegistryAnswer, live: boolean): Outcome {
  if (isUnavailable(answer)) return failed;
  if (!answer.found) return unknown;
  // Nothing was compared: without a score there is no result to give.
  const score = answer.face === 'compared' ? answer.faceScore : answer.face === 'no_face' ? 0 : undefined;
  if (score === undefined) return failed;
  const { address, birthDate, birthPlace, name } = answer.fields;
  return {
    status: 'COMPLETED',
    is_found: true,
    result: {
      selfie_score: score,
      // The sample's spelling, for programs that were written against it.
      ...(live ? {} : { seflie_score: score }),
      is_name_match: name === true,
      ...(read.birthdate === undefined ? {} : { is_birthdate_match: birthDate === true }),
      ...(read.birthplace === undefined ? {} : { is_birthplace_match: birthPlace === true }),
      ...(read.address === undefined ? {} : { is_address_match: address === true }),
    },
  };
}
