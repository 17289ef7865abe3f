import { RefreshCw } from 'lucide-react';
import { useText } from '../i18n/messages.ts';
import { Button } from './button.tsx';
import { ToneIcon } from './notice.tsx';

interface ErrorStateProps {
  /** The desk's failure code. */
  readonly code: string;
  readonly onRetry: () => void;
  readonly testId?: string;
}

/** A view that could not be loaded: why in words, and the way to try again. */
export function ErrorState({ code, onRetry, testId = 'error-state' }: ErrorStateProps) {
  const text = useText();
  return (
    <div className="error-state" role="alert" data-testid={testId}>
      <ToneIcon tone="stop" size={40} />
      <p className="lead">{text.failure(code)}</p>
      <Button icon={<RefreshCw size={20} aria-hidden="true" />} onPress={onRetry}>
        {text('action.retry')}
      </Button>
    </div>
  );
}
