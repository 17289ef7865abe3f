/** Believes an answer of head office, or says why not: the hub's word for the fleet's key, that key's word for the directive. */
import {
  DirectiveSchema,
  FleetKeySchema,
  type Directive,
  type FleetProblemCode,
  type SignedText,
} from '../../contract/fleet.ts';
import { readNoteKey } from '../../core/audit/checkpoint.ts';
import { directiveProblem } from '../../core/fleet/acceptance.ts';
import type { FleetAnswer } from '../../services/fleet/directive.ts';
import { openSignedText, readText } from '../../vault/signed-text.ts';

export interface TrustedKey {
  readonly generation: number;
  readonly publicKey: string;
}

interface Asked {
  readonly orgId: string;
  readonly deskId: string;
  readonly nonce: string;
  readonly tookMs: number;
}

export type Believed =
  | { readonly ok: true; readonly directive: Directive; readonly key: TrustedKey }
  | { readonly ok: false; readonly problem: FleetProblemCode };

const refuse = (problem: FleetProblemCode): Believed => ({ ok: false, problem });

/** `hubKey`: C2SP verifier key of the hub, kept since the desk enrolled. `held`: the fleet's key believed last. */
export function believe(answer: FleetAnswer, hubKey: string, held: TrustedKey | null, asked: Asked): Believed {
  const key = trustedKey(answer.fleetKey, hubKey, held);
  if (typeof key === 'string') return refuse(key);
  const directive = openSignedText(answer.directive, key.publicKey, DirectiveSchema);
  if (directive === null) return refuse('directive_invalid');
  const problem = directiveProblem(directive, asked);
  return problem === null ? { ok: true, directive, key } : refuse(problem);
}

/** The key that is known already needs no new word; another one needs the hub's, and never an older generation. */
function trustedKey(statement: SignedText, hubKey: string, held: TrustedKey | null): TrustedKey | FleetProblemCode {
  const told = readText(statement, FleetKeySchema);
  if (told === null) return 'fleet_key_untrusted';
  if (held !== null && told.generation === held.generation && told.publicKey === held.publicKey) return held;
  const root = readNoteKey(hubKey);
  const publicKey = root === null ? '' : Buffer.from(root.publicKey).toString('base64url');
  if (openSignedText(statement, publicKey, FleetKeySchema) === null) return 'fleet_key_untrusted';
  if (held !== null && told.generation <= held.generation) return 'fleet_key_rollback';
  return { generation: told.generation, publicKey: told.publicKey };
}
