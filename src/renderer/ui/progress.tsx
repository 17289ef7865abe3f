import { ProgressBar } from 'react-aria-components';
import { useText } from '../i18n/messages.ts';

interface ProgressProps {
  readonly label: string;
  /** 0–1; null while nobody can say how far it is. */
  readonly value: number | null;
  readonly testId?: string;
}

const width = 200;

/** How far a thing is, in words and as a bar. The one thing on a screen that may move for long. */
export function Progress({ label, value, testId }: ProgressProps) {
  const text = useText();
  const percent = value === null ? null : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <ProgressBar
      className={percent === null ? 'progress progress-unknown' : 'progress'}
      aria-label={label}
      isIndeterminate={percent === null}
      {...(percent === null ? {} : { value: percent })}
      {...(testId === undefined ? {} : { 'data-testid': testId })}
    >
      <span>{label}</span>
      {percent === null ? null : <span>{text.number(percent)} %</span>}
      <svg viewBox={`0 0 ${width} 10`} preserveAspectRatio="none" aria-hidden="true">
        <rect className="progress-track" width={width} height="10" rx="5" />
        <rect className="progress-fill" width={percent === null ? 60 : (width * percent) / 100} height="10" rx="5" />
      </svg>
    </ProgressBar>
  );
}
