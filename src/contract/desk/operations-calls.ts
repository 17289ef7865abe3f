/** What keeps a counter running, without a command line: health, storage, log, self test, lists, models. */
import { Type } from 'typebox';
import { listFormats, type ListReference } from '../screening.ts';
import { oneOf } from '../vocabulary.ts';
import { bytesUpTo, call, closed, Id, Nothing } from './call.ts';
import type { JobView } from './jobs.ts';
import type { SelfTestView } from './self-test.ts';

const keepers = ['supervisor', 'admin'] as const;
const overseers = ['compliance', 'admin'] as const;
const observers = ['supervisor', 'compliance', 'admin'] as const;

/** One piece of a file on its way to the desk. */
export const mostPieceBytes = 4 * 1024 * 1024;
/** A list or a set of weights; beyond it the command line serves. */
export const mostUploadBytes = 2 * 1024 * 1024 * 1024;

const FileName = Type.String({ minLength: 1, maxLength: 120, pattern: '^[A-Za-z0-9][A-Za-z0-9 ._()-]*$' });
const ListId = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{1,39}$' });

export interface UploadView {
  readonly id: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

export interface StorageView {
  /** Largest first; kinds are fixed words, never a file's name. */
  readonly kinds: readonly { readonly kind: StorageKind; readonly bytes: number; readonly count: number | null }[];
  /** null where the system does not say, or the records are on a server. */
  readonly freeBytes: number | null;
  readonly database: { readonly engine: 'sqlite' | 'postgres'; readonly bytes: number };
  readonly backup: {
    /** Backups are made here; on a server the database's own tools do it. */
    readonly possible: boolean;
    /** Where the last ones were put, newest first. */
    readonly folders: readonly string[];
    readonly last: { readonly at: string; readonly bytes: number | null } | null;
  };
}
export const storageKinds = ['frames', 'envelopes', 'photos', 'lists', 'registry', 'models', 'other'] as const;
export type StorageKind = (typeof storageKinds)[number];

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** A line of the process's own log. Every string in it is a constant of the program or a member of a closed vocabulary. */
export interface LogLine {
  readonly seq: number;
  readonly at: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

export interface LogView {
  /** Newest first. */
  readonly lines: readonly LogLine[];
  /** Lines that were pushed out of the ring since the start. */
  readonly dropped: number;
  readonly since: string;
}

export interface ListStandingView extends ListReference {
  readonly source: string;
  readonly licence: string;
  readonly signed: boolean;
  readonly importedAt: string;
}
export interface ListsView {
  readonly lists: readonly ListStandingView[];
  /** Must be there by the organisation's settings and are not. */
  readonly missing: readonly string[];
  readonly required: boolean;
  readonly amberDays: number;
  readonly redDays: number;
}

export const operationsCalls = {
  'jobs.list': call<readonly JobView[]>()(Nothing, 'signed-in'),
  'health.examine': call<JobView>()(Nothing, observers),
  'storage.status': call<StorageView>()(Nothing, observers),
  /** Asks for a fresh proof of who it is. `folder`: absolute, on this machine or a disk attached to it. */
  'backup.create': call<JobView>()(Type.Object({ folder: Type.String({ minLength: 1, maxLength: 1000 }) }, closed), [
    'admin',
  ]),
  'logs.list': call<LogView>()(
    Type.Object(
      {
        level: Type.Optional(oneOf(logLevels)),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
      },
      closed,
    ),
    keepers,
  ),
  'selfTest.latest': call<SelfTestView | null>()(Nothing, 'signed-in'),
  'selfTest.history': call<readonly SelfTestView[]>()(Nothing, 'signed-in'),
  'selfTest.run': call<JobView>()(Nothing, ['staff', 'supervisor', 'admin']),

  'uploads.begin': call<UploadView>()(Nothing, overseers),
  'uploads.append': call<UploadView>()(
    Type.Object(
      {
        id: Id,
        name: FileName,
        /** How much of this file is there already: a piece that comes twice changes nothing. */
        offset: Type.Integer({ minimum: 0, maximum: mostUploadBytes }),
        bytes: bytesUpTo(mostPieceBytes),
      },
      closed,
    ),
    overseers,
  ),
  'uploads.drop': call<Record<string, never>>()(Type.Object({ id: Id }, closed), overseers),

  'lists.status': call<ListsView>()(Nothing, observers),
  /** `pack`: a signed list pack; every other format is a publisher's own file. */
  'lists.import': call<JobView>()(
    Type.Object(
      {
        upload: Id,
        format: oneOf([...listFormats, 'pack']),
        listId: Type.Optional(ListId),
        publishedAt: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })),
        /** Public key of the sender of a pack, base64url. */
        key: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' })),
      },
      closed,
    ),
    overseers,
  ),
  'lists.remove': call<ListsView>()(Type.Object({ listId: ListId }, closed), overseers),
  'models.install': call<JobView>()(Type.Object({ upload: Id }, closed), ['admin']),
} as const;
