import { maxMessageBytes } from '../wire/check-message.ts';

/** Bounds of the browser face. Times in ms, sizes in bytes. */
export interface HttpLimits {
  headerBytes: number;
  /** Until a request's headers, and until the whole request, must be there. */
  headersTimeoutMs: number;
  requestTimeoutMs: number;
  keepAliveMs: number;
  /** How often Node looks for connections over those times. */
  checkIntervalMs: number;
  connections: number;
  windows: number;
  /** A window that answers no ping for that long is gone: its claim must not block another one. */
  pingMs: number;
  /** Unsent events of a window that does not read; it is cut off and comes back with `follow`. */
  backlogBytes: number;
  /** Of the request that brings the token. */
  tokenBodyBytes: number;
  /** Of one message of a window. */
  messageBytes: number;
}

export const defaultLimits: HttpLimits = {
  headerBytes: 8192,
  headersTimeoutMs: 5000,
  requestTimeoutMs: 10_000,
  keepAliveMs: 5000,
  checkIntervalMs: 1000,
  connections: 64,
  windows: 8,
  pingMs: 15_000,
  backlogBytes: 32 * 1024 * 1024,
  tokenBodyBytes: 512,
  messageBytes: maxMessageBytes,
};
