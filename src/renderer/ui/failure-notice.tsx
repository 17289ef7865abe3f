import { isReasonCode } from '../../contract/reasons.ts';
import type { Failure } from '../../contract/result.ts';
import { useText } from '../i18n/messages.ts';
import { useLoket, useStation } from '../state/loket-context.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

/** The last failure in plain words, wherever it happened. */
export function FailureNotice({ testId = 'failure' }: { readonly testId?: string }) {
  const text = useText();
  const { store } = useStation();
  const failure = useLoket((state) => state.failure);
  if (failure === null) return null;
  const knownReason = ({ details }: Failure): string | null => {
    const reason = details?.['reason'];
    return typeof reason === 'string' && isReasonCode(reason) ? text.reason(reason) : null;
  };
  return (
    <Notice
      tone="stop"
      live
      testId={testId}
      action={
        <Button kind="quiet" onPress={store.dismissFailure}>
          {text('action.close')}
        </Button>
      }
    >
      {knownReason(failure) ?? text.failure(failure.code)}
    </Notice>
  );
}
