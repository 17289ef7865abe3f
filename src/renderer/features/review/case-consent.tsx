import type { CaseConsent as Consent } from '../../../contract/desk/review-desk.ts';
import { useText } from '../../i18n/messages.ts';
import { Notice } from '../../ui/notice.tsx';
import { SignaturePicture } from '../../ui/signature-picture.tsx';

/** What the customer agreed to and how he signed, from the signed manifest: a reviewer compares it with the card's signature. */
export function CaseConsent({ consent }: { readonly consent: Consent | null }) {
  const text = useText();
  return (
    <section className="stack-tight" data-testid="case-consent">
      <h2>{text('caseConsent.title')}</h2>
      {consent === null ? (
        <p className="muted">{text('caseConsent.none')}</p>
      ) : (
        <>
          <p>
            {consent.purposes.map((purpose) => text.word('consent.short', purpose)).join(', ')}
            <span className="muted small">
              {' '}
              {text('caseConsent.given', {
                version: `${consent.version} (${consent.language})`,
                time: text.dateTime(consent.acceptedAt),
              })}
            </span>
          </p>
          {consent.signature === null ? (
            <p className="muted">{text('caseConsent.unsigned')}</p>
          ) : (
            <>
              <SignaturePicture signature={consent.signature} />
              <p className="small muted">{text('caseConsent.signed', { time: text.dateTime(consent.signature.at) })}</p>
              {consent.signature.sameText ? null : (
                <Notice tone="stop" testId="other-text-signed">
                  {text('caseConsent.otherText')}
                </Notice>
              )}
            </>
          )}
        </>
      )}
    </section>
  );
}
