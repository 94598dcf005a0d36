import { setTimeout as sleep } from 'node:timers/promises';
import { asInstallerError, InstallerError } from '../base/errors.ts';
import type { ServiceState } from '../contract/events.ts';
import type { ServiceInfo, StackFiles, StackRuntime } from '../ports/runtime.ts';
import { type Redact, redactError } from './redaction.ts';
import { isReady, ServiceWatch, type SickService, type WatchLimits } from './service-watch.ts';

const logLines = 20;
/** How often `up` is tried again after a dependency was ill for a while and got well. */
const maxStarts = 5;

export interface BringUpOptions {
  runtime: StackRuntime;
  files: StackFiles;
  /** For all services together, from the first start; ms. */
  healthTimeoutMs: number;
  pollMs: number;
  limits: WatchLimits;
  redact: Redact;
  signal: AbortSignal;
  onService: (state: ServiceState) => void;
  onReady: (ready: number, total: number) => void;
}

/**
 * Starts the stack and waits until every service is ready. Services are watched while `up` still runs, since it waits for
 * dependencies itself. SERVICE_EXITED and SERVICE_UNHEALTHY carry the end of the service's log as their cause.
 */
export async function bringUp(options: BringUpOptions): Promise<ServiceInfo[]> {
  const { runtime, files, signal } = options;
  const expected = await runtime.services(files, signal);
  const watch = new ServiceWatch(options.onService, options.limits, options.redact);
  const started = performance.now();
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  let up = begin(runtime, files, either);
  let starts = 1;
  try {
    for (;;) {
      const services = (await runtime.list(files, signal)).filter(({ service }) => expected.includes(service));
      const now = performance.now();
      const sick = watch.look(services, now);
      if (sick !== undefined) throw await lost(options, sick, up.failure);
      const ready = watch.ready(services, now).length;
      options.onReady(ready, expected.length);
      if (up.done && up.failure === undefined && ready === expected.length) return services;
      if (up.failure !== undefined && !services.some(isIll)) {
        if (starts >= maxStarts || !dependencyFailed(services)) throw up.failure;
        starts += 1;
        up = begin(runtime, files, either);
      }
      if (now - started > options.healthTimeoutMs) throw await late(options, expected, services, up.failure);
      await sleep(options.pollMs, undefined, { signal });
    }
  } catch (error) {
    ending.abort(error);
    await up.ended;
    if (signal.aborted) throw new InstallerError('CANCELLED', { cause: error });
    throw redactError(asInstallerError(error), options.redact);
  }
}

interface RunningUp {
  done: boolean;
  failure: InstallerError | undefined;
  ended: Promise<void>;
}

function begin(runtime: StackRuntime, files: StackFiles, signal: AbortSignal): RunningUp {
  const up: RunningUp = { done: false, failure: undefined, ended: Promise.resolve() };
  up.ended = runtime
    .up(files, signal)
    .catch((error: unknown) => {
      up.failure = asInstallerError(error);
    })
    .then(() => {
      up.done = true;
    });
  return up;
}

function isIll({ state }: ServiceInfo): boolean {
  return state === 'unhealthy' || state === 'exited';
}

/** `up` that gave up on a dependency leaves the services behind it created but not started. */
function dependencyFailed(services: readonly ServiceInfo[]): boolean {
  return services.some(({ state }) => state === 'creating');
}

async function lost(options: BringUpOptions, sick: SickService, upFailure: InstallerError | undefined) {
  const { service, exitCode, detail } = sick.service;
  const log = await lastLog(options, service);
  return new InstallerError(sick.code, {
    params: { service, ...(exitCode === null ? {} : { exitCode }) },
    expected: 'healthy',
    found: detail === '' ? sick.service.state : `${sick.service.state}: ${detail}`,
    cause: new Error(log, { cause: upFailure }),
  });
}

async function late(
  options: BringUpOptions,
  expected: readonly string[],
  services: readonly ServiceInfo[],
  upFailure: InstallerError | undefined,
): Promise<InstallerError> {
  const ready = new Set(services.filter(isReady).map(({ service }) => service));
  const service = expected.find((name) => !ready.has(name)) ?? '';
  const found = services.find((info) => info.service === service)?.state ?? 'no container';
  return new InstallerError('SERVICE_UNHEALTHY', {
    params: { service, seconds: Math.round(options.healthTimeoutMs / 1000) },
    expected: `healthy within ${Math.round(options.healthTimeoutMs / 1000)} s`,
    found,
    cause: new Error(await lastLog(options, service), { cause: upFailure }),
  });
}

/** The log is a help, not the point: that it cannot be read must not hide why it was wanted. */
async function lastLog({ runtime, files }: BringUpOptions, service: string): Promise<string> {
  try {
    return (await runtime.logs(files, service, logLines)).trim();
  } catch (error) {
    return `the log of ${service} could not be read: ${asInstallerError(error).message}`;
  }
}
