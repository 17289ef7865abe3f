import { Activity, Cpu, Plug, ScanFace } from 'lucide-react';
import { useText } from '../../i18n/messages.ts';
import { Rooms, type Room } from '../../ui/rooms.tsx';
import { WatchedFaces } from '../admin/watched-faces.tsx';
import { Devices } from './devices.tsx';
import { Models } from './models.tsx';
import { Overview } from './overview.tsx';

const everybody = 'everybody' as const;

const rooms: readonly Room[] = [
  { id: 'overview', icon: Activity, roles: everybody, Content: Overview },
  { id: 'devices', icon: Plug, roles: everybody, Content: Devices },
  { id: 'models', icon: Cpu, roles: everybody, Content: Models },
  { id: 'watched', icon: ScanFace, roles: ['supervisor', 'compliance', 'admin'], Content: WatchedFaces },
];

/** What keeps the counter running, room by room. */
export function Operations() {
  const text = useText();
  return <Rooms title={text('operations.title')} rooms={rooms} testId="operations-page" />;
}
