/**
 * The desk's half of the heartbeat: says how it is, hears what head office wants, does what it may believe, and says the next time
 * what it could not. Without a line everything stays as it is.
 */
import { Value } from 'typebox/value';
import { sendHttp, type HttpAnswer } from '../../connectors/http/http-client.ts';
import { FleetAnswerSchema, PackPartSchema } from '../../contract/api/fleet.ts';
import type { Directive, FleetProblem, FleetProblemCode } from '../../contract/fleet.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { wipeVerdict } from '../../core/fleet/acceptance.ts';
import { instant, type ServiceContext } from '../../services/context.ts';
import type { FleetAnswer } from '../../services/fleet/directive.ts';
import { readHeld, writeHeld } from '../../services/fleet/held-settings.ts';
import { recordAudit } from '../../services/record-audit.ts';
import { randomToken } from '../../vault/random.ts';
import { signText } from '../../vault/signed-text.ts';
import { noteClockSkew } from '../sync/desk-health.ts';
import { parseBody, refusalOf } from '../sync/hub-answers.ts';
import { hubLink, type HubLink } from '../sync/hub-link.ts';
import { applySettings } from './apply-settings.ts';
import { believe, type Believed, type TrustedKey } from './believe.ts';
import { heldOrder, holdOrder } from './held-order.ts';
import { inventory } from './inventory.ts';
import { takePacks, type PackPlace, type PackSource } from './take-packs.ts';

export interface HeartbeatParts {
  readonly ctx: ServiceContext;
  /** The one organisation of this desk. */
  readonly orgId: string;
  readonly installModels?: PackPlace['installModels'];
  /** Milliseconds that only rise; given by tests. */
  readonly ticks?: () => number;
}

export interface Heard {
  /** Head office wants to be asked again after so long. */
  readonly everySeconds: number;
  readonly problems: readonly FleetProblem[];
}

/** Errors: `hub_not_enrolled`, `unavailable`, what the hub says, and a problem of `fleetProblems` when it is not believed. */
export async function beat(parts: HeartbeatParts): Promise<Result<Heard>> {
  const { ctx } = parts;
  const link = await hubLink(ctx);
  if (link === null) return fail('hub_not_enrolled', 'this desk is not enrolled with a hub');
  const heard = await listen(parts, link);
  if (!heard.ok) await noteContact(ctx, { failure: heard.error.code });
  return heard;
}

async function listen(parts: HeartbeatParts, link: HubLink): Promise<Result<Heard>> {
  const { ctx, orgId } = parts;
  const ticks = parts.ticks ?? (() => performance.now());
  const nonce = randomToken(24);
  const startedAt = ticks();
  const said = await inventory(ctx, orgId);
  const about = { layout: 1, deskId: link.deskId, nonce, at: instant(ctx) } as const;
  const report = signText(ctx.vault.desk, { kind: 'loket-fleet-report', ...about, ...said });
  const answered = await ask(ctx, link, '/api/kiosk/fleet/heartbeat', { deskId: link.deskId, report });
  const refused = !answered.ok && ['unauthenticated', 'forbidden'].includes(answered.error.code);
  // A desk that is shut out may still hear that it is to be wiped.
  const answer = refused
    ? await ask(ctx, link, '/api/kiosk/fleet/wipe-question', {
        deskId: link.deskId,
        question: signText(ctx.vault.desk, { kind: 'loket-fleet-wipe-question', ...about }),
      })
    : answered;
  if (!answer.ok) return refused && answer.error.code === 'not_found' ? answered : answer;
  const held = await readHeld(ctx.store.db, 'fleet.key');
  const asked = { orgId: link.orgId, deskId: link.deskId, nonce, tookMs: ticks() - startedAt };
  const believed = believe(answer.value, link.hubKey, held, asked);
  if (!believed.ok) {
    await noteProblem(ctx, believed.problem);
    return fail(believed.problem, 'head office’s answer is not believed');
  }
  return obey(parts, link, answer.value, believed, refused);
}

async function obey(
  parts: HeartbeatParts,
  link: HubLink,
  answer: FleetAnswer,
  { directive, key }: Extract<Believed, { ok: true }>,
  shutOut: boolean,
): Promise<Result<Heard>> {
  const { ctx, orgId } = parts;
  await keepKey(ctx, key);
  const found: FleetProblem[] = [];
  const add = (code: FleetProblemCode | null, about: string | null = null): void => {
    if (code !== null) found.push({ code, about, since: instant(ctx) });
  };
  add(await hearOrder(ctx, orgId, directive));
  // An answer about the wipe alone says nothing of settings and packs.
  if (!shutOut) {
    add(await applySettings(ctx, orgId, directive, answer.settings, key));
    const source: PackSource = { part: (id, number) => fetchPart(ctx, link, id, number) };
    const { installModels } = parts;
    found.push(
      ...(await takePacks(
        { ctx, orgId, source, ...(installModels === undefined ? {} : { installModels }) },
        directive.packs,
      )),
    );
  }
  const problems = await noteHeard(ctx, orgId, directive, found);
  return ok({ everySeconds: directive.everySeconds, problems });
}

