/** Credentials of provider clients: in each provider's own shape, shown once, kept as SHA-256. */
import { fail, type Result, ok } from '../../contract/result.ts';
import type { ProviderName } from '../../contract/providers/clients.ts';
import { findClientByHash, findClientByLogin, type ProviderClientRow } from '../../store/repositories/providers.ts';
import { randomBytes, randomInt, sha256, timingSafeEqualText } from '../../vault/random.ts';
import type { ServiceContext } from '../context.ts';

export interface FreshCredentials {
  /** As the client's program is configured with them. */
  readonly shown: Readonly<Record<string, string>>;
  readonly row: Pick<
    ProviderClientRow,
    'login' | 'secret_hash' | 'second_hash' | 'token_hash' | 'keys_sealed' | 'callback_token_sealed'
  >;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const word = (length: number): string => Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
const hex = (bytes: number): string => Buffer.from(randomBytes(bytes)).toString('hex');

export const clientContexts = {
  keys: (clientId: string): string => `provider-keys:${clientId}`,
  callbackToken: (clientId: string): string => `provider-callback-token:${clientId}`,
} as const;

/** `callbackToken`: Iluma's, kept through a rotation because receivers compare with it. */
export function freshCredentials(
  ctx: Pick<ServiceContext, 'vault'>,
  provider: ProviderName,
  clientId: string,
  callbackToken: Uint8Array | null = null,
): FreshCredentials {
  const none = { second_hash: null, token_hash: null, keys_sealed: null, callback_token_sealed: null };
  if (provider === 'glair') {
    const shown = { username: `loket_${word(12)}`, password: word(40), apiKey: word(40) };
    const row = {
      ...none,
      login: shown.username,
      secret_hash: sha256(shown.password),
      second_hash: sha256(shown.apiKey),
    };
    return { shown, row };
  }
  if (provider === 'accuauth') {
    const shown = { apiId: hex(8), apiSecret: hex(24) };
    return { shown, row: { ...none, login: shown.apiId, secret_hash: sha256(shown.apiSecret) } };
  }
  const keys = { developmentKey: `iluma_development_${word(59)}`, productionKey: `iluma_production_${word(59)}` };
  const [businessId, token] = [hex(12), hex(24)];
  const seal = (text: string, context: string): Uint8Array =>
    ctx.vault.sealSecret(new TextEncoder().encode(text), context);
  return {
    shown: { businessId, token, ...keys },
    row: {
      login: businessId,
      secret_hash: sha256(keys.developmentKey),
      second_hash: sha256(keys.productionKey),
      token_hash: sha256(token),
      keys_sealed: seal(JSON.stringify(keys), clientContexts.keys(clientId)),
      callback_token_sealed: callbackToken ?? seal(hex(32), clientContexts.callbackToken(clientId)),
    },
  };
}

export interface Presented {
  readonly login: string;
  readonly secret: string;
  readonly second?: string;
}

/** Compared with when there is no such client, so that the answer takes as long. */
const nobody = sha256('nobody');

/** Errors: `invalid_credentials`: unknown, disabled or wrong, which is not told apart. */
export async function clientByLogin(
  ctx: ServiceContext,
  provider: ProviderName,
  presented: Presented,
): Promise<Result<ProviderClientRow>> {
  const row = await findClientByLogin(ctx.store.db, provider, presented.login);
  const secret = timingSafeEqualText(sha256(presented.secret), row?.secret_hash ?? nobody);
  const second =
    presented.second === undefined || timingSafeEqualText(sha256(presented.second), row?.second_hash ?? nobody);
  const good = row !== null && row.status === 'active' && secret && second;
  return good ? ok(row) : fail('invalid_credentials', 'unknown client or wrong secret');
}

export interface KeyHolder {
  readonly client: ProviderClientRow;
  readonly environment: 'development' | 'production';
}

export const ilumaKeyPattern = /^iluma_(development|production)_[A-Za-z0-9]{59}$/;

/** Errors: `invalid_credentials`. */
export async function clientByKey(ctx: ServiceContext, key: string): Promise<Result<KeyHolder>> {
  const shape = ilumaKeyPattern.exec(key);
  const hash = sha256(key);
  const row = shape === null ? null : await findClientByHash(ctx.store.db, 'iluma', hash);
  const environment = shape?.[1] === 'production' ? 'production' : 'development';
  const stored = environment === 'production' ? row?.second_hash : row?.secret_hash;
  if (row?.status !== 'active' || !timingSafeEqualText(hash, stored ?? nobody))
    return fail('invalid_credentials', 'unknown key');
  return ok({ client: row, environment });
}
