/** Opens (or makes) an installation: vault, store, vision, regions, and the context every use case takes. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fail, ok, type Result } from '../contract/result.ts';
import { scopes } from '../contract/vocabulary.ts';
import type { Vision } from '../contract/vision.ts';
import { loadRegionTable, type RegionTable } from '../core/nik/regions.ts';
import { outsideResidency, type BlobPlace } from '../store/blobs.ts';
import { openPostgresStore, type PostgresPlace } from '../store/open-postgres-store.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { listOrganisations } from '../store/repositories/organisations.ts';
import { databasePath, forgetFirstStart, hasLostDatabase, noteFirstStart } from '../vault/data-directory.ts';
import { chooseKeyProvider } from '../vault/key-providers/choose-key-provider.ts';
import type { KeyProvider } from '../vault/key-providers/key-provider.ts';
import { openVault } from '../vault/open-vault.ts';
import { randomToken } from '../vault/random.ts';
import { installedVisionOptions, openVision } from '../vision/open-vision.ts';
import { addApiKey } from './api-keys.ts';
import { cachedVision } from './cached-vision.ts';
import { silentLogger, systemActor, type Logger, type ServiceContext } from './context.ts';
import { createIds } from './ids.ts';
import { recordAudit } from './record-audit.ts';
import { setUpOrganisation } from './set-up-organisation.ts';

const projectFile = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export interface InstallationOptions {
  readonly dataDirectory: string;
  /** Evaluation models and plain-text key stores are refused. */
  readonly production?: boolean;
  /** Keeps the records on PostgreSQL instead of in the encrypted file of the data directory. */
  readonly database?: PostgresPlace & { readonly schema?: string };
  /** Keeps sealed frames outside the database, in objects. */
  readonly blobs?: BlobPlace;
  /** Instead of the installed one: tests, or a shell that owns the process already. */
  readonly vision?: Vision;
  readonly keyProvider?: KeyProvider;
  readonly clock?: () => Date;
  readonly logger?: Logger;
  /** Make the installation where there is none. Default false. */
  readonly create?: boolean;
}

export interface Installation {
  readonly context: ServiceContext;
  readonly dataDirectory: string;
  /** False until an organisation exists. */
  isSetUp(): Promise<boolean>;
  close(): Promise<void>;
}

let regions: RegionTable | undefined;

/** The compact table shipped with the program, read once. */
export function installedRegions(): RegionTable {
  regions ??= loadRegionTable(
    JSON.parse(readFileSync(projectFile('resources/regions/regions.json'), 'utf8')) as unknown,
  );
  return regions;
}

export function programVersion(): string {
  const { version } = JSON.parse(readFileSync(projectFile('package.json'), 'utf8')) as { version: string };
  return version;
}

/** Errors: those of `openVault` and `openStore`, and `database_missing`, each with its remedy in the message. */
export async function openInstallation(options: InstallationOptions): Promise<Result<Installation>> {
  const clock = options.clock ?? ((): Date => new Date());
  const create = options.create ?? false;
  const { dataDirectory } = options;
  // On a server its tables, not a file here, show whether the records are there.
  const mustExist = hasLostDatabase(dataDirectory);
  if (mustExist && options.database === undefined) return databaseMissing;
  const prepared = create ? prepareFirstStart(dataDirectory) : ok(true);
  if (!prepared.ok) return prepared;
  const vault = await openVault({
    dataDirectory,
    keyProvider: options.keyProvider ?? chooseKeyProvider(),
    create,
    clock,
  });
  if (!vault.ok) return vault;
  const store =
    options.database === undefined
      ? await openStore({
          path: databasePath(dataDirectory),
          keyHex: vault.value.databaseKeyHex(),
          otherKeysHex: vault.value.databaseKeysHex().slice(1),
          clock,
          create,
        })
      : await openPostgresStore({ ...options.database, clock, create: create && !mustExist });
  if (!store.ok) return store;
  forgetFirstStart(dataDirectory);
  const placed = await checkResidency(store.value, options.blobs);
  if (!placed.ok) {
    await store.value.close();
    return placed;
  }
  const vision = await visionFor(options);
  if (!vision.ok) {
    await store.value.close();
    return vision;
  }
  const context: ServiceContext = {
    store: store.value,
    vault: vault.value,
    vision: cachedVision(vision.value, clock),
    clock,
    ids: createIds(clock),
    regions: installedRegions(),
    logger: options.logger ?? silentLogger,
    version: programVersion(),
    dataDirectory,
    ...(options.blobs === undefined ? {} : { blobs: options.blobs }),
  };
  return ok({
    context,
    dataDirectory,
    isSetUp: async () => (await listOrganisations(store.value.db)).length > 0,
    close: async () => {
      await vision.value.close();
      await store.value.close();
    },
  });
}

