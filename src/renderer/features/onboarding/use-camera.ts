import { useCallback, useEffect, useState } from 'react';
import { listCameras, createRealCamera } from '../../camera/real-camera.ts';
import type { CameraChoice, CameraProblem, CameraScene, CameraSource } from '../../camera/camera-source.ts';
import { createSimulatedCamera } from '../../camera/simulated-camera.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';

export interface CameraUse {
  /** Null while it starts and when there is a problem. */
  readonly source: CameraSource | null;
  readonly problem: CameraProblem | null;
  readonly cameras: readonly CameraChoice[];
  readonly deviceId: string | null;
  readonly simulated: boolean;
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

/** The camera of a step: opened with it, stopped with it. */
export function useCamera(scene: CameraScene): CameraUse {
  const { bridge, light } = useStation();
  const simulated = useLoket((state) => state.station !== null && state.station.simulation !== 'none');
  const [deviceId, setDeviceId] = useState(() => remembered(scene));
  const [attempt, setAttempt] = useState(0);
  const [status, setStatus] = useState<Status>(starting);
  const [cameras, setCameras] = useState<readonly CameraChoice[]>([]);

  useEffect(() => {
    let current = true;
    const source = simulated ? createSimulatedCamera({ scene, bridge, light }) : createRealCamera(scene, deviceId);
    source.onEnded(() => {
      if (current) setStatus({ source: null, problem: 'unplugged' });
    });
    void source.start().then(async (problem) => {
      if (!current) return;
      setStatus(problem === null ? { source, problem: null } : { source: null, problem });
      if (simulated) return;
      const found = await listCameras().catch(() => []);
      if (current) setCameras(found);
    });
    return () => {
      current = false;
      source.stop();
    };
  }, [scene, deviceId, attempt, simulated, bridge, light]);

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
  return { ...status, cameras, deviceId, simulated, choose, retry };
}
