/** What this desk says of itself to head office. Facts only, and nothing of a customer. */
import { join } from 'node:path';
import type { DeskReport } from '../../contract/fleet.ts';
import { readHeld } from '../../services/fleet/held-settings.ts';
import type { ServiceContext } from '../../services/context.ts';
import { freeDiskBytes } from '../../store/free-disk.ts';
import { activePacks } from '../../store/repositories/screening-packs.ts';
import { readInstallationFile } from '../../vault/installation-file.ts';
import { installedVisionOptions } from '../../vision/open-vision.ts';
import { openDeskSettings } from '../sources/desk-settings.ts';
import { outboxCounts } from '../sync/outbox-views.ts';
import { heldOrder } from './held-order.ts';

type Inventory = Omit<DeskReport, 'kind' | 'layout' | 'deskId' | 'nonce' | 'at'>;

export async function inventory(ctx: ServiceContext, orgId: string): Promise<Inventory> {
  const { db } = ctx.store;
  const counts = await outboxCounts(ctx.store, orgId);
  const held = await readHeld(db, 'fleet.settings');
  const contact = await readHeld(db, 'fleet.contact');
  return {
    version: ctx.version,
    platform: `${process.platform} ${process.arch}`,
    keystore: keystoreOf(ctx.dataDirectory),
    models: await modelsOf(ctx),
    lists: (await activePacks(db, orgId)).map((pack) => ({
      id: pack.list_id,
      version: pack.version,
      publishedAt: pack.published_at,
      entries: Number(pack.entries),
    })),
    disk: await diskOf(ctx),
    outbox: { pending: counts.pending, oldestAt: counts.oldestPending, refused: counts.refused },
    cameras: await camerasOf(ctx.dataDirectory),
    settings: held === null ? null : { version: held.version, appliedAt: held.appliedAt },
    packs: ((await readHeld(db, 'fleet.packs')) ?? []).map(({ kind, name, sequence }) => ({ kind, name, sequence })),
    problems: [...(contact?.problems ?? [])],
    wipe: (await heldOrder(db))?.order.id ?? null,
  };
}

/** The kind of key store and, of a system's keystore, its own name. */
function keystoreOf(dataDirectory: string | undefined): string {
  const file = dataDirectory === undefined ? null : readInstallationFile(dataDirectory);
  if (file === null || !file.ok || file.value === null) return 'unknown';
  const { provider, backend } = file.value.masterKey;
  return backend === undefined ? provider : `${provider}: ${backend}`.slice(0, 60);
}

/** The weights a role uses were proven against the manifest when they were loaded: that hash is theirs. */
async function modelsOf(ctx: ServiceContext): Promise<Inventory['models']> {
  const installed = installedVisionOptions();
  const hashes = new Map(installed.ok ? installed.value.manifest.models.map(({ id, sha256 }) => [id, sha256]) : []);
  const { models } = await ctx.vision.status();
  return models.map(({ role, id, state }) => ({ role, id, state, sha256: hashes.get(id) ?? null }));
}

async function diskOf(ctx: ServiceContext): Promise<Inventory['disk']> {
  const freeBytes = ctx.store.engine === 'sqlite' ? await freeDiskBytes(ctx.store.path) : null;
  return freeBytes === null ? null : { freeBytes };
}

async function camerasOf(dataDirectory: string | undefined): Promise<Inventory['cameras']> {
  if (dataDirectory === undefined) return [];
  const { cameras } = await openDeskSettings(join(dataDirectory, 'desk-settings.json')).load();
  return (['card', 'face'] as const).flatMap((role) => {
    const pinned = cameras[role];
    return pinned === null ? [] : [{ role, ...pinned }];
  });
}
