import type { CaseMark } from '../../../contract/desk/review-desk.ts';
import { assertNever } from '../../../contract/result.ts';
import { useText, type Text } from '../../i18n/messages.ts';
import { Badge } from '../../ui/notice.tsx';

function words(text: Text, mark: CaseMark): string {
  switch (mark.kind) {
    case 'typed_by_hand':
    case 'simulated':
    case 'lone_supervisor':
      return text(`marks.${mark.kind}`);
    case 'exception':
      return text(`marks.exception.${mark.ground}`);
    case 'source':
      return text(`marks.source.${mark.source}`);
    case 'scan':
      return mark.differs.length === 0
        ? text('marks.scan.agrees', { count: mark.agrees })
        : text('marks.scan.differs', { fields: mark.differs.map((name) => text(`field.${name}`)).join(', ') });
    case 'operators':
      return text('marks.operators', { names: mark.names.join(', ') });
    case 'camera':
      return text('marks.camera', { label: mark.label });
    default:
      return assertNever(mark);
  }
}

/** What was out of the ordinary when it was captured: each a word, none a verdict. */
export function CaseMarks({ marks }: { readonly marks: readonly CaseMark[] }) {
  const text = useText();
  if (marks.length === 0) return null;
  return (
    <ul className="row case-marks" aria-label={text('marks.title')} data-testid="case-marks">
      {marks.map((mark) => (
        <li key={`${mark.kind} ${words(text, mark)}`} data-kind={mark.kind}>
          <Badge tone="review">{words(text, mark)}</Badge>
        </li>
      ))}
    </ul>
  );
}
