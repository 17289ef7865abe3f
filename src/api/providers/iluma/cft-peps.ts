/** Iluma's customer screening: two searches, each again by id, and one record of a result. */
import type { ListTopic, PartialDate, ScreeningHit } from '../../../contract/screening.ts';
import { settingsOf } from '../../../services/providers/manage-clients.ts';
import { queueCallback } from '../../../services/providers/iluma-callbacks.ts';
import { screenName } from '../../../services/screening/screen-name.ts';
import { instant } from '../../../services/context.ts';
import { findAnswer, putAnswer } from '../../../store/repositories/providers.ts';
import { free, type ProviderAnswer, type ProviderCall } from '../provider-house.ts';
import { cftScopes, readCftRequest, type CftRequest, type CftScope } from './cft-request.ts';
import { dummyHits, type DummyEntry } from './dummy-data.ts';
import { invalid, isLiveKey, magicReply, notFound, notLive } from './iluma-dialect.ts';
import { uuid } from './uuid.ts';

type SearchType = 'individual' | 'entity';

interface Hit {
  readonly id: string;
  readonly score: number;
  readonly names: readonly string[];
  readonly scopes: readonly string[];
  readonly countries: readonly string[];
  readonly dates: readonly PartialDate[];
}

const scopeOf: Readonly<Record<ListTopic, CftScope>> = {
  pep: 'PEP',
  relation: 'PEP',
  sanction: 'SANCTION',
  terrorism: 'SANCTION',
  proliferation: 'SANCTION',
  blocklist: 'OTHER',
  other: 'OTHER',
};

/** Alphabetical, as the sample lists them. A company is under PEP when a known director or shareholder is. */
const scopesOf = ({ entry, relatedPep }: ScreeningHit): CftScope[] => {
  const own = entry.topics.map((topic) => scopeOf[topic]);
  return [...new Set(relatedPep === true ? [...own, 'PEP' as const] : own)].toSorted();
};

export async function screen(call: ProviderCall, type: SearchType): Promise<ProviderAnswer> {
  const { client, ctx, request } = call;
  const live = isLiveKey(request);
  if (live && !settingsOf(client).live) return notLive;
  const magic = magicReply(request);
  if (magic !== null && typeof magic !== 'string') return magic;
  const read = readCftRequest(request.body, type);
  if ('errors' in read) return invalid(read.errors);
  const created = instant(ctx);
  const hits =
    magic === 'TEMPORARY_NETWORK_ERROR' ? null : live ? await search(call, type, read) : dummy(type, read, magic);
  const results = hits?.filter(({ scopes }) => scopes.some((one) => (read.scopes as readonly string[]).includes(one)));
  const body = {
    created,
    updated: instant(ctx),
    id: `cftpi_${uuid()}`,
    ...echo(type, read),
    status: results === undefined ? 'FAILED' : 'COMPLETED',
    ...(type === 'individual'
      ? {
          given_names: read.name,
          surname: read.surname,
          nationality: read.countrySent,
          date_of_birth: read.date,
          gender: read.gender,
        }
      : {
          name: read.name,
          business_name: read.name,
          business_domicile: read.countrySent,
          date_of_registration: read.date,
        }),
    ...(results === undefined
      ? { failure_reason: 'TEMPORARY_NETWORK_ERROR' }
      : { results: results.map((hit) => spoken(type, hit)) }),
  };
  const service = type === 'individual' ? 'INDIVIDUAL_CFT_PEP' : 'ENTITY_CFT_PEP';
  return {
    status: 200,
    code: results === undefined ? 'SCREENING_FAILED' : results.length > 0 ? 'SCREENING_HITS' : 'SCREENING_CLEAR',
    charged: live && results !== undefined,
    body,
    also: async (trx) => {
      await keep(call, trx, type, body.id, body);
      for (const hit of results ?? []) await keep(call, trx, 'listing', hit.id, spoken(type, hit));
      await queueCallback(ctx, trx, client, service, body);
    },
  };
}

