import { app, type Session } from 'electron';
import { stands } from '../defences.ts';

/**
 * Chromium's own traffic, which no page asked for and webRequest does not see: component updates, field trials,
 * dictionaries, prefetched names, opened-ahead connections, WebRTC. No name resolves and no address is one.
 */
export function silenceChromium(): void {
  if (!stands('outsideRequests')) return;
  for (const name of [
    'disable-background-networking',
    'disable-component-update',
    'disable-domain-reliability',
    'dns-prefetch-disable',
    'no-pings',
  ]) {
    app.commandLine.appendSwitch(name);
  }
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  app.commandLine.appendSwitch('force-webrtc-ip-handling-policy', 'disable_non_proxied_udp');
}

/** A proxy that nobody can reach: what slips past webRequest (`<link rel=preconnect>`) has nowhere to go. */
export async function closeSession(session: Session): Promise<void> {
  session.setSpellCheckerEnabled(false);
  if (stands('outsideRequests')) {
    await session.setProxy({ mode: 'fixed_servers', proxyRules: 'http://0.0.0.0:1', proxyBypassRules: '<-loopback>' });
  }
}
