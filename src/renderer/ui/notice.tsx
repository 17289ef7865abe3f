import { CircleAlert, CircleCheck, CircleX, Info } from 'lucide-react';
import type { ReactNode } from 'react';

export type Tone = 'plain' | 'pass' | 'review' | 'stop';

const icons = { plain: Info, pass: CircleCheck, review: CircleAlert, stop: CircleX } as const;

export function ToneIcon({ tone, size = 24 }: { readonly tone: Tone; readonly size?: number }) {
  const Icon = icons[tone];
  return <Icon size={size} aria-hidden="true" className={`word-${tone}`} />;
}

/** Always an icon and words; colour alone says nothing. */
export function Notice({
  tone = 'plain',
  children,
  action,
  testId,
  live = false,
}: {
  readonly tone?: Tone;
  readonly children: ReactNode;
  readonly action?: ReactNode;
  readonly testId?: string;
  readonly live?: boolean;
}) {
  return (
    <div
      className={`notice notice-${tone}`}
      {...(live ? { role: tone === 'stop' ? 'alert' : 'status' } : {})}
      {...(testId === undefined ? {} : { 'data-testid': testId })}
    >
      <ToneIcon tone={tone} />
      <div>{children}</div>
      {action}
    </div>
  );
}

export function Badge({
  tone = 'plain',
  icon,
  children,
  testId,
}: {
  readonly tone?: Tone;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
  readonly testId?: string;
}) {
  return (
    <span
      className={tone === 'plain' ? 'badge' : `badge badge-${tone}`}
      {...(testId === undefined ? {} : { 'data-testid': testId })}
    >
      {icon ?? (tone === 'plain' ? null : <ToneIcon tone={tone} size={16} />)}
      {children}
    </span>
  );
}
