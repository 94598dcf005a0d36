import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { getCACertificates } from 'node:tls';

export interface HttpClient {
  /** Follows redirects. Resolves whatever the status; rejects with the connection's error or an AbortError. */
  get(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<HttpAnswer>;
  close(): void;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Must be read or destroyed. */
  body: IncomingMessage;
}

/** No byte for so long ends a request with ETIMEDOUT; ms. */
const idleMs = 2 * 60_000;
const maxRedirects = 5;
const redirects: readonly number[] = [301, 302, 303, 307, 308];

/** GET over HTTP and HTTPS with this machine's authorities, and one more where `ca` (PEM) has it. */
export function httpClient(ca: Buffer | undefined): HttpClient {
  const trusted = [...getCACertificates('default'), ...getCACertificates('system'), ...(ca === undefined ? [] : [ca])];
  const http = new HttpAgent({ keepAlive: true });
  const https = new HttpsAgent({ keepAlive: true, ca: trusted });
  const send = (url: URL, headers: Record<string, string>, signal: AbortSignal) =>
    new Promise<HttpAnswer>((resolve, reject) => {
      const outgoing =
        url.protocol === 'https:'
          ? httpsRequest(url, { agent: https, headers, signal })
          : httpRequest(url, { agent: http, headers, signal });
      outgoing.setTimeout(idleMs, () => outgoing.destroy(timedOut()));
      outgoing.once('error', reject);
      outgoing.once('response', (body) => {
        // what goes wrong from here on is seen by whoever reads the body
        outgoing.off('error', reject);
        outgoing.on('error', (error) => body.destroy(error));
        resolve({ status: body.statusCode ?? 0, headers: body.headers, body });
      });
      outgoing.end();
    });
  return {
    async get(url, headers, signal) {
      let target = url;
      let sent = headers;
      for (let hop = 0; ; hop++) {
        const answer = await send(target, sent, signal);
        const { location } = answer.headers;
        if (!redirects.includes(answer.status) || location === undefined || hop === maxRedirects) return answer;
        answer.body.destroy();
        const next = new URL(location, target);
        if (target.protocol === 'https:' && next.protocol !== 'https:') return answer;
        // a login is for the registry alone, not for the store that it sends us to
        if (next.origin !== target.origin) sent = without(sent, 'authorization');
        target = next;
      }
    },
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

function without(headers: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key.toLowerCase() !== name));
}

function timedOut(): Error {
  return Object.assign(new Error(`nothing moved for ${idleMs} ms`), { code: 'ETIMEDOUT' });
}
