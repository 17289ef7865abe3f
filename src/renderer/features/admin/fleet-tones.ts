import type { FleetState } from '../../../contract/fleet.ts';
import type { Tone } from '../../ui/notice.tsx';

export const stateTones: Readonly<Record<FleetState, Tone>> = {
  well: 'pass',
  watch: 'review',
  trouble: 'stop',
  silent: 'review',
  never_seen: 'plain',
  wiping: 'stop',
  wiped: 'plain',
  revoked: 'plain',
};