/** Sealed frames lie where every organisation here says its data must lie, or nothing starts. */
async function checkResidency(store: Store, blobs: BlobPlace | undefined): Promise<Result<true>> {
  if (blobs === undefined) return ok(true);
  for (const { settings } of await listOrganisations(store.db))
    if (!blobs.mayHold(settings.dataResidency)) return outsideResidency(settings.dataResidency);
  return ok(true);
}

const databaseMissing = fail(
  'database_missing',
  'installation.json is here but its database loket.db is not. Restore loket.db from a backup of this installation; an empty one would hide that records are gone. To begin anew, name another data directory.',
);

/** Errors: `installation_unreadable`. */
function prepareFirstStart(dataDirectory: string): Result<true> {
  try {
    noteFirstStart(dataDirectory);
    return ok(true);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return fail(
      'installation_unreadable',
      `The data directory could not be written (${code}). Check its owner, permissions and space.`,
    );
  }
}

async function visionFor(options: InstallationOptions): Promise<Result<Vision>> {
  if (options.vision !== undefined) return ok(options.vision);
  const installed = installedVisionOptions();
  if (!installed.ok) return installed;
  return ok(await openVision({ ...installed.value, production: options.production ?? false }));
}

export interface InitOptions extends InstallationOptions {
  readonly organisation?: string;
  readonly branch?: string;
  readonly adminEmail?: string;
  readonly adminName?: string;
  readonly environment?: 'sandbox' | 'live';
}

export interface InitResult {
  readonly organisation: { readonly id: string };
  /** Shown once; only its hash is stored. */
  readonly admin: { readonly email: string; readonly password: string };
  readonly apiKey: string;
}

/** First organisation, admin and API key with all scopes. Errors: `already_set_up`, and those of `openInstallation`. */
export async function initInstallation(options: InitOptions): Promise<Result<InitResult>> {
  const opened = await openInstallation({ ...options, create: true });
  if (!opened.ok) return opened;
  const { context: ctx } = opened.value;
  try {
    if (await opened.value.isSetUp()) return fail('already_set_up', 'this installation has an organisation already');
    const admin = { email: options.adminEmail ?? 'admin@loket.local', password: randomToken(18) };
    const done = await setUpOrganisation(ctx, {
      name: options.organisation ?? 'Bank',
      branch: options.branch ?? 'Cabang',
      deskName: 'desk-1',
      ...(options.environment === undefined ? {} : { environment: options.environment }),
      people: [{ ...admin, fullName: options.adminName ?? 'Administrator', role: 'admin' }],
    });
    if (!done.ok) return done;
    const actor = systemActor(done.value.organisation.id);
    return await ctx.store.transaction(async (trx): Promise<Result<InitResult>> => {
      await recordAudit(ctx, trx, actor, { event: 'installation.created', objectId: ctx.vault.installationId });
      const key = await addApiKey(ctx, trx, actor, { name: 'first key', scopes });
      if (!key.ok) return key;
      return ok({ organisation: { id: done.value.organisation.id }, admin, apiKey: key.value.key });
    });
  } finally {
    await opened.value.close();
  }
}
