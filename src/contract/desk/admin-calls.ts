/** Administration at the desk: the very services of `/api/admin` and `/api/identity`, for the same roles. */
import { Type, type Static } from 'typebox';
import {
  CreateDeskBody,
  CreateUserBody,
  type DeskCodeSchema,
  SettingsPatchBody,
  UpdateUserBody,
} from '../api/admin.ts';
import { type ApiKeySchema, CreateApiKeyBody } from '../api/people.ts';
import { CreateWebhookBody, type DeliverySchema, UpdateWebhookBody, type WebhookSchema } from '../api/webhooks.ts';
import { auditEvents } from '../audit-events.ts';
import type { OrgSettings } from '../settings.ts';
import { oneOf, type Role } from '../vocabulary.ts';
import { call, closed, Id, Nothing, Password } from './call.ts';
import type { JobView } from './jobs.ts';

const admins = ['admin'] as const;
const overseers = ['compliance', 'admin'] as const;
const observers = ['supervisor', 'compliance', 'admin'] as const;
const One = Type.Object({ id: Id }, closed);
const Page = Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 }));
const Instant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' });

/** Rows a page shows. */
export const pageSize = 50;

export interface PageOf<T> {
  readonly rows: readonly T[];
  readonly total: number;
  readonly page: number;
}

export interface PersonRow {
  readonly id: string;
  readonly email: string;
  readonly fullName: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly lockedUntil: string | null;
  readonly passkeys: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly lastSignInAt: string | null;
}
/** `password`: made for the person and shown once. */
export interface PersonWithPassword extends PersonRow {
  readonly password?: string;
}

export type ApiKeyRow = Static<typeof ApiKeySchema>;
export type WebhookRow = Static<typeof WebhookSchema>;
export type DeliveryRow = Static<typeof DeliverySchema>;

export interface SettingsView {
  readonly settings: OrgSettings;
  readonly defaults: OrgSettings;
  /** The last change of each setting, by its dotted name. */
  readonly changes: Readonly<
    Record<string, { readonly at: string; readonly by: string | null; readonly from: unknown; readonly to: unknown }>
  >;
}

export interface AuditLine {
  readonly seq: number;
  readonly event: string;
  readonly occurredAt: string;
  readonly actor: { readonly kind: string; readonly id: string | null; readonly name: string | null };
  /** Keyed pseudonym of the customer. */
  readonly subject: string | null;
  readonly objectId: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly hash: string;
}

/** What was checked of one row, each by itself. */
export interface AuditProof {
  readonly seq: number;
  /** The row's content gives the hash written beside it. */
  readonly content: boolean;
  /** The hash before it is that of the row before it; null for the first row that is kept. */
  readonly link: boolean | null;
  /** The path from the row leads to the root of the checkpoint. */
  readonly inclusion: boolean;
  /** The checkpoint is signed by a key of this desk. */
  readonly signature: boolean;
  readonly checkpoint: { readonly size: number; readonly root: string; readonly createdAt: string };
  /** Hashes on the way from the row to the root. */
  readonly steps: number;
}

export const exportKinds = ['customers', 'verifications', 'screening_hits', 'audit'] as const;
export type ExportKind = (typeof exportKinds)[number];

export interface ExportView {
  readonly id: string;
  readonly kind: ExportKind;
  readonly fileName: string;
  readonly rows: number;
  /** null where counting would cost as much as exporting. */
  readonly total: number | null;
  readonly done: boolean;
  /** Where the desk wrote it; null: the page gets the text. */
  readonly savedAs: string | null;
}
export interface ExportPiece extends ExportView {
  /** UTF-8; null where the desk writes the file. */
  readonly text: string | null;
}

export interface DeskRow {
  readonly id: string;
  readonly name: string;
  readonly status: 'active' | 'revoked';
  readonly createdAt: string;
  readonly revokedAt: string | null;
  /** This one. */
  readonly here: boolean;
}

const AuditFilter = {
  event: Type.Optional(oneOf(auditEvents)),
  actorId: Type.Optional(Id),
  customerId: Type.Optional(Id),
  objectId: Type.Optional(Id),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
} as const;

export const adminCalls = {
  /** Proves by password that it is still the same person; what follows within five minutes may be risky. */
  'auth.provePassword': call<{ readonly at: string }>()(Type.Object({ password: Password }, closed), 'signed-in'),

  'users.list': call<PageOf<PersonRow>>()(Type.Object({ page: Page }, closed), overseers),
  'users.add': call<PersonWithPassword>()(CreateUserBody, admins),
  'users.change': call<PersonRow>()(Type.Object({ id: Id, change: UpdateUserBody }, closed), admins),
  'users.unlock': call<PersonRow>()(One, admins),
  'users.resetPassword': call<PersonWithPassword>()(One, admins),
  'users.removePasskeys': call<PersonRow>()(One, admins),

  'apiKeys.list': call<PageOf<ApiKeyRow>>()(Type.Object({ page: Page }, closed), admins),
  'apiKeys.create': call<ApiKeyRow & { readonly key: string }>()(CreateApiKeyBody, admins),
  'apiKeys.rotate': call<ApiKeyRow & { readonly key: string }>()(
    Type.Object({ id: Id, graceHours: Type.Optional(Type.Integer({ minimum: 0, maximum: 168 })) }, closed),
    admins,
  ),
  'apiKeys.revoke': call<ApiKeyRow>()(One, admins),

  'webhooks.list': call<PageOf<WebhookRow>>()(Type.Object({ page: Page }, closed), admins),
  'webhooks.create': call<WebhookRow & { readonly secret: string }>()(CreateWebhookBody, admins),
  'webhooks.update': call<WebhookRow>()(Type.Object({ id: Id, change: UpdateWebhookBody }, closed), admins),
  'webhooks.rotate': call<{ readonly id: string; readonly secret: string }>()(
    Type.Object({ id: Id, overlapHours: Type.Optional(Type.Integer({ minimum: 0, maximum: 168 })) }, closed),
    admins,
  ),
  'webhooks.remove': call<Record<string, never>>()(One, admins),
  'webhooks.test': call<DeliveryRow>()(One, admins),
  'webhooks.deliveries': call<PageOf<DeliveryRow>>()(Type.Object({ id: Id, page: Page }, closed), admins),
  'webhooks.replay': call<DeliveryRow>()(Type.Object({ id: Id, deliveryId: Id }, closed), admins),

  'settings.view': call<SettingsView>()(Nothing, overseers),
  'settings.change': call<SettingsView>()(Type.Object({ patch: SettingsPatchBody }, closed), admins),

  'exports.begin': call<ExportView>()(
    Type.Object({ kind: oneOf(exportKinds), to: oneOf(['page', 'desk']) }, closed),
    overseers,
  ),
  /** The next piece; the one who began it asks until it is done. */
  'exports.next': call<ExportPiece>()(One, overseers),
  'exports.stop': call<Record<string, never>>()(One, overseers),

  'audit.list': call<PageOf<AuditLine>>()(Type.Object({ page: Page, ...AuditFilter }, closed), overseers),
  'audit.prove': call<AuditProof>()(Type.Object({ seq: Type.Integer({ minimum: 1 }) }, closed), overseers),
  'audit.verify': call<JobView>()(Nothing, overseers),

  'desks.list': call<PageOf<DeskRow>>()(Type.Object({ page: Page }, closed), observers),
  'desks.issueCode': call<Static<typeof DeskCodeSchema>>()(CreateDeskBody, admins),
  'desks.revoke': call<DeskRow>()(One, admins),
} as const;
