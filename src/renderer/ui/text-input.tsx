import type { ReactNode } from 'react';
import { FieldError, Input, Label, Text, TextField } from 'react-aria-components';

export interface TextInputProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'email' | 'password' | 'search';
  readonly error?: string | null;
  readonly hint?: string;
  /** On the label's line. */
  readonly mark?: ReactNode;
  /** Between label and input: what the input is compared with. */
  readonly beside?: ReactNode;
  readonly mono?: boolean;
  readonly testId?: string;
  readonly autoFocus?: boolean;
  readonly autoComplete?: string;
  readonly inputMode?: 'text' | 'numeric' | 'email' | 'search';
  readonly maxLength?: number;
  readonly onFocus?: () => void;
  readonly onBlur?: () => void;
}

/** Label, input, hint and error belong together, for the eye and for a screen reader. */
export function TextInput(props: TextInputProps) {
  const { label, value, onChange, type = 'text', error = null, hint, mono = false, testId } = props;
  return (
    <TextField
      className="field"
      value={value}
      onChange={onChange}
      type={type}
      isInvalid={error !== null}
      autoFocus={props.autoFocus ?? false}
      autoComplete={props.autoComplete ?? 'off'}
      {...(props.maxLength === undefined ? {} : { maxLength: props.maxLength })}
      {...(props.inputMode === undefined ? {} : { inputMode: props.inputMode })}
      {...(props.onFocus === undefined ? {} : { onFocus: props.onFocus })}
      {...(props.onBlur === undefined ? {} : { onBlur: props.onBlur })}
    >
      {props.mark === undefined ? (
        <Label>{label}</Label>
      ) : (
        <div className="field-head">
          <Label>{label}</Label>
          {props.mark}
        </div>
      )}
      {props.beside}
      <Input
        className={mono ? 'input mono' : 'input'}
        spellCheck={false}
        {...(testId === undefined ? {} : { 'data-testid': testId })}
      />
      {hint !== undefined && error === null ? (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      ) : null}
      <FieldError className="field-error">{error}</FieldError>
    </TextField>
  );
}
