import { useState } from 'react';
import type { DeskSettings, DevicesView } from '../../../contract/desk/devices.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { useDevices } from '../../state/use-devices.ts';
import { Button } from '../../ui/button.tsx';
import { CameraSettings } from './camera-settings.tsx';
import { FolderSettings } from './folder-settings.tsx';
import { ScannerPanel } from './scanner-panel.tsx';

/** Changes are collected and saved together, so that half a setting never takes effect. */
function DevicesForm({ devices, editable }: { readonly devices: DevicesView; readonly editable: boolean }) {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [changes, setChanges] = useState<Partial<DeskSettings>>({});
  const [saved, setSaved] = useState(false);
  const settings = { ...devices.settings, ...changes };
  const change = (part: Partial<DeskSettings>) => {
    setSaved(false);
    setChanges((now) => ({ ...now, ...part }));
  };
  const save = async () => {
    const answer = await store.run('devices.configure', { settings });
    if (!answer.ok) return;
    store.setState({ devices: answer.value });
    setChanges({});
    setSaved(true);
  };
  return (
    <>
      <div className="devices">
        <CameraSettings pinned={settings.cameras} editable={editable} onChange={(cameras) => change({ cameras })} />
        <FolderSettings settings={settings} folder={devices.hotFolder} editable={editable} onChange={change} />
        <ScannerPanel
          mode={settings.scanner}
          scanners={devices.scanners}
          editable={editable}
          onMode={(scanner) => change({ scanner })}
        />
      </div>
      {editable ? (
        <div className="row">
          <span className="grow muted" role="status" data-testid="devices-saved">
            {saved ? text('devices.saved') : ''}
          </span>
          <Button
            kind="primary"
            onPress={() => void save()}
            disabled={busy || Object.keys(changes).length === 0}
            testId="devices-save"
          >
            {text('devices.save')}
          </Button>
        </div>
      ) : (
        <p className="muted">{text('devices.readOnly')}</p>
      )}
    </>
  );
}

/** What is plugged into this desk, and how it is used. */
export function Devices() {
  const text = useText();
  const devices = useDevices();
  const role = useLoket((state) => state.station?.person?.role);
  return (
    <section className="sheet stack" data-testid="devices">
      <h2>{text('devices.title')}</h2>
      {devices === null ? null : <DevicesForm devices={devices} editable={role === 'supervisor' || role === 'admin'} />}
    </section>
  );
}
