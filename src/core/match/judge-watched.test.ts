import { describe, expect, it } from 'vitest';
import { judgeWatched, type WatchedFace } from './judge-watched.ts';

const at = (degrees: number) =>
  Float32Array.from([Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]);
const face = (id: string, degrees: number, change: Partial<WatchedFace> = {}): WatchedFace => ({
  id,
  kind: 'blocked',
  userId: null,
  template: { modelId: 'm', vector: at(degrees) },
  ...change,
});
const probe = { modelId: 'm', vector: at(0) };
const codes = (watched: readonly WatchedFace[], operator: string | null = null) =>
  judgeWatched(probe, watched, 0.5, operator).reasons.map(({ code }) => code);

describe('judgeWatched', () => {
  it('finds nobody on an empty list and nobody below the threshold', () => {
    expect(codes([])).toEqual([]);
    expect(codes([face('a', 61)])).toEqual([]);
  });

  it('names who it is: blocked, a colleague, or the operator himself', () => {
    expect(codes([face('a', 20)])).toEqual(['face_blocked']);
    const colleague = face('b', 20, { kind: 'staff', userId: 'usr_1' });
    expect(codes([colleague], 'usr_2')).toEqual(['face_of_staff']);
    expect(codes([colleague], 'usr_1')).toEqual(['face_of_operator']);
    expect(codes([colleague])).toEqual(['face_of_staff']);
  });

  it('gives the nearest of each kind with its number', () => {
    const { hits, reasons } = judgeWatched(probe, [face('far', 40), face('near', 10), face('none', 90)], 0.5, null);
    expect(hits.map(({ id }) => id)).toEqual(['near', 'far']);
    expect(reasons).toEqual([
      { code: 'face_blocked', gate: 'watched_face', threshold: 0.5, value: expect.closeTo(Math.cos(Math.PI / 18), 6) },
    ]);
  });

  it('says so when a face of the list cannot be compared', () => {
    expect(codes([face('old', 0, { template: { modelId: 'other', vector: at(0) } })])).toEqual([
      'template_model_differs',
    ]);
    expect(codes([face('bad', 0, { template: { modelId: 'm', vector: new Float32Array(2) } }), face('a', 5)])).toEqual([
      'face_blocked',
      'template_model_differs',
    ]);
  });
});