/** Null: no list is loaded, so nobody can say "no hits". */
async function search(
  { client, ctx }: ProviderCall,
  type: SearchType,
  read: CftRequest,
): Promise<readonly Hit[] | null> {
  const answer = await screenName(ctx, {
    orgId: client.org_id,
    name: [read.name, read.surname].filter((part) => part !== null).join(' '),
    type: type === 'individual' ? 'person' : 'entity',
    nationality: read.country.toLowerCase(),
    threshold: read.threshold,
    limit: 50,
    ...(read.date === null ? {} : { dob: read.date }),
  });
  if (!answer.ok) return null;
  return answer.value.hits.map((hit) => ({
    id: hit.entry.id,
    score: hit.score,
    names: hit.entry.names,
    scopes: scopesOf(hit),
    countries: hit.entry.countries.map((country) => country.toUpperCase()),
    dates: hit.entry.birthDates,
  }));
}

function dummy(type: SearchType, read: CftRequest, magic: string | null): readonly Hit[] {
  if (magic === 'COMPLETED_NOT_FOUND') return [];
  const name = [read.name, read.surname].filter((part) => part !== null).join(' ');
  const toHit = ({ entry, score }: { entry: DummyEntry; score: number }): Hit => ({
    ...entry,
    score,
    // What is asked for as a magic reply is found under every scope.
    scopes: magic === 'COMPLETED_FOUND' ? [...cftScopes].toSorted() : entry.scopes,
  });
  return dummyHits(type, name, read.threshold, magic === 'COMPLETED_FOUND').map(toHit);
}

function echo(_type: SearchType, read: CftRequest) {
  return {
    reference_id: read.referenceId,
    user_id: read.userId,
    phone_number: read.phoneNumber,
    email: read.email,
    addresses: read.addresses,
    scopes: read.scopes,
    score_threshold: read.threshold,
  };
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Whole dates as the sample writes them, partial ones as the schema does. */
function dateOfBirth({ day, month, year }: PartialDate): string | object {
  if (month !== undefined && day !== undefined) return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return { y: year, m: month ?? 0, d: day ?? 0 };
}

function spoken(type: SearchType, hit: Hit) {
  const common = { id: hit.id, names: hit.names, score: hit.score, scopes: hit.scopes };
  if (type === 'individual') {
    return {
      ...common,
      ...(hit.countries.length === 0 ? {} : { nationalities: hit.countries }),
      ...(hit.dates.length === 0 ? {} : { dates_of_birth: hit.dates.map(dateOfBirth) }),
    };
  }
  const dates = hit.dates.map(({ day, month, year }) => ({ y: year, m: month ?? 0, d: day ?? 0 }));
  return {
    ...common,
    ...(hit.countries.length === 0 ? {} : { business_domiciles: hit.countries }),
    ...(dates.length === 0 ? {} : { dates_of_registration: dates }),
  };
}

const bodyContext = (clientId: string, id: string): string => `provider-answer:${clientId}:${id}`;

type Kind = SearchType | 'listing';

async function keep(
  { client, ctx }: ProviderCall,
  trx: Parameters<typeof putAnswer>[0],
  kind: Kind,
  id: string,
  body: unknown,
): Promise<void> {
  const plain = new TextEncoder().encode(JSON.stringify(body));
  await putAnswer(trx, {
    client_id: client.id,
    id,
    org_id: client.org_id,
    kind,
    body_sealed: ctx.vault.sealSecret(plain, bodyContext(client.id, id)),
    created_at: instant(ctx),
  });
}

async function again({ client, ctx, request }: ProviderCall, kind: Kind): Promise<ProviderAnswer> {
  const { id } = request.params as { id: string };
  const row = await findAnswer(ctx.store.db, client.id, kind, id);
  if (row === null) return notFound;
  const plain = ctx.vault.openSecret(row.body_sealed, bodyContext(client.id, id));
  return free(200, 'OK', JSON.parse(new TextDecoder().decode(plain)));
}

/** Of this client's own searches only. */
export function getScreening(call: ProviderCall, type: SearchType): Promise<ProviderAnswer> {
  return again(call, type);
}

export function getListing(call: ProviderCall): Promise<ProviderAnswer> {
  return again(call, 'listing');
}
