/** The counter's own screens: the day, the customer's screen. */
import type { CustomerScreen, DayList, OfferedSession } from '../../contract/desk/counter-calls.ts';
import { onboardingView, staff, supervisor } from './fixtures.ts';

export const customerScreen: CustomerScreen = {
  language: 'id',
  step: 'consent',
  consent: onboardingView().consent,
  agreed: [],
  signed: false,
  fields: [],
  cue: null,
  outcome: null,
};

export const offered: readonly OfferedSession[] = [
  { id: 'ses_1', step: 'fields', from: supervisor.fullName, offeredAt: '2026-11-20T10:12:00+07:00' },
];

export const dayList: DayList = {
  day: '2026-11-20',
  desk: 'Loket 3',
  rows: [
    {
      sessionId: 'ses_1',
      startedAt: '2026-11-20T09:02:00+07:00',
      operators: [staff.fullName],
      customerName: 'Ratna Sekar Wijayanti',
      kinds: ['ktp', 'face'],
      outcome: 'verified',
      sent: 'delivered',
      reasons: [],
    },
    {
      sessionId: 'ses_2',
      startedAt: '2026-11-20T09:40:00+07:00',
      operators: [staff.fullName, supervisor.fullName],
      customerName: 'Dewa Made Contoh',
      kinds: ['ktp', 'face'],
      outcome: 'review',
      sent: 'pending',
      reasons: [{ code: 'match_borderline', gate: 'match' }],
    },
    {
      sessionId: 'ses_3',
      startedAt: '2026-11-20T10:25:00+07:00',
      operators: [staff.fullName],
      customerName: null,
      kinds: ['step_up'],
      outcome: 'stopped',
      sent: 'refused',
      reasons: [{ code: 'flash_too_bright', gate: 'liveness' }],
    },
  ],
};
