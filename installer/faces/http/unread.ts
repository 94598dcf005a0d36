import type { Socket } from 'node:net';
import { systemCode } from '../../base/errors.ts';

/** Why nothing could be made of what came on a connection; one word in the log. */
export type UnreadReason = 'MALFORMED' | 'TIMEOUT';

/**
 * Ends a connection on which no request could be read, as Node's `clientError` reports it; says why something was refused, or
 * undefined where nothing was. A browser opens connections in advance, and takes whatever comes on one of them as the answer to its
 * next request: to one that has said nothing, nothing is said.
 * https://www.rfc-editor.org/rfc/rfc9110#section-15.5.9
 */
export type EndUnread = (error: Error, socket: Socket) => UnreadReason | undefined;

export const endUnread: EndUnread = (error, socket) => {
  // A connection that broke off (ECONNRESET) is a tab that was closed.
  if (socket.bytesRead === 0 || !socket.writable || systemCode(error) !== undefined) {
    socket.destroy();
    return undefined;
  }
  const isLate = 'code' in error && error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const status = isLate ? '408 Request Timeout' : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  return isLate ? 'TIMEOUT' : 'MALFORMED';
};
