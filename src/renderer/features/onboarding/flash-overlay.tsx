import { useSyncExternalStore } from 'react';
import type { PromptKind } from '../../../contract/vocabulary.ts';
import { useText } from '../../i18n/messages.ts';
import { useStation } from '../../state/loket-context.ts';
import { PromptPicture } from './prompt-picture.tsx';

function Ring({ totalMs }: { readonly totalMs: number }) {
  return (
    <svg className="flash-ring" viewBox="0 0 60 60" aria-hidden="true">
      <circle cx="30" cy="30" r="26" fill="none" stroke="rgb(255 255 255 / 35%)" strokeWidth="5" />
      <circle
        className="flash-ring-line"
        cx="30"
        cy="30"
        r="26"
        fill="none"
        stroke="#ffffff"
        strokeWidth="5"
        pathLength={1}
        transform="rotate(-90 30 30)"
        style={{ animationDuration: `${totalMs}ms` }}
      />
    </svg>
  );
}

function Prompt({ kind }: { readonly kind: PromptKind }) {
  const text = useText();
  return (
    <div className="flash-prompt" data-testid="prompt" data-prompt={kind}>
      <PromptPicture kind={kind} />
      <p className="flash-words">{text(`prompt.${kind}`)}</p>
    </div>
  );
}

/** The whole screen as a lamp. Only a small ring and, after the colours, one large pictogram with few words. */
export function FlashOverlay() {
  const text = useText();
  const { light } = useStation();
  const now = useSyncExternalStore(light.subscribe, light.current);
  if (!now.flashing) return null;
  return (
    <div className="flash" style={{ backgroundColor: now.color }} data-testid="flash">
      {now.prompt === null ? null : <Prompt kind={now.prompt} />}
      <div className={now.prompt === null ? 'flash-hold' : 'flash-hold flash-hold-bare'}>
        <Ring totalMs={now.totalMs} />
        {now.prompt === null ? <span>{text('capture.hold')}</span> : null}
      </div>
      <span className="hidden-text" aria-live="assertive">
        {now.prompt === null ? text('capture.hold') : text(`prompt.${now.prompt}`)}
      </span>
    </div>
  );
}
