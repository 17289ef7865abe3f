import { useMemo } from 'react';
import { useIntl } from 'react-intl';
import { reasonCatalogue } from '../../contract/reasons.ts';
import { decisionReasons, type DecisionReasonCode } from '../../core/review/decision-reasons.ts';
import { en } from './en.ts';
import { id } from './id.ts';

export type Language = 'id' | 'en';
export type MessageKey = keyof typeof id;

export const catalogues: Readonly<Record<Language, Readonly<Record<MessageKey, string>>>> = { id, en };

export interface Text {
  (key: MessageKey, values?: Record<string, string | number>): string;
  readonly language: Language;
  /** Plain words for a reason code; a code we do not know gets a general sentence, never itself. */
  reason(code: string): string;
  /** Why a reviewer decided; an unknown code as it is. */
  decisionReason(code: string): string;
  /** A name out of a closed vocabulary, e.g. `tier.premium`; the value itself where we have no word. */
  word(group: string, value: string): string;
  /** A failure of the desk in words. */
  failure(code: string): string;
  date(iso: string): string;
  time(iso: string): string;
  dateTime(iso: string): string;
  number(value: number, digits?: number): string;
}

function has(key: string): key is MessageKey {
  return Object.hasOwn(id, key);
}

/** Texts in the language on the screen. */
export function useText(): Text {
  const intl = useIntl();
  return useMemo(() => {
    const language: Language = intl.locale === 'en' ? 'en' : 'id';
    const text = (key: MessageKey, values?: Record<string, string | number>) => intl.formatMessage({ id: key }, values);
    const format = (iso: string, options: Intl.DateTimeFormatOptions) => {
      const at = new Date(iso);
      return Number.isNaN(at.getTime()) ? iso : intl.formatDate(at, options);
    };
    return Object.assign(text, {
      language,
      reason: (code: string) =>
        Object.hasOwn(reasonCatalogue, code)
          ? reasonCatalogue[code as keyof typeof reasonCatalogue][language]
          : text('reason.other'),
      decisionReason: (code: string) =>
        Object.hasOwn(decisionReasons, code) ? decisionReasons[code as DecisionReasonCode][language] : code,
      word: (group: string, value: string) =>
        has(`${group}.${value}`) ? text(`${group}.${value}` as MessageKey) : value,
      failure: (code: string) => text(has(`failure.${code}`) ? (`failure.${code}` as MessageKey) : 'failure.other'),
      date: (iso: string) =>
        format(iso.length === 10 ? `${iso}T12:00:00` : iso, { day: 'numeric', month: 'long', year: 'numeric' }),
      time: (iso: string) => format(iso, { hour: '2-digit', minute: '2-digit' }),
      dateTime: (iso: string) =>
        format(iso, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' }),
      number: (value: number, digits = 0) =>
        intl.formatNumber(value, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
    });
  }, [intl]);
}
