import { ScanBarcode } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/text-input.tsx';

/** Holds an invented code to the simulated scanner. */
export function SimulatedCode() {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [code, setCode] = useState('3171014101900001');
  const present = async () => {
    const answer = await store.run('devices.simulateScan', { text: code });
    if (answer.ok) store.setState({ devices: answer.value });
  };
  return (
    <div className="stack-tight">
      <TextInput
        label={text('devices.scanner.try')}
        value={code}
        onChange={setCode}
        maxLength={4000}
        testId="scan-text"
      />
      <Button
        icon={<ScanBarcode size={20} aria-hidden="true" />}
        onPress={() => void present()}
        disabled={busy || code.trim() === ''}
        testId="present-scan"
      >
        {text('devices.scanner.present')}
      </Button>
    </div>
  );
}
