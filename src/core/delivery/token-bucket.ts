/** A ceiling on bytes per second as a token bucket (RFC 2697 in spirit): bursts up to a second's worth, then the rate. Pure. */
export interface Bucket {
  /** Bytes that may be sent now; negative while a debt is waited off. */
  readonly tokens: number;
  /** Milliseconds. */
  readonly at: number;
}

export interface Ceiling {
  readonly bytesPerSecond: number;
  /** Most bytes that go at once after a rest. */
  readonly burst: number;
}

export function fullBucket(ceiling: Ceiling, nowMs: number): Bucket {
  return { tokens: ceiling.burst, at: nowMs };
}

/** Takes `bytes` and says how many milliseconds to wait before sending them. A clock turned back gives nothing for free. */
export function takeBytes(
  bucket: Bucket,
  bytes: number,
  nowMs: number,
  ceiling: Ceiling,
): { readonly bucket: Bucket; readonly waitMs: number } {
  const passed = Math.max(0, nowMs - bucket.at);
  const filled = Math.min(ceiling.burst, bucket.tokens + (passed * ceiling.bytesPerSecond) / 1000);
  const tokens = filled - bytes;
  return {
    bucket: { tokens, at: nowMs },
    waitMs: tokens >= 0 ? 0 : Math.ceil((-tokens * 1000) / ceiling.bytesPerSecond),
  };
}
