import { Camera, Square } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { DeskSettings } from '../../../contract/desk/devices.ts';
import type { CameraIdentity } from '../../../contract/bundle.ts';
import { isVirtualCamera } from '../../../core/camera/virtual-camera.ts';
import { findPinned } from '../../../core/camera/pinned-camera.ts';
import type { CameraChoice, CameraProblem, CameraScene } from '../../camera/camera-source.ts';
import { createRealCamera, listCameras, onCamerasChanged } from '../../camera/real-camera.ts';
import { useText } from '../../i18n/messages.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';

type Pinned = DeskSettings['cameras'];

function useCameraList(): { readonly cameras: readonly CameraChoice[]; readonly look: () => void } {
  const [cameras, setCameras] = useState<readonly CameraChoice[]>([]);
  const look = () => void listCameras().then(setCameras, () => undefined);
  useEffect(() => {
    const again = () => void listCameras().then(setCameras, () => undefined);
    again();
    return onCamerasChanged(again);
  }, []);
  return { cameras, look };
}

/** The live picture of one camera, to see that it is the right one and sees the right place. Nothing is kept. */
function CameraTest({
  scene,
  deviceId,
  onOpened,
}: {
  readonly scene: CameraScene;
  readonly deviceId: string | null;
  readonly onOpened: () => void;
}) {
  const text = useText();
  const holder = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState<CameraProblem | null>(null);
  const [seen, setSeen] = useState<CameraIdentity | null>(null);
  const opened = useRef(onOpened);
  useEffect(() => {
    const source = createRealCamera(scene, deviceId);
    let current = true;
    source.onEnded(() => current && setProblem('unplugged'));
    void source.start().then((failed) => {
      if (!current) return;
      setProblem(failed);
      if (failed !== null) return;
      holder.current?.replaceChildren(source.view);
      setSeen(source.identity());
      // Names of cameras appear once one was allowed.
      opened.current();
    });
    return () => {
      current = false;
      source.stop();
    };
  }, [scene, deviceId]);
  if (problem !== null)
    return (
      <Notice tone="stop" live>
        {text(`camera.${problem}`)}. {text(`camera.${problem}.help`)}
      </Notice>
    );
  return (
    <>
      <div ref={holder} className="camera-test" data-testid={`camera-test-${scene}`} />
      {seen === null ? null : (
        <p className="small" data-testid={`camera-seen-${scene}`}>
          {text('camera.seen', {
            name: seen.label,
            size: `${seen.width} × ${seen.height}`,
            number: text.number(seen.frameRate),
          })}
        </p>
      )}
      {seen !== null && isVirtualCamera(seen.label) ? (
        <Notice tone="stop" live testId={`camera-virtual-${scene}`}>
          {text('camera.virtual')}
        </Notice>
      ) : null}
      <p className="small muted">{text('camera.test.note')}</p>
    </>
  );
}

function CameraRole({
  scene,
  pinned,
  cameras,
  editable,
  onChange,
  onOpened,
}: {
  readonly scene: CameraScene;
  readonly pinned: Pinned[CameraScene];
  readonly cameras: readonly CameraChoice[];
  readonly editable: boolean;
  readonly onChange: (camera: Pinned[CameraScene]) => void;
  readonly onOpened: () => void;
}) {
  const text = useText();
  const [testing, setTesting] = useState(false);
  const present = findPinned(cameras, pinned);
  const named = cameras.filter((camera) => camera.label !== '');
  const choose = (fingerprint: string) => {
    const camera = named.find((each) => each.fingerprint === fingerprint);
    onChange(camera === undefined ? null : { fingerprint: camera.fingerprint, label: camera.label });
  };
  return (
    <div className="stack-tight">
      <label className="field">
        <span>{text(`camera.role.${scene}`)}</span>
        <select
          className="select"
          disabled={!editable}
          value={present?.fingerprint ?? (pinned === null ? '' : 'missing')}
          onChange={(event) => choose(event.target.value)}
          data-testid={`camera-role-${scene}`}
        >
          <option value="">{text(scene === 'face' ? 'camera.firstUsed' : 'camera.any')}</option>
          {pinned !== null && present === undefined ? <option value="missing">{pinned.label}</option> : null}
          {named.map((camera) => (
            <option key={camera.fingerprint} value={camera.fingerprint}>
              {camera.label}
            </option>
          ))}
        </select>
      </label>
      {pinned !== null && present === undefined && named.length > 0 ? (
        <Notice tone="review">{text('camera.pinnedMissing', { name: pinned.label })}</Notice>
      ) : null}
      <Button
        icon={testing ? <Square size={20} aria-hidden="true" /> : <Camera size={20} aria-hidden="true" />}
        onPress={() => setTesting(!testing)}
        testId={`camera-try-${scene}`}
      >
        {text(testing ? 'camera.test.stop' : 'camera.test')}
      </Button>
      {testing ? <CameraTest scene={scene} deviceId={present?.deviceId ?? null} onOpened={onOpened} /> : null}
    </div>
  );
}

/** Which camera serves which step. */
export function CameraSettings({
  pinned,
  editable,
  onChange,
}: {
  readonly pinned: Pinned;
  readonly editable: boolean;
  readonly onChange: (pinned: Pinned) => void;
}) {
  const text = useText();
  const { cameras, look } = useCameraList();
  return (
    <div className="stack" data-testid="camera-settings">
      <h3>{text('devices.cameras')}</h3>
      {(['card', 'face'] as const).map((scene) => (
        <CameraRole
          key={scene}
          scene={scene}
          pinned={pinned[scene]}
          cameras={cameras}
          editable={editable}
          onChange={(camera) => onChange({ ...pinned, [scene]: camera })}
          onOpened={look}
        />
      ))}
    </div>
  );
}
