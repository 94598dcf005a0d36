import { beforeEach, describe, expect, test } from 'vitest';
import type { ServiceState } from '../../installer/contract/events.ts';
import type { ServiceInfo } from '../../installer/ports/runtime.ts';
import { ServiceWatch } from '../../installer/stack/service-watch.ts';

let events: ServiceState[];
let watch: ServiceWatch;

beforeEach(() => {
  events = [];
  const limits = { deaths: 3, unhealthyMs: 1000, steadyMs: 500 };
  watch = new ServiceWatch(
    (event) => events.push(event),
    limits,
    (text) => text.replace('s3cret', '***'),
  );
});

function info(state: ServiceInfo['state'], more: Partial<ServiceInfo> = {}): ServiceInfo {
  const base = { service: 'api', container: 'p-api-1', imageRef: 'i', imageId: 'i', detail: '', exitCode: null };
  return { ...base, state, hasHealthcheck: true, restarts: 0, ...more };
}

describe('watching services', () => {
  test('one event per change, its detail redacted', () => {
    watch.look([info('starting')], 0);
    watch.look([info('starting')], 1);
    watch.look([info('unhealthy', { detail: 'has s3cret' })], 2);
    watch.look([info('healthy')], 3);
    expect(events.map(({ state, detail }) => [state, detail])).toEqual([
      ['starting', ''],
      ['unhealthy', 'has ***'],
      ['healthy', ''],
    ]);
  });

  test('unhealthy counts once it lasts, not while it comes and goes', () => {
    expect(watch.look([info('unhealthy')], 0)).toBeUndefined();
    expect(watch.look([info('unhealthy')], 999)).toBeUndefined();
    expect(watch.look([info('starting')], 1000)).toBeUndefined();
    expect(watch.look([info('unhealthy')], 1001)).toBeUndefined();
    expect(watch.look([info('unhealthy')], 2001)?.code).toBe('SERVICE_UNHEALTHY');
  });

  test('a service that is down look after look has exited', () => {
    const dead = info('exited', { exitCode: 1 });
    expect(watch.look([dead], 0)).toBeUndefined();
    expect(watch.look([dead], 1)).toBeUndefined();
    expect(watch.look([dead], 2)).toEqual({ code: 'SERVICE_EXITED', service: dead });
  });

  test('deaths between the looks are counted by the engine', () => {
    watch.look([info('running', { restarts: 0 })], 0);
    watch.look([info('running', { restarts: 3 })], 1);
    expect(watch.look([info('exited', { restarts: 3 })], 2)?.code).toBe('SERVICE_EXITED');
  });

  test('restarts of long ago do not count', () => {
    watch.look([info('running', { restarts: 50 })], 0);
    expect(watch.look([info('exited', { restarts: 50 })], 1)).toBeUndefined();
  });

  test('without a health check, only steady running is ready', () => {
    const loop = (restarts: number) => [info('running', { hasHealthcheck: false, restarts })];
    const ready = (restarts: number, now: number) => {
      watch.look(loop(restarts), now);
      return watch.ready(loop(restarts), now).length;
    };
    expect(ready(0, 0)).toBe(0);
    expect(ready(0, 499)).toBe(0);
    expect(ready(1, 500)).toBe(0); // died and was started in between
    expect(ready(1, 999)).toBe(0);
    expect(ready(1, 1000)).toBe(1);
  });

  test('a healthy service is ready at once', () => {
    watch.look([info('healthy')], 0);
    expect(watch.ready([info('healthy')], 0)).toHaveLength(1);
  });
});
