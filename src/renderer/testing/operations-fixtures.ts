/** What keeps a desk running, in believable answers. For tests and the gallery only. */
import type { OperationsView, OutboxView, StationState } from '../../contract/desk/answers.ts';
import type { DevicesView } from '../../contract/desk/devices.ts';
import type { WatchedFacesView } from '../../contract/desk/watched-faces.ts';
import { staff, supervisor } from './fixtures.ts';

export const outbox: OutboxView = {
  online: false,
  pending: 2,
  items: [
    {
      id: 'bnd_2',
      kind: 'face',
      state: 'pending',
      attempts: 3,
      size: 812_000,
      capturedAt: '2026-11-20T09:40:00+07:00',
      nextAttemptAt: '2026-11-20T09:46:00+07:00',
      lastError: 'unavailable',
    },
    {
      id: 'bnd_3',
      kind: 'ktp',
      state: 'sending',
      attempts: 1,
      size: 604_000,
      capturedAt: '2026-11-20T09:12:00+07:00',
      nextAttemptAt: null,
      lastError: null,
    },
    {
      id: 'bnd_1',
      kind: 'ktp',
      state: 'delivered',
      attempts: 1,
      size: 598_000,
      capturedAt: '2026-11-20T09:38:00+07:00',
      nextAttemptAt: null,
      lastError: null,
    },
  ],
};

export function operationsView(state: StationState): OperationsView {
  return {
    state,
    models: [
      { role: 'face_detector', id: 'yunet-2023mar', state: 'ready', licence: 'MIT', evaluationOnly: false },
      {
        role: 'face_recogniser',
        id: 'w600k-mbf',
        state: 'ready',
        licence: 'non-commercial research',
        evaluationOnly: true,
      },
      { role: 'passive_liveness', id: 'minifasnet-v2', state: 'ready', licence: 'Apache-2.0', evaluationOnly: false },
      { role: 'face_mesh', id: 'face-mesh-468', state: 'missing', licence: 'Apache-2.0', evaluationOnly: false },
    ],
    visionRestarts: 1,
    database: { ok: true, bytes: 48_300_000 },
    audit: { rows: 1284, intact: true },
    fleet: null,
  };
}

/** Two cameras by role, a scanner's folder with a picture in it, a simulated reader. */
export function devicesView(part: Partial<DevicesView> = {}): DevicesView {
  return {
    settings: {
      cameras: { card: { fingerprint: 'cd'.repeat(32), label: 'IPEVO V4K (document)' }, face: null },
      hotFolder: { path: '/srv/pindai', afterwards: 'remove', polling: false },
      files: true,
      scanner: 'simulated',
    },
    hotFolder: {
      state: 'watching',
      reason: null,
      waiting: [{ id: '0123456789ab', arrivedAt: '2026-11-20T09:41:00+07:00', bytes: 812_000 }],
      rejected: [{ at: '2026-11-20T09:12:00+07:00', reason: 'source_not_picture', bytes: 90_112 }],
    },
    scanners: {
      state: 'running',
      devices: [
        { id: 'simulated', name: 'Pemindai simulasi', driver: 'simulated', simulated: true, state: 'ready', errors: 0 },
      ],
      lastScan: null,
      profileErrors: 0,
    },
    ...part,
  };
}

export function watchedFacesView(): WatchedFacesView {
  const common = { createdAt: '2026-11-02T09:00:00+07:00', addedBy: supervisor.fullName, comparable: true, own: false };
  return {
    faces: [
      { ...common, id: 'wf_1', kind: 'staff', person: staff.fullName, reason: 'wajah petugas' },
      { ...common, id: 'wf_2', kind: 'staff', person: supervisor.fullName, reason: 'wajah petugas', own: true },
      { ...common, id: 'wf_3', kind: 'blocked', person: null, reason: 'perkara 12/2026', comparable: false },
    ],
    people: [staff, supervisor].map(({ id, fullName }) => ({ id, fullName })),
  };
}
