/** Work on files looks at no picture. */
import type { Vision } from '../../contract/vision.ts';

const none = (): Promise<never> => Promise.reject(new Error('no vision here'));

export const noVisionAtAll: Vision = {
  analyseCard: none,
  analyseFace: none,
  coachCard: none,
  coachFace: none,
  status: () => Promise.resolve({ host: 'inline', state: 'down', restarts: 0, models: [] }),
  close: () => Promise.resolve(),
};
