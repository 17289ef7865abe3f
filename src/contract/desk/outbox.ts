/** What a person does about the queue of sealed captures, and about an official verdict that differs from the counter's. */
import { Type } from 'typebox';
import type { OutboxView } from './answers.ts';
import { bytesUpTo, call, closed, Nothing } from './call.ts';

/** What was written for the disk between desk and hub. */
export interface OutboxExported {
  readonly file: string;
  readonly captures: number;
  /** Could not be opened: they wait on, a person looks. */
  readonly unreadable: number;
}

/** What the hub said of the captures of a disk. */
export interface OutboxAcknowledged {
  readonly delivered: number;
  readonly refused: number;
  readonly outbox: OutboxView;
}

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
  /**
   * What waits, sealed to the hub, as one file in a folder of this machine or of a disk attached to it; it waits on until the
   * hub acknowledged it. Errors: `hub_not_enrolled`, `not_found` (nothing waits), `validation_failed` (the folder).
   */
  'outbox.export': call<OutboxExported>()(
    Type.Object({ folder: Type.String({ minLength: 1, maxLength: 1000 }) }, closed),
    keepers,
  ),
  /** The hub's acknowledgement, from the disk. Errors: `hub_not_enrolled`, `payload_unreadable`, `signature_invalid`. */
  'outbox.acknowledge': call<OutboxAcknowledged>()(Type.Object({ file: bytesUpTo(8 * 1024 * 1024) }, closed), keepers),
  /** The customer was told of the official verdict: the case leaves the list, and the log says who told. */
  'outbox.closeReversal': call<OutboxView>()(
    Type.Object({ nonce: Type.String({ minLength: 8, maxLength: 200 }) }, closed),
    ['staff', 'supervisor'],
  ),
};
