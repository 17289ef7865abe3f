import type { NikView } from '../../contract/desk/answers.ts';
import { useText } from '../i18n/messages.ts';
import { Notice } from './notice.tsx';

/** What the digits say: "Jakarta Barat · 17 Agustus 1985 · laki-laki", and where they contradict the card. */
export function DecodedNik({ nik }: { readonly nik: NikView }) {
  const text = useText();
  const parts = [
    nik.district,
    nik.regency ?? nik.province,
    nik.birthDate === null ? null : text.date(nik.birthDate),
    nik.sex === null ? null : text(`sex.${nik.sex}`),
  ].filter((part) => part !== null);
  return (
    <div className="stack-tight" data-testid="nik-decoded">
      {parts.length > 0 ? (
        <p className="nik-words">
          <span className="muted">{text('fields.nikSays')} </span>
          {parts.join(' · ')}
        </p>
      ) : null}
      {nik.reasons.map((reason) => (
        <Notice key={reason.code} tone="review">
          {text.reason(reason.code)}
        </Notice>
      ))}
    </div>
  );
}
