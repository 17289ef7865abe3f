/** `devices.*`, and the two ways a card comes without a camera: the scanner's folder and a file. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { CameraIdentity } from '../../contract/bundle.ts';
import type { DeskSettings } from '../../contract/desk/devices.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { isVirtualCamera } from '../../core/camera/virtual-camera.ts';
import type { ServiceContext } from '../../services/context.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import { recordAudit } from '../../services/record-audit.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskHandlerTable } from '../dispatch.ts';
import { judgeBytes } from '../sources/picture-file.ts';
import { actorOf, operatorOf } from './acting-person.ts';

type DeviceCalls = Extract<keyof DeskHandlerTable, `devices.${string}`> | 'onboarding.useScan' | 'onboarding.useFile';

/** No camera took it, and the evidence says so. */
const noCamera = (label: string): CameraIdentity => ({
  label,
  fingerprint: 'none',
  width: 0,
  height: 0,
  frameRate: 0,
  pinned: false,
  simulated: false,
});

export function deviceHandlers({ ctx, devices, onboarding }: DeskHouse): Pick<DeskHandlerTable, DeviceCalls> {
  return {
    'devices.status': () => Promise.resolve(ok(devices.view())),
    async 'devices.configure'(session, { settings }) {
      const refused = await refuseVirtual(ctx, actorOf(session).orgId, settings);
      if (!refused.ok) return refused;
      const before = devices.settings();
      const changed = await devices.configure(settings);
      if (!changed.ok) return changed;
      const parts = changedParts(before, devices.settings());
      if (parts.length > 0) {
        const event = parts.includes('cameras') ? 'camera.changed' : 'settings.changed';
        await ctx.store.transaction((trx) =>
          recordAudit(ctx, trx, actorOf(session), { event, objectId: ctx.vault.desk.id, detail: { desk: parts } }),
        );
      }
      return changed;
    },
    'devices.simulateScan': (_session, { text }) =>
      Promise.resolve(
        devices.simulateScan(text)
          ? ok(devices.view())
          : fail('not_found', 'This desk has no simulated scanner switched on.'),
      ),
    async 'onboarding.useScan'(session, { id }) {
      const scan = await devices.scannedPicture(id);
      if (!scan.ok) return scan;
      const params = { frames: [scan.value.bytes], camera: noCamera('scanner folder') };
      return onboarding.submitCard(operatorOf(session), params, {
        source: 'scanner_folder',
        sha256: scan.value.sha256,
      });
    },
    async 'onboarding.useFile'(session, { file }) {
      if (!devices.settings().files) return fail('forbidden', 'This desk takes no cards from files.');
      const reading = judgeBytes(file);
      const hash = bytesToHex(sha256(file));
      const reason =
        reading.state !== 'read' ? reading.reason : (await devices.knownPicture(hash)) ? 'source_duplicate' : null;
      if (reason !== null) return fail('image_unusable', 'This file cannot be used.', { reason });
      return onboarding.submitCard(
        operatorOf(session),
        { frames: [file], camera: noCamera('file') },
        { source: 'file', sha256: hash },
      );
    },
  };
}

/** A software camera is not pinned where customers are real; a sandbox may train with one, and its captures say so. */
async function refuseVirtual(ctx: ServiceContext, orgId: string, { cameras }: DeskSettings): Promise<Result<true>> {
  if (![cameras.card, cameras.face].some((camera) => camera !== null && isVirtualCamera(camera.label))) return ok(true);
  const organisation = await findOrganisation(ctx.store.db, orgId);
  return organisation?.settings.environment === 'live'
    ? fail('forbidden', 'This is a software camera: it is not used for customers.', { reason: 'stream_irregular' })
    : ok(true);
}

function changedParts(before: DeskSettings, after: DeskSettings): string[] {
  return (Object.keys(after) as (keyof DeskSettings)[]).filter(
    (part) => JSON.stringify(before[part]) !== JSON.stringify(after[part]),
  );
}
