import { AlarmClock, Clock, Hourglass } from 'lucide-react';
import type { QueueCase } from '../../../contract/desk/review-desk.ts';
import { useText } from '../../i18n/messages.ts';
import { minutesText } from '../../ui/minutes.ts';
import { Badge, type Tone } from '../../ui/notice.tsx';

const tones: Readonly<Record<'in_time' | 'soon' | 'overdue', Tone>> = {
  in_time: 'pass',
  soon: 'review',
  overdue: 'stop',
};
const icons = { in_time: Clock, soon: Hourglass, overdue: AlarmClock } as const;

/** How a case stands against its SLA: colour, picture and word together. */
export function AgeBadge({ age }: { readonly age: QueueCase['age'] }) {
  const text = useText();
  if (age === null) return null;
  const Icon = icons[age.state];
  return (
    <Badge tone={tones[age.state]} icon={<Icon size={16} aria-hidden="true" />} testId="case-age">
      {text(`age.${age.state}`, { time: minutesText(text, age.minutes) })}
    </Badge>
  );
}
