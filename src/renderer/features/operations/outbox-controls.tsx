import { Pause, Play } from 'lucide-react';
import type { OutboxView } from '../../../contract/desk/answers.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/select.tsx';

/** Bytes per second a branch line can spare: 0.25, 1, 4 and 16 Mbit/s. */
const ceilings = [31_250, 125_000, 500_000, 2_000_000] as const;

/** Pausing, resuming and the ceiling of the line: for who answers for the desk. */
export function OutboxControls({ outbox }: { readonly outbox: OutboxView }) {
  const text = useText();
  const { store } = useStation();
  const role = useLoket((state) => state.station?.person?.role);
  const busy = useLoket((state) => state.busy !== null);
  if (role !== 'supervisor' && role !== 'admin') return null;
  const paused = outbox.pausedSince !== undefined && outbox.pausedSince !== null;
  const pause = async () => {
    const answer = await store.run('outbox.pause', { paused: !paused });
    if (answer.ok) store.setState({ outbox: answer.value });
  };
  const limit = async (value: string) => {
    const answer = await store.run('outbox.bandwidth', { bytesPerSecond: value === 'none' ? null : Number(value) });
    if (answer.ok) store.setState({ outbox: answer.value });
  };
  const Icon = paused ? Play : Pause;
  return (
    <div className="row">
      <Button
        icon={<Icon size={20} aria-hidden="true" />}
        onPress={() => void pause()}
        disabled={busy}
        testId={paused ? 'outbox-resume' : 'outbox-pause'}
      >
        {text(paused ? 'outbox.resume' : 'outbox.pause')}
      </Button>
      {outbox.bytesPerSecond === undefined ? null : (
        <Select
          label={text('outbox.ceiling')}
          value={outbox.bytesPerSecond === null ? 'none' : String(outbox.bytesPerSecond)}
          options={choices(outbox.bytesPerSecond).map((bytes) => ({
            value: bytes === null ? 'none' : String(bytes),
            label:
              bytes === null
                ? text('outbox.ceiling.none')
                : text('outbox.ceiling.of', { speed: text.number((bytes * 8) / 1_000_000, 2) }),
          }))}
          onChange={(value) => void limit(value)}
          disabled={busy}
          testId="outbox-ceiling"
        />
      )}
    </div>
  );
}

/** What was set elsewhere (the command line, an older version) is shown as it is. */
function choices(chosen: number | null): readonly (number | null)[] {
  const known: readonly number[] = ceilings;
  return chosen === null || known.includes(chosen) ? [null, ...ceilings] : [null, ...ceilings, chosen];
}
