import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';

export interface ButtonProps {
  readonly children: ReactNode;
  readonly kind?: 'primary' | 'plain' | 'quiet' | 'stop';
  readonly icon?: ReactNode;
  readonly onPress?: () => void;
  readonly disabled?: boolean;
  readonly submit?: boolean;
  readonly testId?: string;
  readonly label?: string;
  readonly autoFocus?: boolean;
}

/** The one button. `primary` once per screen: it is the next step. */
export function Button({
  children,
  kind = 'plain',
  icon,
  onPress,
  disabled = false,
  submit = false,
  testId,
  label,
  autoFocus = false,
}: ButtonProps) {
  return (
    <AriaButton
      className={kind === 'plain' ? 'button' : `button button-${kind}`}
      type={submit ? 'submit' : 'button'}
      isDisabled={disabled}
      autoFocus={autoFocus}
      {...(onPress === undefined ? {} : { onPress })}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(testId === undefined ? {} : { 'data-testid': testId })}
    >
      {icon}
      {children}
    </AriaButton>
  );
}
