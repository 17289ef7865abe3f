import type { ReactNode } from 'react';
import { useText } from '../i18n/messages.ts';
import type { AskedAnswer } from '../state/use-answer.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

/** What was asked for: on its way, here, or not to be had, with a way to ask again. */
export function Asked<T>({
  asked,
  children,
}: {
  readonly asked: AskedAnswer<T>;
  readonly children: (value: T) => ReactNode;
}) {
  const text = useText();
  return (
    <>
      {asked.failure === null ? null : (
        <Notice
          tone="stop"
          live
          testId="not-answered"
          action={<Button onPress={asked.again}>{text('rooms.again')}</Button>}
        >
          {text.failure(asked.failure.code)}
        </Notice>
      )}
      {asked.value === null && asked.failure === null ? (
        <p className="muted" role="status" aria-busy="true">
          {text('rooms.loading')}
        </p>
      ) : null}
      {asked.value === null ? null : children(asked.value)}
    </>
  );
}
