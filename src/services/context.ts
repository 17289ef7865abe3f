/** What every use case is given: the rooms below, and the world (time, ids) as parameters. */
import type { RegionTable } from '../core/nik/regions.ts';
import type { Role, Scope } from '../contract/vocabulary.ts';
import type { Vision } from '../contract/vision.ts';
import type { BlobPlace } from '../store/blobs.ts';
import type { Store } from '../store/open-store.ts';
import type { Vault } from '../vault/vault.ts';
import type { IdSource } from './ids.ts';

/** The part of pino the services use. Never a name, a NIK or a frame in a message. */
export interface Logger {
  debug(fields: object, message?: string): void;
  info(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  error(fields: object, message?: string): void;
}

export const silentLogger: Logger = { debug: noop, info: noop, warn: noop, error: noop };

function noop(): void {}

export interface ServiceContext {
  readonly store: Store;
  readonly vault: Vault;
  readonly vision: Vision;
  readonly clock: () => Date;
  readonly ids: IdSource;
  readonly regions: RegionTable;
  readonly logger: Logger;
  readonly version: string;
  /** Where sealed frames lie outside the database; absent: inside. */
  readonly blobs?: BlobPlace;
  /** Where the installation's files are; absent where a caller made the context himself. */
  readonly dataDirectory?: string;
}

/** Who acts. `orgId` is the wall between organisations: every query carries it. */
export interface Actor {
  readonly kind: 'user' | 'api_key' | 'desk' | 'system';
  readonly id: string | null;
  readonly orgId: string;
  readonly role?: Role;
  readonly scopes?: readonly Scope[];
}

export function systemActor(orgId: string): Actor {
  return { kind: 'system', id: null, orgId };
}

/** The instant as it is stored: ISO 8601 UTC with milliseconds, so that text sorts like time. */
export function instant(ctx: Pick<ServiceContext, 'clock'>): string {
  return ctx.clock().toISOString();
}

export function plusMs(iso: string, ms: number): string {
  return new Date(Date.parse(iso) + ms).toISOString();
}

export const minuteMs = 60_000;
export const dayMs = 86_400_000;
