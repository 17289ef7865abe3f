/** What a person does about the queue of sealed captures, and about an official verdict that differs from the counter's. */
import { Type } from 'typebox';
import type { OutboxView } from './answers.ts';
import { call, closed, Nothing } from './call.ts';

const keepers = ['supervisor', 'admin'] as const;

/** Ceilings a person may choose, bytes per second; below the first a capture of 600 KiB takes ten minutes. */
export const bandwidthBounds = { least: 1_000, most: 1_000_000_000 } as const;

export const outboxCalls = {
  'outbox.list': call<OutboxView>()(Nothing, 'signed-in'),
  'outbox.retryNow': call<OutboxView>()(Nothing, 'signed-in'),
  /** Let the queue rest, or send again. Nothing is lost meanwhile; what is being sent comes to its end. */
  'outbox.pause': call<OutboxView>()(Type.Object({ paused: Type.Boolean() }, closed), keepers),
  /** Bytes per second at most towards the hub; null: as the installation says, else no ceiling. */
  'outbox.bandwidth': call<OutboxView>()(
    Type.Object(
      {
        bytesPerSecond: Type.Union([
          Type.Integer({ minimum: bandwidthBounds.least, maximum: bandwidthBounds.most }),
          Type.Null(),
        ]),
      },
      closed,
    ),
    keepers,
  ),
  /** The customer was told of the official verdict: the case leaves the list, and the log says who told. */
  'outbox.closeReversal': call<OutboxView>()(
    Type.Object({ nonce: Type.String({ minLength: 8, maxLength: 200 }) }, closed),
    ['staff', 'supervisor'],
  ),
};
