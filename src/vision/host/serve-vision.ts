/** The child's side: opens vision once, answers calls, and leaves when told to. */
import type { Vision } from '../../contract/vision.ts';
import type { VisionOptions } from '../vision-options.ts';
import type { CallName, ParentPort, ToChild, VisionCalls } from './protocol.ts';

/** Serves vision over a port. `leave` ends the process after a clean close. */
export function serveVision(
  port: ParentPort,
  open: (options: VisionOptions) => Promise<Vision>,
  leave: () => void,
): void {
  let vision: Vision | null = null;
  const handle = async (message: ToChild): Promise<void> => {
    if (message.kind === 'open') {
      vision ??= await open(message.options);
      port.post({ kind: 'ready', models: (await vision.status()).models });
    } else if (message.kind === 'close') {
      await vision?.close();
      leave();
    } else if (vision !== null) {
      const answer = await callVision(vision, message.name, message.argument);
      port.post({ kind: 'answer', id: message.id, answer, models: (await vision.status()).models });
    }
  };
  port.onMessage((message) => {
    handle(message).catch((error: unknown) => {
      port.post({ kind: 'failed', message: error instanceof Error ? error.message : 'unknown error' });
    });
  });
}

function callVision(vision: Vision, name: CallName, argument: unknown): Promise<unknown> {
  // The parent is our own code and its types already held; this only names the shape again.
  const call = vision[name] as (argument: VisionCalls[typeof name]['argument']) => Promise<unknown>;
  return call.call(vision, argument as VisionCalls[typeof name]['argument']);
}
