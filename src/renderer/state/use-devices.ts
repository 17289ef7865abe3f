import { useEffect } from 'react';
import { defaultDeskSettings, type DevicesView } from '../../contract/desk/devices.ts';
import { useLoket, useStation } from './loket-context.ts';

const nothingPluggedIn: DevicesView = {
  settings: defaultDeskSettings,
  hotFolder: { state: 'off', reason: null, waiting: [], rejected: [] },
  scanners: { state: 'off', devices: [], lastScan: null, profileErrors: 0 },
};

/** What is plugged into this desk, followed by the desk's own news; null until it has been asked once. */
export function useDevices(): DevicesView | null {
  const { store, bridge } = useStation();
  const devices = useLoket((state) => state.devices);
  const unknown = devices === null;
  useEffect(() => {
    if (!unknown) return;
    const keep = (view: DevicesView) => {
      if (store.getState().devices === null) store.setState({ devices: view });
    };
    void bridge.call('devices.status', {}).then(
      (answer) => keep(answer.ok ? answer.value : nothingPluggedIn),
      () => keep(nothingPluggedIn),
    );
  }, [bridge, store, unknown]);
  return devices;
}
