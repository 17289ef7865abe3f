import { Camera, CameraOff } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { useText } from '../../i18n/messages.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/select.tsx';
import type { CameraUse } from './use-camera.ts';

/** The live picture on the dark stage, an overlay on top, and every camera failure in plain words. */
export function CameraStage({
  camera,
  mirrored = false,
  overlay,
}: {
  readonly camera: CameraUse;
  readonly mirrored?: boolean;
  readonly overlay?: ReactNode;
}) {
  const text = useText();
  const holder = useRef<HTMLDivElement>(null);
  const { source, problem } = camera;
  useEffect(() => {
    const place = holder.current;
    if (place === null || source === null) return undefined;
    place.replaceChildren(source.view);
    return () => place.replaceChildren();
  }, [source]);
  if (problem !== null) {
    return (
      <div className="stage stage-problem" role="alert" data-testid="camera-problem" data-problem={problem}>
        <CameraOff size={56} aria-hidden="true" />
        <h2>{text(`camera.${problem}`)}</h2>
        <p>{text(`camera.${problem}.help`)}</p>
        <Button kind="primary" onPress={camera.retry} testId="camera-retry">
          {text('camera.retry')}
        </Button>
      </div>
    );
  }
  return (
    <div className={mirrored ? 'stage stage-mirrored' : 'stage'}>
      <div ref={holder} className="stage-view" data-testid="camera-view" data-live={source !== null} />
      {source === null ? (
        <div className="stage-wait">
          <Camera size={48} aria-hidden="true" />
          <p className="lead">{text('camera.starting')}</p>
        </div>
      ) : (
        overlay
      )}
      {camera.simulated ? <span className="simulation-mark stage-simulation">{text('frame.simulation')}</span> : null}
    </div>
  );
}

export function CameraChoicePicker({ camera }: { readonly camera: CameraUse }) {
  const text = useText();
  if (camera.simulated || camera.cameras.length < 2) return null;
  const used = camera.source?.identity().fingerprint;
  const shown = camera.cameras.find((choice) => choice.fingerprint === used) ?? camera.cameras[0];
  const current = camera.deviceId ?? shown?.deviceId ?? '';
  return (
    <Select
      label={text('camera.choose')}
      value={current}
      onChange={camera.choose}
      options={camera.cameras.map((choice, index) => ({
        value: choice.deviceId,
        label: choice.label === '' ? text('camera.unnamed', { number: index + 1 }) : choice.label,
      }))}
      testId="camera-choice"
    />
  );
}
