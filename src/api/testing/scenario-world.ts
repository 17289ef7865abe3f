/** What the scenarios of the route matrix share. */
import type { Role } from '../../contract/vocabulary.ts';
import type { Client, ListeningApi } from './listening-api.ts';
import type { TestProvider } from './oidc-providers.ts';

export interface World {
  readonly api: ListeningApi;
  /** Holds every scope. */
  readonly program: Client;
  /** Signs in whoever says he is somebody. */
  readonly provider: TestProvider;
}

export interface Ready {
  readonly path: string;
  readonly body?: object;
  /** It names an object of the organisation, so that another organisation must be told there is none. */
  readonly owned?: boolean;
  /** Who can do it where no key may. */
  readonly as?: Client;
  /** His role: another organisation's person of the same role must be told there is nothing. */
  readonly role?: Role;
  /** Whose records it would change, where an erased customer is refused. */
  readonly customerId?: string;
}

export type Scenario = (world: World) => Promise<Ready>;

export async function newCustomer({ program }: World, extra: object = {}): Promise<string> {
  const made = await program.send('POST', '/api/customers', { fullName: 'SITI RAHMAWATI', ...extra });
  if (made.status !== 201) throw new Error(`no customer: ${made.status} ${made.body?.code as string}`);
  return made.body.data.id as string;
}
