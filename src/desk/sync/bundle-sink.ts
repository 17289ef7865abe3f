/** Where a desk delivers to: the service in the same process (embedded), or a hub over HTTP. Main and shell choose. */
import type { DeskCapture } from '../../contract/bundle.ts';
import type { DeskDelivery } from '../../contract/desk/delivery.ts';
import type { Result } from '../../contract/result.ts';

/** How far a large capture is on its way. */
export interface SentBytes {
  readonly bytes: number;
  readonly of: number;
}

export interface BundleSink {
  /**
   * Hands over one capture; the nonce makes a repeat answer the original result.
   * Failure code `unavailable` means "try again", and so does any code with `details.retry`; `details.retryAfterMs` is how
   * long the receiver asked to be left alone. Every other code is the receiver's final refusal.
   */
  deliver(
    orgId: string,
    deskId: string,
    capture: DeskCapture,
    onSent?: (sent: SentBytes) => void,
  ): Promise<Result<DeskDelivery>>;
  reachable(): Promise<boolean>;
}
