import { FieldError, Input, Label, TextField } from 'react-aria-components';

export interface TextInputProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'email' | 'password' | 'search';
  readonly error?: string | null;
  readonly hint?: string;
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
      <Label>{label}</Label>
      <Input
        className={mono ? 'input mono' : 'input'}
        spellCheck={false}
        {...(testId === undefined ? {} : { 'data-testid': testId })}
      />
      {hint !== undefined && error === null ? <span className="field-hint">{hint}</span> : null}
      <FieldError className="field-error">{error}</FieldError>
    </TextField>
  );
}
