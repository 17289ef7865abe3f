import { ImageOff } from 'lucide-react';
import type { ReviewView } from '../../../contract/desk/answers.ts';
import { useText } from '../../i18n/messages.ts';
import { BytesImage } from '../../ui/bytes-image.tsx';
import { ZoomPane } from '../../ui/zoom-pane.tsx';

function NoPicture({ words }: { readonly words: string }) {
  return (
    <div className="case-missing">
      <ImageOff size={40} aria-hidden="true" />
      {words}
    </div>
  );
}

/** Card and selfie side by side, each to be looked into. */
export function CasePictures({ view }: { readonly view: ReviewView }) {
  const text = useText();
  const pictures = [
    { id: 'card', title: text('review.card'), bytes: view.images.card },
    { id: 'selfie', title: text('review.selfie'), bytes: view.images.selfie },
  ];
  return (
    <section className="stack-tight">
      <h2 className="hidden-text">{text('zoom.title')}</h2>
      <div className="case-zooms">
        {pictures.map(({ id, title, bytes }) =>
          bytes === null ? (
            <figure key={id} className="zoom">
              <NoPicture words={text('review.noPicture')} />
              <figcaption>{title}</figcaption>
            </figure>
          ) : (
            <ZoomPane key={id} title={title} testId={`zoom-${id}`}>
              <BytesImage bytes={bytes} alt={title} />
            </ZoomPane>
          ),
        )}
      </div>
      <p className="small muted">{text('zoom.hint')}</p>
    </section>
  );
}

/** Three faces of one size with the eyes on one line: what the eye compares best. */
export function AlignedFaces({ view }: { readonly view: ReviewView }) {
  const text = useText();
  return (
    <section className="stack-tight" data-testid="aligned-faces">
      <h2>{text('aligned.title')}</h2>
      <div className="aligned">
        {(['portrait', 'dukcapil', 'selfie'] as const).map((each) => {
          const bytes = view.aligned[each];
          const title = text(`aligned.${each}`);
          return (
            <figure key={each} className="aligned-face" data-testid={`aligned-${each}`} data-there={bytes !== null}>
              {bytes === null ? (
                <NoPicture words={text(each === 'dukcapil' ? 'aligned.noDukcapil' : 'aligned.none')} />
              ) : (
                <span className="aligned-picture">
                  <BytesImage bytes={bytes} alt={title} />
                </span>
              )}
              <figcaption className="small">{title}</figcaption>
            </figure>
          );
        })}
      </div>
    </section>
  );
}
