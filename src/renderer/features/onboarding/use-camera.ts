import { useCallback, useEffect, useState } from 'react';
import type { PinnedCamera } from '../../../contract/desk/devices.ts';
import { findPinned, pinnable } from '../../../core/camera/pinned-camera.ts';
import { createRealCamera, listCameras, onCamerasChanged } from '../../camera/real-camera.ts';
import type { CameraChoice, CameraProblem, CameraScene, CameraSource } from '../../camera/camera-source.ts';
import { createSimulatedCamera } from '../../camera/simulated-camera.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { useDevices } from '../../state/use-devices.ts';

export interface CameraUse {
  /** Null while it starts and when there is a problem. */
  readonly source: CameraSource | null;
  readonly problem: CameraProblem | null;
  readonly cameras: readonly CameraChoice[];
  readonly deviceId: string | null;
  readonly simulated: boolean;
  /** Name of the camera this desk is set to, when it is not there and another one serves. */
  readonly missing: string | null;
  /** Name of the camera this desk will be set to by the next selfie, where it is set to none yet. */
  readonly first: string | null;
  choose(deviceId: string): void;
  retry(): void;
}

interface Status {
  readonly source: CameraSource | null;
  readonly problem: CameraProblem | null;
}

const starting: Status = { source: null, problem: null };
const memory = (scene: CameraScene) => `loket.camera.${scene}`;

/** Which camera serves which step is remembered on this machine; it says nothing about anybody. */
function remembered(scene: CameraScene): string | null {
  try {
    return localStorage.getItem(memory(scene));
  } catch {
    return null;
  }
}

/** The camera of a step: the one the desk is set to, else the one used last; opened with the step, stopped with it. */
export function useCamera(scene: CameraScene): CameraUse {
  const { bridge, light } = useStation();
  const simulated = useLoket((state) => state.station !== null && state.station.simulation !== 'none');
  const devices = useDevices();
  const [deviceId, setDeviceId] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [status, setStatus] = useState<Status>(starting);
  const [cameras, setCameras] = useState<readonly CameraChoice[]>([]);
  const known = devices !== null;
  const pinned: PinnedCamera | null = devices?.settings.cameras[scene] ?? null;
  // The settings arrive anew with each news of the desk; only another camera is another camera.
  const pin = pinned === null ? null : JSON.stringify(pinned);

  useEffect(() => {
    if (!known) return undefined;
    let current = true;
    let source: CameraSource | null = null;
    const wanted = pin === null ? null : (JSON.parse(pin) as PinnedCamera);
    const open = async () => {
      // Names and ids are empty until the camera was allowed once; then the pinned one is found after the first opening.
      const before = simulated ? [] : await listCameras().catch(() => []);
      if (!current) return;
      const early = findPinned(before, wanted);
      const chosen = deviceId ?? early?.deviceId ?? remembered(scene);
      const opened = simulated
        ? createSimulatedCamera({ scene, bridge, light })
        : createRealCamera(scene, chosen, wanted);
      source = opened;
      opened.onEnded(() => {
        if (current) setStatus({ source: null, problem: 'unplugged' });
      });
      const problem = await opened.start();
      if (!current) return;
      setStatus(problem === null ? { source: opened, problem: null } : { source: null, problem });
      if (simulated) return;
      const found = await listCameras().catch(() => []);
      if (!current) return;
      setCameras(found);
      const late = deviceId === null && early === undefined && findPinned(found, wanted) !== undefined;
      if (late && problem === null && !opened.identity().pinned) setAttempt((count) => count + 1);
    };
    void open();
    return () => {
      current = false;
      source?.stop();
    };
  }, [scene, deviceId, attempt, simulated, known, pin, bridge, light]);

  const { problem } = status;
  useEffect(() => {
    if (simulated) return undefined;
    return onCamerasChanged(() => {
      void listCameras().then(setCameras, () => undefined);
      // Plugged in again: nobody should have to press for that.
      if (problem === 'unplugged' || problem === 'none') setAttempt((count) => count + 1);
    });
  }, [simulated, problem]);

  const retry = useCallback(() => {
    setStatus(starting);
    setAttempt((count) => count + 1);
  }, []);
  const choose = useCallback(
    (next: string) => {
      setStatus(starting);
      setDeviceId(next);
      try {
        localStorage.setItem(memory(scene), next);
      } catch {
        // A page without storage forgets the choice; nothing else depends on it.
      }
    },
    [scene],
  );
  const usesOther = status.source !== null && !simulated && cameras.length > 0;
  const missing = usesOther && pinned !== null && findPinned(cameras, pinned) === undefined ? pinned.label : null;
  const unset = known && pinned === null && scene === 'face' && !simulated;
  const first = unset && status.source !== null ? (pinnable(status.source.identity())?.label ?? null) : null;
  return { ...status, cameras, deviceId, simulated, missing, first, choose, retry };
}
