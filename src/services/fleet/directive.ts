/** The hub's half of the heartbeat: a desk's signed report comes in, what head office wants of this desk goes back, signed for it. */
import {
  DeskReportSchema,
  WipeQuestionSchema,
  type Directive,
  type FleetSettings,
  type SignedText,
} from '../../contract/fleet.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { findAnyDesk, findDesk, type DeskRow } from '../../store/repositories/desks.ts';
import { findFleetReport, putFleetReport, settingsFor } from '../../store/repositories/fleet.ts';
import type { Db } from '../../store/repositories/types.ts';
import { sha256 } from '../../vault/random.ts';
import { openSignedText } from '../../vault/signed-text.ts';
import { instant, minuteMs, plusMs, type ServiceContext } from '../context.ts';
import { fleetKey } from './fleet-key.ts';
import { packsOnOffer } from './offer-pack.ts';
import { wipeToSend } from './wipes.ts';

/** A desk that is told to wipe, or has something to fetch, asks again soon. */
const everySeconds = 300;
const soonSeconds = 60;
const lifeMs = 15 * minuteMs;

export interface FleetAnswer {
  readonly fleetKey: SignedText;
  readonly directive: SignedText;
  /** The settings the directive names, where the desk does not run them. */
  readonly settings: SignedText | null;
}

/**
 * A report counts once, and never after a later one: it carries the desk's own time. Errors: `forbidden` (no active desk),
 * `signature_invalid`, `payload_unreadable` (not a report of this desk).
 */
export async function receiveReport(
  ctx: ServiceContext,
  orgId: string,
  deskId: string,
  signed: SignedText,
): Promise<Result<FleetAnswer>> {
  const desk = await findDesk(ctx.store.db, orgId, deskId);
  if (desk === null || desk.status !== 'active') return fail('forbidden', 'this desk is not enrolled here');
  const report = openSignedText(signed, desk.public_key, DeskReportSchema);
  if (report === null) return fail('signature_invalid', 'this is no report, or its desk did not sign it');
  if (report.deskId !== deskId) return fail('payload_unreadable', 'the report is of another desk');
  const key = await fleetKey(ctx);
  return ctx.store.transaction(async (trx) => {
    const before = await findFleetReport(trx, deskId);
    const seenAt = instant(ctx);
    const earlier = before === null ? '' : (JSON.parse(before.report) as { at: string }).at;
    // A clock that was set back makes its reports look old; they count as soon as they are an hour behind.
    const replayed = report.at <= earlier && plusMs(report.at, 60 * minuteMs) > earlier;
    if (!replayed) {
      const { kind: _kind, layout: _layout, nonce: _nonce, ...told } = report;
      await putFleetReport(trx, {
        desk_id: deskId,
        org_id: orgId,
        seen_at: seenAt,
        skew_ms: Date.parse(report.at) - Date.parse(seenAt),
        report: JSON.stringify(told),
      });
    }
    const { directive, settings } = await directiveFor(ctx, trx, desk, report.nonce);
    const news = settings !== null && settings.version !== report.settings?.version;
    const wanted = news ? settings.signed(key.sign) : null;
    // What is taken up now is known here with the next report.
    const soon = news ? { everySeconds: soonSeconds } : {};
    return ok({ fleetKey: key.statement, directive: key.sign({ ...directive, ...soon }), settings: wanted });
  });
}

/**
 * For a desk that may not connect any more: whether it is to be wiped, and nothing else. Its own signature opens this door.
 * Errors: `signature_invalid`, `not_found` (nothing is wanted of it).
 */
export async function answerWipeQuestion(
  ctx: ServiceContext,
  deskId: string,
  signed: SignedText,
): Promise<Result<FleetAnswer>> {
  const desk = await findAnyDesk(ctx.store.db, deskId);
  const asked = desk === null ? null : openSignedText(signed, desk.public_key, WipeQuestionSchema);
  if (desk === null || asked?.deskId !== deskId)
    return fail('signature_invalid', 'this is no question of a desk known here');
  const key = await fleetKey(ctx);
  return ctx.store.transaction(async (trx): Promise<Result<FleetAnswer>> => {
    const wipe = await wipeToSend(ctx, trx, desk);
    if (wipe === null) return fail('not_found', 'nothing is wanted of this desk');
    const directive = { ...frame(ctx, desk, asked.nonce), settings: null, packs: [], wipe, everySeconds: soonSeconds };
    return ok({ fleetKey: key.statement, directive: key.sign(directive), settings: null });
  });
}

type Frame = Pick<Directive, 'kind' | 'layout' | 'orgId' | 'deskId' | 'nonce' | 'issuedAt' | 'expiresAt' | 'branch'>;

function frame(ctx: ServiceContext, desk: DeskRow, nonce: string): Frame {
  const issuedAt = instant(ctx);
  return {
    kind: 'loket-fleet-directive',
    layout: 1,
    orgId: desk.org_id,
    deskId: desk.id,
    nonce,
    issuedAt,
    expiresAt: plusMs(issuedAt, lifeMs),
    branch: desk.branch,
  };
}

interface SettingsToSend {
  readonly version: number;
  signed(sign: (value: object) => SignedText): SignedText;
}

async function directiveFor(
  ctx: ServiceContext,
  trx: Db,
  desk: DeskRow,
  nonce: string,
): Promise<{ readonly directive: Directive; readonly settings: SettingsToSend | null }> {
  const row = await settingsFor(trx, { orgId: desk.org_id, id: desk.id, branch: desk.branch }, instant(ctx));
  const packs = await packsOnOffer(trx, desk.org_id);
  const wipe = await wipeToSend(ctx, trx, desk);
  const settings = row === null ? null : { version: Number(row.version), sha256: sha256(row.text) };
  return {
    directive: {
      ...frame(ctx, desk, nonce),
      settings,
      packs: [...packs],
      wipe,
      everySeconds: wipe === null ? everySeconds : soonSeconds,
    },
    settings:
      row === null
        ? null
        : {
            version: Number(row.version),
            // Signed with the key of today, which may have been replaced since; the text is the one that was published.
            signed: (sign) => sign(JSON.parse(row.text) as FleetSettings),
          },
  };
}
