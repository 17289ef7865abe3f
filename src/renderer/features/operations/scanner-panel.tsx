import { scannerModes, type ScannerMode, type ScannersView, type ScannerView } from '../../../contract/desk/devices.ts';
import { useText } from '../../i18n/messages.ts';
import { Badge, Notice, type Tone } from '../../ui/notice.tsx';
import { ReaderNotice } from '../onboarding/card-sources.tsx';
import { SimulatedCode } from '../onboarding/simulated-code.tsx';

const tones: Readonly<Record<ScannerView['state'], Tone>> = { ready: 'pass', connecting: 'review', failed: 'stop' };

function ScannerRow({ scanner }: { readonly scanner: ScannerView }) {
  const text = useText();
  return (
    <li className="row tight" data-testid="scanner" data-state={scanner.state}>
      <span className="grow">{scanner.name}</span>
      {scanner.simulated ? <span className="simulation-mark">{text('frame.simulation')}</span> : null}
      {scanner.errors === 0 ? null : (
        <Badge tone="review">{text('devices.scanner.errors', { count: scanner.errors })}</Badge>
      )}
      <Badge tone={tones[scanner.state]}>{text(`devices.scanner.state.${scanner.state}`)}</Badge>
    </li>
  );
}

/** Readers on USB: on or off, what is plugged in, and a place to try them. */
export function ScannerPanel({
  mode,
  scanners,
  editable,
  onMode,
}: {
  readonly mode: ScannerMode;
  readonly scanners: ScannersView;
  readonly editable: boolean;
  readonly onMode: (mode: ScannerMode) => void;
}) {
  const text = useText();
  const { state, devices, lastScan, profileErrors } = scanners;
  return (
    <div className="stack" data-testid="scanner-panel">
      <div className="row tight">
        <h3 className="grow">{text('devices.scanner')}</h3>
        <Badge tone={state === 'running' ? 'pass' : state === 'off' ? 'plain' : 'stop'}>
          {text(`devices.scanner.${state}`)}
        </Badge>
      </div>
      <label className="field">
        <span>{text('devices.scanner.mode')}</span>
        <select
          className="select"
          value={mode}
          disabled={!editable}
          onChange={(event) => onMode(event.target.value as ScannerMode)}
          data-testid="scanner-mode"
        >
          {scannerModes.map((each) => (
            <option key={each} value={each}>
              {text(`devices.scanner.mode.${each}`)}
            </option>
          ))}
        </select>
      </label>
      {state === 'library_missing' ? <Notice tone="stop">{text('devices.scanner.library_missing.help')}</Notice> : null}
      {profileErrors > 0 ? (
        <Notice tone="review">{text('devices.scanner.profiles', { count: profileErrors })}</Notice>
      ) : null}
      {state === 'running' && devices.length === 0 ? <p className="muted">{text('devices.scanner.none')}</p> : null}
      <ul className="plain-list stack-tight">
        {devices.map((scanner) => (
          <ScannerRow key={scanner.id} scanner={scanner} />
        ))}
      </ul>
      {devices.length === 0 ? null : lastScan === null ? (
        <p className="muted">{text('devices.scanner.noScan')}</p>
      ) : (
        <ReaderNotice scan={lastScan} />
      )}
      {devices.some((scanner) => scanner.simulated) ? <SimulatedCode /> : null}
    </div>
  );
}
