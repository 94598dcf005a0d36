import { describe, expect, test } from 'vitest';
import type { EngineEventBody } from '../../installer/contract/events.ts';
import { summarise } from '../../installer/report/summarise.ts';
import { bodies } from './sample.ts';

const of = (list: readonly EngineEventBody[]) =>
  summarise(list.map((body, index) => ({ seq: index + 1, at: 1000 + index, body })));

test('a whole install', () => {
  const summary = of(bodies);
  expect(summary).toMatchObject({ action: 'install', result: 'done', started: 1000, finished: 999 + bodies.length });
  expect(summary.steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
    'verify done',
    'loadImages done',
    'startStack done',
    'smoke done',
  ]);
  expect(summary.services).toEqual([
    { service: 'api', state: 'healthy', detail: 'Up 8 seconds' },
    { service: 'postgres', state: 'healthy', detail: 'Up 12 seconds' },
  ]);
  expect(summary.artifacts).toHaveLength(1);
  expect(summary.error).toBeNull();
});

describe('the result', () => {
  const end = (outcome: 'done' | 'failed' | 'cancelled' | 'unchanged'): EngineEventBody => ({
    kind: 'runFinished',
    outcome,
    error: outcome === 'failed' ? { code: 'STACK_UP', params: {} } : null,
    ms: 1,
  });
  const failing = (code: 'STACK_UP' | 'CANCELLED'): EngineEventBody[] => [
    ...bodies.slice(0, 10),
    { kind: 'stepFailed', step: 'startStack', error: { code, params: {} }, ms: 5 },
  ];

  test.each(['done', 'failed', 'cancelled', 'unchanged'] as const)('is what the run’s end says: %s', (outcome) => {
    expect(of([...bodies, end(outcome)]).result).toBe(outcome);
  });

  test('is unchanged when only steps that look had something to do', () => {
    const quiet = bodies.map((body) =>
      body.kind === 'stepFinished' && ['loadImages', 'startStack'].includes(body.step)
        ? { ...body, outcome: 'unchanged' as const }
        : body,
    );
    expect(of(quiet).result).toBe('unchanged');
  });

  test('is failed or cancelled by what the step failed with', () => {
    expect(of(failing('STACK_UP'))).toMatchObject({ result: 'failed', error: { code: 'STACK_UP' } });
    expect(of(failing('CANCELLED'))).toMatchObject({ result: 'cancelled', error: { code: 'CANCELLED' } });
  });

  test('names steps that were never reached as not finished', () => {
    expect(of(failing('STACK_UP')).steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'verify done',
      'loadImages done',
      'startStack failed',
      'smoke running',
    ]);
  });

  test('is running while the log stops in the middle', () => {
    expect(of(bodies.slice(0, 8)).result).toBe('running');
  });
});
