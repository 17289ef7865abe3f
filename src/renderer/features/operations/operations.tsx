import {
  Activity,
  ClipboardCheck,
  Cpu,
  HardDrive,
  Languages,
  ListFilter,
  Plug,
  ScanFace,
  ScrollText,
  Stethoscope,
} from 'lucide-react';
import { useText } from '../../i18n/messages.ts';
import { Rooms, type Room } from '../../ui/rooms.tsx';
import { WatchedFaces } from '../admin/watched-faces.tsx';
import { Devices } from './devices.tsx';
import { Health } from './health.tsx';
import { Language } from './language.tsx';
import { Lists } from './lists.tsx';
import { Logs } from './logs.tsx';
import { Models } from './models.tsx';
import { Overview } from './overview.tsx';
import { SelfTest } from './self-test.tsx';
import { Storage } from './storage.tsx';

const everybody = 'everybody' as const;
const observers = ['supervisor', 'compliance', 'admin'] as const;

const rooms: readonly Room[] = [
  { id: 'overview', icon: Activity, roles: everybody, Content: Overview },
  { id: 'devices', icon: Plug, roles: everybody, Content: Devices },
  { id: 'selfTest', icon: ClipboardCheck, roles: everybody, Content: SelfTest },
  { id: 'models', icon: Cpu, roles: everybody, Content: Models },
  { id: 'watched', icon: ScanFace, roles: ['supervisor', 'compliance', 'admin'], Content: WatchedFaces },
  { id: 'lists', icon: ListFilter, roles: observers, Content: Lists },
  { id: 'health', icon: Stethoscope, roles: observers, Content: Health },
  { id: 'storage', icon: HardDrive, roles: observers, Content: Storage },
  { id: 'logs', icon: ScrollText, roles: ['supervisor', 'admin'], Content: Logs },
  { id: 'language', icon: Languages, roles: everybody, Content: Language },
];

/** What keeps the counter running, room by room. */
export function Operations() {
  const text = useText();
  return <Rooms title={text('operations.title')} rooms={rooms} testId="operations-page" />;
}
