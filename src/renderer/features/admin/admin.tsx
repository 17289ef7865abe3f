import {
  Download,
  KeyRound,
  ListChecks,
  MonitorSmartphone,
  Network,
  SlidersHorizontal,
  Users,
  Webhook,
} from 'lucide-react';
import { useText } from '../../i18n/messages.ts';
import { Rooms, type Room } from '../../ui/rooms.tsx';
import { ApiKeys } from './api-keys.tsx';
import { Audit } from './audit.tsx';
import { Desks } from './desks.tsx';
import { Exports } from './exports.tsx';
import { Fleet } from './fleet.tsx';
import { People } from './people.tsx';
import { Settings } from './settings.tsx';
import { Webhooks } from './webhooks.tsx';

const admins = ['admin'] as const;
const overseers = ['compliance', 'admin'] as const;

const rooms: readonly Room[] = [
  { id: 'people', icon: Users, roles: overseers, Content: People },
  { id: 'desks', icon: MonitorSmartphone, roles: overseers, Content: Desks },
  { id: 'fleet', icon: Network, roles: overseers, Content: Fleet },
  { id: 'settings', icon: SlidersHorizontal, roles: overseers, Content: Settings },
  { id: 'apiKeys', icon: KeyRound, roles: admins, Content: ApiKeys },
  { id: 'webhooks', icon: Webhook, roles: admins, Content: Webhooks },
  { id: 'exports', icon: Download, roles: overseers, Content: Exports },
  { id: 'audit', icon: ListChecks, roles: overseers, Content: Audit },
];

/** What head office decides about this bank's counters, for the roles the API names. */
export function Admin() {
  const text = useText();
  return <Rooms title={text('tabs.admin')} rooms={rooms} testId="admin-page" />;
}
