/**
 * The camera of this desk's selfies. A desk that was set to none is set to the first real one a selfie is taken with, once and
 * on record; another one later needs somebody who may change the devices. The page is not asked which one is the desk's own.
 */
import type { CameraIdentity } from '../../contract/bundle.ts';
import { identified, pinnable } from '../../core/camera/pinned-camera.ts';
import type { ServiceContext } from '../../services/context.ts';
import { recordAudit } from '../../services/record-audit.ts';
import type { Operator } from '../onboarding/onboarding-desk.ts';
import type { DeskDevices } from '../sources/desk-devices.ts';

export async function ownFaceCamera(
  ctx: ServiceContext,
  devices: Pick<DeskDevices, 'settings' | 'pinFaceCamera'>,
  operator: Operator,
  camera: CameraIdentity,
): Promise<CameraIdentity> {
  const first = devices.settings().cameras.face === null ? pinnable(camera) : null;
  if (first !== null && (await devices.pinFaceCamera(first))) {
    const actor = { kind: 'user', id: operator.id, orgId: operator.orgId } as const;
    const detail = { desk: ['cameras'], first: true };
    await ctx.store.transaction((trx) =>
      recordAudit(ctx, trx, actor, { event: 'camera.changed', objectId: ctx.vault.desk.id, detail }),
    );
  }
  return identified(camera, devices.settings().cameras.face);
}
