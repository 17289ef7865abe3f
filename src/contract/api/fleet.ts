/** Head office and its desks over the API: the heartbeat of desks, and what admins see and order. */
import { Type, type Static } from 'typebox';
import {
  DeskReportSchema,
  FleetRulesSchema,
  FleetSettingsFileSchema,
  fleetFindings,
  fleetStates,
  packKinds,
  packPartBytes,
  PackOfferSchema,
  SignedTextSchema,
  wipeModes,
  WipeReceiptSchema,
} from '../fleet.ts';
import { oneOf } from '../vocabulary.ts';
import { closed, Id, Instant, orNull } from './common.ts';

const DeskId = Type.String({ minLength: 3, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' });

export const HeartbeatBody = Type.Object(
  { deskId: DeskId, report: SignedTextSchema },
  { ...closed, description: 'What a desk says of itself, signed by its key' },
);
export const WipeQuestionBody = Type.Object({ deskId: DeskId, question: SignedTextSchema }, closed);
export const ReceiptBody = Type.Object({ receipt: SignedTextSchema }, closed);
export const FleetAnswerSchema = Type.Object(
  { fleetKey: SignedTextSchema, directive: SignedTextSchema, settings: Type.Union([SignedTextSchema, Type.Null()]) },
  { ...closed, title: 'FleetAnswer' },
);
export const PackPartQuery = Type.Object({ part: Type.Integer({ minimum: 0, maximum: 1024 }) }, closed);
export const PackPartSchema = Type.Object(
  {
    part: Type.Integer(),
    of: Type.Integer(),
    bytes: Type.String({
      maxLength: Math.ceil(packPartBytes / 3) * 4,
      description: 'base64, 1 MiB but for the last part',
    }),
  },
  { ...closed, title: 'PackPart' },
);

const FindingSchema = Type.Object(
  {
    code: oneOf(fleetFindings),
    level: oneOf(['amber', 'red']),
    value: Type.Optional(Type.Number({ description: 'Measured: ms, bytes, or a count' })),
    limit: Type.Optional(Type.Number()),
    about: Type.Optional(Type.String()),
  },
  { ...closed, title: 'FleetFinding' },
);
const { kind: _kind, layout: _layout, nonce: _nonce, ...reported } = DeskReportSchema.properties;
const ReportSchema = Type.Object(reported, { ...closed, title: 'DeskReport' });
const { kind: _receipt, layout: _one, ...receipted } = WipeReceiptSchema.properties;

export const WipeSchema = Type.Object(
  {
    id: Id,
    deskId: Id,
    mode: oneOf(wipeModes),
    graceMinutes: Type.Integer(),
    reason: Type.String(),
    state: oneOf(['ordered', 'cancelled', 'acknowledged']),
    requestedAt: Instant,
    requestedBy: orNull(Type.String()),
    sentAt: orNull(Instant),
    endedAt: orNull(Instant),
    receipt: orNull(Type.Object(receipted, { ...closed, title: 'WipeReceipt' })),
  },
  { ...closed, title: 'DeskWipe' },
);
export const FleetDeskSchema = Type.Object(
  {
    id: Id,
    name: Type.String(),
    branch: orNull(Type.String()),
    status: oneOf(['active', 'revoked']),
    state: oneOf(fleetStates),
    findings: Type.Array(FindingSchema),
    enrolledAt: Instant,
    revokedAt: orNull(Instant),
    revokeReason: orNull(Type.String()),
    seenAt: orNull(Instant),
    skewMs: orNull(Type.Integer({ description: 'The desk’s clock minus ours' })),
    report: orNull(ReportSchema),
    settingsWanted: orNull(Type.Integer()),
    wipe: orNull(WipeSchema),
  },
  { ...closed, title: 'FleetDesk' },
);
export type FleetDeskView = Static<typeof FleetDeskSchema>;

const Branch = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S', examples: ['Jakarta Kota'] });
const Reason = Type.String({ minLength: 3, maxLength: 500, pattern: '\\S', examples: ['stolen on 12 November'] });
export const PlaceBody = Type.Object({ branch: orNull(Branch) }, closed);
export const RevokeDeskBody = Type.Object({ reason: Reason }, closed);
export const WipeBody = Type.Object(
  {
    mode: oneOf(wipeModes, { description: '`deliver_first`: what waits is sent, or sealed into files for the hub' }),
    graceMinutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_080, description: 'Default 60' })),
    reason: Reason,
    password: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'Instead of a proof within the last five minutes' }),
    ),
  },
  closed,
);
export const PublishBody = FleetSettingsFileSchema;
export const PublishedSchema = Type.Object(
  {
    version: Type.Integer(),
    target: Type.Object({ branch: orNull(Type.String()), deskId: orNull(Type.String()) }, closed),
    validFrom: Instant,
    expiresAt: Instant,
    publishedAt: Instant,
    publishedBy: orNull(Type.String()),
    rules: FleetRulesSchema,
  },
  { ...closed, title: 'FleetSettings' },
);
export const PackSchema = Type.Object(
  {
    ...PackOfferSchema.properties,
    kind: oneOf(packKinds),
    state: oneOf(['loading', 'offered', 'withdrawn']),
    createdAt: Instant,
  },
  { ...closed, title: 'FleetPack' },
);
