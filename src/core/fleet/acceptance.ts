/**
 * Whether a desk takes up what head office offers. After The Update Framework (TUF 1.0.33, sections 5.3-5.6): never an older issue
 * (rollback), never an old answer sold as today's (freeze), nothing held back unseen (mix and match). Pure.
 */
import type { Directive, FleetProblemCode, FleetSettings, PackOffer, WipeOrder } from '../../contract/fleet.ts';

type Verdict = { readonly take: true } | { readonly take: false; readonly problem: FleetProblemCode | null };

const take: Verdict = { take: true };
const nothingNew: Verdict = { take: false, problem: null };
const refuse = (problem: FleetProblemCode): Verdict => ({ take: false, problem });

/**
 * The answer to this very question, to this desk. Its age is measured on the desk's own clock between asking and being answered,
 * so that a clock that is wrong by an hour neither lets an old answer in nor keeps a fresh one out.
 */
export function directiveProblem(
  directive: Pick<Directive, 'orgId' | 'deskId' | 'nonce' | 'issuedAt' | 'expiresAt'>,
  asked: { readonly orgId: string; readonly deskId: string; readonly nonce: string; readonly tookMs: number },
): FleetProblemCode | null {
  if (directive.orgId !== asked.orgId || directive.deskId !== asked.deskId) return 'directive_not_ours';
  if (directive.nonce !== asked.nonce) return 'directive_stale';
  const lifeMs = Date.parse(directive.expiresAt) - Date.parse(directive.issuedAt);
  return asked.tookMs >= 0 && asked.tookMs <= lifeMs ? null : 'directive_stale';
}

/** `held`: version the desk runs. `hubNow`: the hub's time, as the directive says it. */
export function settingsVerdict(
  offered: Pick<FleetSettings, 'orgId' | 'version' | 'target' | 'validFrom' | 'expiresAt'>,
  desk: { readonly orgId: string; readonly deskId: string; readonly branch: string | null; readonly held: number },
  hubNow: string,
): Verdict {
  const { target, version } = offered;
  const addressed =
    offered.orgId === desk.orgId &&
    (target.branch === null || target.branch === desk.branch) &&
    (target.deskId === null || target.deskId === desk.deskId);
  if (!addressed) return refuse('settings_not_ours');
  if (version === desk.held) return nothingNew;
  if (version < desk.held) return refuse('settings_rollback');
  if (!(offered.validFrom <= hubNow && hubNow < offered.expiresAt)) return refuse('settings_expired');
  return take;
}

/** `held`: the last sequence the desk took up under this name. */
export function packVerdict(offer: Pick<PackOffer, 'sequence'>, held: number): Verdict {
  if (offer.sequence === held) return nothingNew;
  return offer.sequence < held ? refuse('pack_rollback') : take;
}

/** An order for the key this installation signs with: one made anew since is another desk, whatever its name. */
export function wipeVerdict(order: Pick<WipeOrder, 'deskKey'>, deskKey: string): Verdict {
  return order.deskKey === deskKey ? take : refuse('wipe_not_ours');
}
