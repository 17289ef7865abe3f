/**
 * The key that signs for the fleet: Ed25519, made by the hub for this alone, sealed by its vault. The hub's own key, which desks
 * keep since they enrolled, says which one it is (a root that delegates, as in TUF), so that it can be replaced without a visit.
 */
import type { SignedText } from '../../contract/fleet.ts';
import { readInstallationValue, writeInstallationValue } from '../../store/installation-values.ts';
import type { Db } from '../../store/repositories/types.ts';
import { newEd25519Pair } from '../../vault/ed25519.ts';
import { seedSigner, signText } from '../../vault/signed-text.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';

const key = 'fleet.signing';
const about = 'fleet.signing';

interface Kept {
  readonly generation: number;
  readonly publicKey: string;
  readonly sealed: string;
  readonly statement: SignedText;
}

export interface FleetKey {
  readonly generation: number;
  readonly publicKey: string;
  /** The hub's word for it. */
  readonly statement: SignedText;
  sign(value: object): SignedText;
}

function opened(ctx: ServiceContext, kept: Kept): FleetKey {
  const signer = seedSigner(ctx.vault.openSecret(Buffer.from(kept.sealed, 'base64'), about));
  const { generation, publicKey, statement } = kept;
  return { generation, publicKey, statement, sign: (value) => signText(signer, value) };
}

/** The key, made if there is none. */
export async function fleetKey(ctx: ServiceContext): Promise<FleetKey> {
  const known = await readInstallationValue<Kept>(ctx.store.db, key);
  if (known !== null) return opened(ctx, known);
  return ctx.store.transaction(async (trx) => {
    // Two servers may be asked at once: the first key stays.
    const first = await readInstallationValue<Kept>(trx, key);
    return opened(ctx, first ?? (await make(ctx, trx, 1)));
  });
}

/** A new key from now on: what the old one signed is signed anew when it is next handed out. */
export async function replaceFleetKey(ctx: ServiceContext, actor: Actor): Promise<FleetKey> {
  const before = await fleetKey(ctx);
  return ctx.store.transaction(async (trx) => {
    const kept = await make(ctx, trx, before.generation + 1);
    await recordAudit(ctx, trx, actor, { event: 'fleet.key_replaced', detail: { generation: kept.generation } });
    return opened(ctx, kept);
  });
}

async function make(ctx: ServiceContext, trx: Db, generation: number): Promise<Kept> {
  const pair = newEd25519Pair();
  const statement = signText(ctx.vault.desk, {
    kind: 'loket-fleet-key',
    layout: 1,
    generation,
    publicKey: pair.publicKey,
    issuedAt: instant(ctx),
  });
  const sealed = Buffer.from(ctx.vault.sealSecret(pair.seed, about)).toString('base64');
  pair.seed.fill(0);
  const kept = { generation, publicKey: pair.publicKey, sealed, statement };
  await writeInstallationValue(trx, key, kept);
  return kept;
}