async function keepKey(ctx: ServiceContext, key: TrustedKey): Promise<void> {
  const held = await readHeld(ctx.store.db, 'fleet.key');
  if (held?.generation === key.generation) return;
  await ctx.store.transaction((trx) => writeHeld(trx, 'fleet.key', key));
}

/** Written down with its audit row before anything is done about it; taken back when the directive names none any more. */
async function hearOrder(ctx: ServiceContext, orgId: string, { wipe }: Directive): Promise<FleetProblemCode | null> {
  const held = await heldOrder(ctx.store.db);
  if (wipe === null) {
    if (held !== null) await ctx.store.transaction((trx) => holdOrder(trx, null));
    return null;
  }
  const verdict = wipeVerdict(wipe, ctx.vault.desk.publicKey);
  if (!verdict.take) return verdict.problem;
  if (held?.order.id === wipe.id) return null;
  await ctx.store.transaction(async (trx) => {
    await holdOrder(trx, { order: wipe, receivedAt: instant(ctx) });
    const { id, mode, graceMinutes } = wipe;
    await recordAudit(
      ctx,
      trx,
      { kind: 'system', id: null, orgId },
      {
        event: 'desk.wipe_received',
        objectId: ctx.vault.desk.id,
        detail: { order: id, mode, graceMinutes },
      },
    );
  });
  return null;
}

async function ask(ctx: ServiceContext, link: HubLink, path: string, body: object): Promise<Result<FleetAnswer>> {
  const answer = await post(ctx, link, path, body);
  if (!answer.ok) return answer;
  const data = (parseBody(answer.value) as { data?: unknown } | null)?.data;
  return Value.Check(FleetAnswerSchema, data) ? ok(data) : fail('unavailable', 'the hub gave no usable answer');
}

async function post(
  ctx: ServiceContext,
  link: HubLink,
  path: string,
  body: object | null,
): Promise<Result<HttpAnswer>> {
  const answer = await sendHttp({
    url: `${link.url}${path}`,
    method: body === null ? 'GET' : 'POST',
    clientTls: link.tls,
    headers: { accept: 'application/json', ...(body === null ? {} : { 'content-type': 'application/json' }) },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) return fail('unavailable', answer.error.message, answer.error.details);
  const { status, headers } = answer.value;
  const hubTime = Date.parse(headers['date'] ?? '');
  if (!Number.isNaN(hubTime)) await noteClockSkew(ctx.store, ctx.clock().getTime() - hubTime);
  return status >= 200 && status < 300 ? answer : { ok: false, error: refusalOf(answer.value, ctx.clock()) };
}

async function fetchPart(ctx: ServiceContext, link: HubLink, id: string, number: number): Promise<Result<Uint8Array>> {
  const answer = await post(ctx, link, `/api/kiosk/fleet/packs/${id}?part=${number}`, null);
  if (!answer.ok) return answer;
  const data = (parseBody(answer.value) as { data?: unknown } | null)?.data;
  return Value.Check(PackPartSchema, data)
    ? ok(new Uint8Array(Buffer.from(data.bytes, 'base64')))
    : fail('unavailable', 'the hub gave no usable answer (pack)');
}

/** A problem that stays keeps the instant it began. A new one that refuses something is in the audit log, once. */
async function noteHeard(
  ctx: ServiceContext,
  orgId: string,
  directive: Directive,
  found: readonly FleetProblem[],
): Promise<readonly FleetProblem[]> {
  const before = (await readHeld(ctx.store.db, 'fleet.contact'))?.problems ?? [];
  const same = (one: FleetProblem) => (other: FleetProblem) => other.code === one.code && other.about === one.about;
  const problems = found.map((one) => before.find(same(one)) ?? one);
  const fresh = problems.filter((one) => !before.some(same(one)));
  const now = instant(ctx);
  await ctx.store.transaction(async (trx) => {
    const { branch } = directive;
    await writeHeld(trx, 'fleet.contact', { heardAt: now, triedAt: now, failure: null, branch, problems });
    for (const { code, about } of fresh) {
      const event = code.startsWith('pack_') ? 'fleet.pack_refused' : 'fleet.settings_refused';
      await recordAudit(ctx, trx, { kind: 'system', id: null, orgId }, { event, detail: { code, about } });
    }
  });
  return problems;
}

async function noteContact(ctx: ServiceContext, { failure }: { readonly failure: string }): Promise<void> {
  const before = await readHeld(ctx.store.db, 'fleet.contact');
  await ctx.store.transaction((trx) =>
    writeHeld(trx, 'fleet.contact', {
      heardAt: before?.heardAt ?? null,
      triedAt: instant(ctx),
      failure,
      branch: before?.branch ?? null,
      problems: before?.problems ?? [],
    }),
  );
}

/** Said to head office with the next report that comes through. */
async function noteProblem(ctx: ServiceContext, code: FleetProblemCode): Promise<void> {
  const before = await readHeld(ctx.store.db, 'fleet.contact');
  const problems = before?.problems ?? [];
  if (problems.some((one) => one.code === code)) return;
  await ctx.store.transaction((trx) =>
    writeHeld(trx, 'fleet.contact', {
      heardAt: before?.heardAt ?? null,
      triedAt: instant(ctx),
      failure: code,
      branch: before?.branch ?? null,
      problems: [...problems, { code, about: null, since: instant(ctx) }],
    }),
  );
}
