import { FileImage, ScanLine } from 'lucide-react';
import { FileTrigger } from 'react-aria-components';
import type { DevicesView, ScanNotice } from '../../../contract/desk/devices.ts';
import { useText } from '../../i18n/messages.ts';
import { useStation } from '../../state/loket-context.ts';
import { useDevices } from '../../state/use-devices.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { SimulatedCode } from './simulated-code.tsx';

/** What a barcode or card reader said, without what it said. */
export function ReaderNotice({ scan }: { readonly scan: ScanNotice }) {
  const text = useText();
  return (
    <Notice live testId="reader-notice">
      {text(`sources.reader.${scan.kind}`, { tail: scan.tail })}
      {scan.simulated ? <div className="small">{text('sources.simulated')}</div> : null}
    </Notice>
  );
}

function FolderScans({ devices, disabled }: { readonly devices: DevicesView; readonly disabled: boolean }) {
  const text = useText();
  const { store } = useStation();
  const { state, reason, waiting, rejected } = devices.hotFolder;
  const [refused] = rejected;
  return (
    <>
      {state === 'unreachable' && reason !== null ? <Notice tone="review">{text.reason(reason)}</Notice> : null}
      {waiting.map((scan) => (
        <Button
          key={scan.id}
          icon={<ScanLine size={20} aria-hidden="true" />}
          onPress={() => void store.onboard('onboarding.useScan', { id: scan.id })}
          disabled={disabled}
          testId="use-scan"
        >
          {text('sources.use', { time: text.time(scan.arrivedAt) })}
        </Button>
      ))}
      {refused === undefined ? null : (
        <Notice tone="review" live testId="scan-rejected">
          {text('sources.rejected', { time: text.time(refused.at) })} {text.reason(refused.reason)}
        </Notice>
      )}
    </>
  );
}

/** Ways to bring in the card besides the camera; nothing where the desk has none. */
export function CardSources({ disabled }: { readonly disabled: boolean }) {
  const text = useText();
  const { store } = useStation();
  const devices = useDevices();
  if (devices === null) return null;
  const { hotFolder, scanners, settings } = devices;
  const { lastScan } = scanners;
  const simulated = scanners.devices.some((scanner) => scanner.simulated);
  if (hotFolder.state === 'off' && lastScan === null && !settings.files && !simulated) return null;
  const take = async (files: FileList | null) => {
    const bytes = await files?.item(0)?.arrayBuffer();
    if (bytes !== undefined) await store.onboard('onboarding.useFile', { file: new Uint8Array(bytes) });
  };
  return (
    <section className="stack-tight" aria-label={text('sources.title')} data-testid="card-sources">
      {lastScan === null ? null : <ReaderNotice scan={lastScan} />}
      {simulated ? (
        <details className="simulated-reader" data-testid="simulated-reader">
          <summary>{text('sources.tryReader')}</summary>
          <SimulatedCode />
        </details>
      ) : null}
      <FolderScans devices={devices} disabled={disabled} />
      {settings.files ? (
        <FileTrigger acceptedFileTypes={['image/jpeg', 'image/png']} onSelect={(files) => void take(files)}>
          <Button icon={<FileImage size={20} aria-hidden="true" />} disabled={disabled} testId="choose-file">
            {text('sources.file')}
          </Button>
        </FileTrigger>
      ) : null}
    </section>
  );
}
