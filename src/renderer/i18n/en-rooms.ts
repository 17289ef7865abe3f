import type { idRooms } from './id-rooms.ts';

/** English: names of the rooms, and the words all of them use. */
export const enRooms: Readonly<Record<keyof typeof idRooms, string>> = {
  'rooms.loading': 'Loading…',
  'rooms.again': 'Try again',
  'rooms.overview': 'Overview',
  'rooms.devices': 'Devices',
  'rooms.models': 'Models & licences',
};
