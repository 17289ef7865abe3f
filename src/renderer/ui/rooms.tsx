import { useState, type ComponentType } from 'react';
import type { LucideIcon } from 'lucide-react';
import type { Role } from '../../contract/vocabulary.ts';
import { useText, type MessageKey } from '../i18n/messages.ts';
import { useLoket, useStation } from '../state/loket-context.ts';
import { FailureNotice } from './failure-notice.tsx';

export interface Room {
  /** Its name is the message `rooms.ID`. */
  readonly id: string;
  readonly icon: LucideIcon;
  readonly roles: readonly Role[] | 'everybody';
  readonly Content: ComponentType;
}

const open = (rooms: readonly Room[], role: Role): readonly Room[] =>
  rooms.filter((room) => room.roles === 'everybody' || room.roles.includes(role));

/** A list of rooms beside the one that is open. Rooms a person may not enter are not in the list. */
export function Rooms({
  title,
  rooms,
  testId,
}: {
  readonly title: string;
  readonly rooms: readonly Room[];
  readonly testId: string;
}) {
  const text = useText();
  const { store } = useStation();
  const role = useLoket((state) => state.station?.person?.role ?? 'staff');
  const [chosen, setChosen] = useState<string | null>(null);
  const may = open(rooms, role);
  const current = may.find(({ id }) => id === chosen) ?? may[0];
  if (current === undefined) return null;
  const name = (id: string) => text(`rooms.${id}` as MessageKey);
  const enter = (id: string) => {
    store.dismissFailure();
    setChosen(id);
  };
  return (
    <div className="rooms" data-testid={testId}>
      <nav className="rooms-list" aria-label={title}>
        <ul>
          {may.map(({ id, icon: Icon }) => (
            <li key={id}>
              <button
                type="button"
                className="room-link"
                aria-current={id === current.id ? 'page' : undefined}
                onClick={() => enter(id)}
                data-testid={`room-${id}`}
              >
                <Icon size={20} aria-hidden="true" />
                {name(id)}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <main className="room stack" tabIndex={0} aria-label={name(current.id)} data-testid={`in-room-${current.id}`}>
        <h1>{name(current.id)}</h1>
        <FailureNotice />
        <current.Content key={current.id} />
      </main>
    </div>
  );
}
