/** `--keys list | rotate [--root] | recovery --out DIR | recover --share FILE --share FILE` of the desktop program. */
import { ok, type Result } from '../contract/result.ts';
import { recordRecovery } from '../services/keys/record-recovery.ts';
import { rotateKeys } from '../services/keys/rotate-keys.ts';
import { writeShares } from '../services/keys/write-shares.ts';
import type { KeyChange } from '../vault/change-keys.ts';
import { openVault } from '../vault/open-vault.ts';
import { makeRecoveryShares, readShareFile, recoverWithShares } from '../vault/recovery.ts';
import { withContext } from './with-context.ts';
import type { Wish } from './wish.ts';

/** Null: not one of the forms. */
export async function keyCommand(change: KeyChange, wish: Wish): Promise<Result<object> | null> {
  if (wish.verb === 'list') {
    const vault = await openVault({ ...change, create: false });
    return vault.ok ? ok({ keys: vault.value.inventory() }) : vault;
  }
  if (wish.verb === 'rotate') {
    const done = await rotateKeys(change, (work) => withContext(change, work), { masterKey: wish.root });
    return done.ok ? ok({ rotation: done.value }) : done;
  }
  if (wish.verb === 'recovery' && wish.out !== undefined) return recovery(change, wish.out);
  if (wish.verb === 'recover' && wish.share.length === 2) return recover(change, wish.share);
  return null;
}

async function recovery(change: KeyChange, folder: string): Promise<Result<object>> {
  const shares = await makeRecoveryShares(change);
  if (!shares.ok) return shares;
  const files = writeShares(shares.value, folder);
  if (!files.ok) return files;
  const setId = shares.value[0]?.setId ?? '';
  const noted = await withContext(change, (ctx) => recordRecovery(ctx, setId));
  return noted.ok ? ok({ setId, files: files.value }) : noted;
}

/** After `keyring_changed`: two shares open the installation, and its key goes under the keystore there is now. */
async function recover(change: KeyChange, paths: readonly string[]): Promise<Result<object> | null> {
  const [first, second] = paths.map((path) => readShareFile(path));
  if (first === undefined || second === undefined) return null;
  if (!first.ok) return first;
  if (!second.ok) return second;
  const done = await recoverWithShares(change, [first.value, second.value], { onlyProve: false });
  return done.ok ? ok({ recovered: true, ...done.value }) : done;
}
