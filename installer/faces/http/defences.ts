import type { IncomingMessage } from 'node:http';
import { type CheckedMessage, checkMessage } from '../wire/check-message.ts';
import { type MakeRoom, oldestIdle } from './connections.ts';
import type { Entrance, EntranceRules } from './entrance.ts';
import {
  jsonToken,
  knownMethod,
  noBody,
  originGiven,
  ownHost,
  ownOrigin,
  ownSite,
  plainTarget,
  type RequestRule,
} from './request-rules.ts';
import { commonHeaders } from './response-headers.ts';
import { type FileLookup, readStaticFiles } from './static-files.ts';
import { type EndUnread, endUnread } from './unread.ts';

/** What stands between the browser face and whoever else runs on this machine or is open in the same browser. */
export interface Defences {
  /** Where it listens: on this machine's loopback address, so that no other machine reaches it. */
  address: string;
  /** All of them, in this order, before anything of a request or an upgrade is acted on. */
  rules: readonly RequestRule[];
  entrance: EntranceRules;
  /** May this upgrade become a window? */
  admits: (entrance: Entrance, request: IncomingMessage) => boolean;
  /** The only files that there are. */
  files: (dir: string) => Promise<FileLookup>;
  /** On every answer, refusals too. */
  headers: (host: string) => Record<string, string>;
  message: (data: unknown) => CheckedMessage;
  /** What becomes of a connection that brings no request. */
  endUnread: EndUnread;
  /** Which one goes when there are too many. */
  makeRoom: MakeRoom;
}

/**
 * The only list that the product serves with: `serve` takes no other, and no flag or variable reaches it. The suites compose
 * lists with one of them missing, to see each missed (test/faces/http-weakened.test.ts).
 */
export const allDefences: Defences = {
  address: '127.0.0.1',
  rules: [ownHost, plainTarget, ownOrigin, originGiven, ownSite, knownMethod, noBody, jsonToken],
  entrance: { singleUse: true, cookieAttributes: 'Path=/; HttpOnly; SameSite=Strict' },
  admits: (entrance, request) => entrance.knows(request),
  files: readStaticFiles,
  headers: commonHeaders,
  message: checkMessage,
  endUnread,
  makeRoom: oldestIdle,
};
