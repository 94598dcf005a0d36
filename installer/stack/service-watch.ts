import type { ServiceState } from '../contract/events.ts';
import type { ServiceInfo } from '../ports/runtime.ts';
import type { Redact } from './redaction.ts';

/** A verdict on a service that will not become ready by waiting. */
export interface SickService {
  code: 'SERVICE_EXITED' | 'SERVICE_UNHEALTHY';
  service: ServiceInfo;
}

export interface WatchLimits {
  /** How often a service may die before that counts: it may start before its database and try again. */
  deaths: number;
  /** How long a service may be unhealthy without a break, in ms: a slow machine's first start may outlast the image's retries. */
  unhealthyMs: number;
  /** How long a service without a health check must run before it counts as ready, in ms: a crash loop runs now and then. */
  steadyMs: number;
}

interface Seen {
  container: string;
  state: ServiceInfo['state'] | undefined;
  /** When the present state, with the present count of restarts, was first seen; ms. */
  since: number;
  restarts: number;
  firstRestarts: number;
  looksDead: number;
}

/**
 * Follows the services from look to look: emits a state when it changes, says when one is lost and which are ready. Time
 * comes from the caller, in ms.
 */
export class ServiceWatch {
  readonly #emit: (state: ServiceState) => void;
  readonly #limits: WatchLimits;
  readonly #redact: Redact;
  readonly #seen = new Map<string, Seen>();

  constructor(emit: (state: ServiceState) => void, limits: WatchLimits, redact: Redact) {
    this.#emit = emit;
    this.#limits = limits;
    this.#redact = redact;
  }

  /** Takes one look; the first service that is lost, if any. */
  look(services: readonly ServiceInfo[], now: number): SickService | undefined {
    for (const service of services) this.#update(service, now);
    return services.map((service) => this.#judge(service, now)).find((verdict) => verdict !== undefined);
  }

  /** Those of the last look that are ready and, where nothing else can be said, have been running for a while. */
  ready(services: readonly ServiceInfo[], now: number): ServiceInfo[] {
    return services.filter(
      (service) =>
        isReady(service) && (service.hasHealthcheck || now - this.#of(service, now).since >= this.#limits.steadyMs),
    );
  }

  #of({ service, container, restarts }: ServiceInfo, now: number): Seen {
    const known = this.#seen.get(service);
    if (known !== undefined && known.container === container) return known;
    const seen = { container, state: undefined, since: now, restarts, firstRestarts: restarts, looksDead: 0 };
    this.#seen.set(service, seen);
    return seen;
  }

  #update(info: ServiceInfo, now: number): void {
    const seen = this.#of(info, now);
    if (seen.state !== info.state) {
      this.#emit({ service: info.service, state: info.state, detail: this.#redact(info.detail) });
    }
    if (seen.state !== info.state || seen.restarts !== info.restarts) seen.since = now;
    if (info.state === 'exited') seen.looksDead += 1;
    seen.state = info.state;
    seen.restarts = info.restarts;
  }

  #judge(service: ServiceInfo, now: number): SickService | undefined {
    const seen = this.#of(service, now);
    const { deaths, unhealthyMs } = this.#limits;
    const died = Math.max(seen.looksDead, seen.restarts - seen.firstRestarts);
    // while it runs again, it may still get well; a loop is caught between two starts, which lie ever further apart
    if (died >= deaths && service.state === 'exited') return { code: 'SERVICE_EXITED', service };
    const lasting = service.state === 'unhealthy' && now - seen.since >= unhealthyMs;
    return lasting ? { code: 'SERVICE_UNHEALTHY', service } : undefined;
  }
}

/** Ready: healthy, or running where there is no health check to say more. */
export function isReady(service: ServiceInfo): boolean {
  return service.state === 'healthy' || (service.state === 'running' && !service.hasHealthcheck);
}
