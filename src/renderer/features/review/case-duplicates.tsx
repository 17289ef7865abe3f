import { ImageOff } from 'lucide-react';
import type { DuplicateView } from '../../../contract/desk/review-desk.ts';
import { useText } from '../../i18n/messages.ts';
import { BytesImage } from '../../ui/bytes-image.tsx';
import { Button } from '../../ui/button.tsx';
import { TierBadge } from '../../ui/tier-badge.tsx';

interface CaseDuplicatesProps {
  readonly duplicates: readonly DuplicateView[];
  /** The case's own face, to hold beside the others. */
  readonly own: Uint8Array | null;
  readonly onVisit: (customerId: string) => void;
}

/** Who else has this face or NIK, cut like the case's own face. For the reviewer alone. */
export function CaseDuplicates({ duplicates, own, onVisit }: CaseDuplicatesProps) {
  const text = useText();
  return (
    <section className="stack-tight" data-testid="duplicates">
      <h2>{text('duplicates.title')}</h2>
      {duplicates.length === 0 ? (
        <p className="muted">{text('duplicates.none')}</p>
      ) : (
        <>
          <p className="small">{text('duplicates.secret')}</p>
          <ul className="duplicates">
            {duplicates.map((one) => (
              <li key={`${one.by} ${one.customerId}`} className="duplicate" data-testid="duplicate">
                <span className="duplicate-faces">
                  <Face bytes={own} alt={text('aligned.selfie')} />
                  <Face bytes={one.crop} alt={one.fullName} />
                </span>
                <span className="stack-tight">
                  <strong>{one.fullName}</strong>
                  <span className="mono muted">{one.nikTail === null ? '–' : `•••• ${one.nikTail}`}</span>
                  <TierBadge tier={one.kycLevel} />
                  <span className="word-stop">
                    {one.by === 'nik'
                      ? text('duplicates.nik')
                      : text('duplicates.face', {
                          value: one.similarity === null ? '–' : text.number(one.similarity, 2),
                          threshold: one.threshold === null ? '–' : text.number(one.threshold, 2),
                        })}
                  </span>
                  <Button onPress={() => onVisit(one.customerId)} testId="duplicate-open">
                    {text('duplicates.open')}
                  </Button>
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Face({ bytes, alt }: { readonly bytes: Uint8Array | null; readonly alt: string }) {
  const text = useText();
  if (bytes !== null) return <BytesImage bytes={bytes} alt={alt} />;
  return (
    <span className="case-missing small">
      <ImageOff size={28} aria-hidden="true" />
      {text('duplicates.noFace')}
    </span>
  );
}
