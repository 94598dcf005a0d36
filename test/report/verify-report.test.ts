import { describe, expect, test } from 'vitest';
import type { Json } from '../../installer/base/canonical-json.ts';
import { chainHash, chainStart } from '../../installer/base/chain.ts';
import { sha256 } from '../../installer/base/hash.ts';
import type { ReportDocument } from '../../installer/contract/report.ts';
import { buildReport, reportJson } from '../../installer/report/build-report.ts';
import { verifyReport } from '../../installer/report/verify-report.ts';
import { bodies, chained, evidence, run } from './sample.ts';

/** A report as it comes back from disk, free to be tampered with. */
// biome-ignore lint/suspicious/noExplicitAny: tampering reaches everywhere
function fromDisk(of = bodies): any {
  return JSON.parse(reportJson(buildReport({ run, evidence, rows: chained(of) })));
}

/** What a forger with the source code does: every hash made anew. */
function rechain(document: ReportDocument): ReportDocument {
  let hash = chainStart(document.run);
  for (const event of document.events) {
    const { seq, at, body } = event;
    hash = chainHash(hash, { run: document.run, seq, at, body: body as Json });
    event.hash = hash;
  }
  document.head = hash;
  return document;
}

function refusal(candidate: unknown, head?: string): unknown {
  try {
    verifyReport(candidate, head);
  } catch (error) {
    return error;
  }
  return 'accepted';
}

test('a report read back from disk verifies, sealed, with its head', () => {
  const document = fromDisk();
  const verified = verifyReport(document);
  expect(verified).toMatchObject({ head: document.head, events: bodies.length, sealed: true });
  expect(verified.head).toBe(chained().at(-1)?.hash);
});

test('the head that was written down is compared, whatever its spaces and case', () => {
  const document = fromDisk();
  const typed = document.head
    .slice('sha256:'.length)
    .toUpperCase()
    .replaceAll(/(.{4})/g, '$1 ');
  expect(verifyReport(document, typed).head).toBe(document.head);
  expect(refusal(document, typed.replace(/^../, '00'))).toMatchObject({
    code: 'REPORT_CHAIN',
    params: { row: 'head' },
  });
});

test('key order and white space do not matter', () => {
  const document = fromDisk();
  const reversed = Object.fromEntries(Object.entries(document).reverse());
  reversed.events = document.events.map((event: object) => Object.fromEntries(Object.entries(event).reverse()));
  expect(verifyReport(reversed).head).toBe(document.head);
});

describe('tampering is found and its first place named', () => {
  const changes: [string, string, string, unknown][] = [
    ['an event’s text', 'events.8', 'events.7.body.message', 'three images'],
    ['a member nobody reads', 'events.8', 'events.7.body.extra', 1],
    ['an event’s time', 'events.3', 'events.2.at', 1],
    ['an event’s hash', 'events.5', 'events.4.hash', sha256('x')],
    ['another run’s name', 'events.1', 'run', 'another-run'],
    ['the head', 'head', 'head', sha256('x')],
    ['the bundle’s release', 'evidence', 'evidence.bundle.release', 4],
    ['the host’s memory', 'evidence', 'evidence.host.memory.totalBytes', 1],
    ['who did it', 'evidence', 'evidence.who', 'nobody'],
    ['the routes taken away', 'evidence', 'evidence.isolation.routes', []],
    ['a smoke test’s measured value', 'summary.smoke.1', 'summary.smoke.0.measured', 'HTTP 500'],
    ['a step’s outcome', 'summary.steps.2', 'summary.steps.1.outcome', 'unchanged'],
    ['findings taken away', 'summary.findings.1', 'summary.findings', []],
    ['a service added', 'summary.services.3', 'summary.services.2', { service: 'x', state: 'healthy', detail: '' }],
    ['the result', 'summary.result', 'summary.result', 'unchanged'],
  ];

  test.each(changes)('%s', (_, row, path, value) => {
    const document = fromDisk();
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    keys.reduce((at, key) => at[key], document)[last] = value;
    expect(refusal(document)).toMatchObject({ code: 'REPORT_CHAIN', params: { row } });
  });

  test('an event left out', () => {
    const document = fromDisk();
    document.events.splice(3, 1);
    expect(refusal(document)).toMatchObject({ code: 'REPORT_CHAIN', params: { row: 'events.4' } });
    for (const [index, event] of document.events.entries()) event.seq = index + 1;
    expect(refusal(document)).toMatchObject({ code: 'REPORT_CHAIN', params: { row: 'events.4' } });
  });

  test('two events swapped', () => {
    const document = fromDisk();
    document.events.splice(1, 2, document.events[2], document.events[1]);
    expect(refusal(document)).toMatchObject({ code: 'REPORT_CHAIN', params: { row: 'events.2' } });
  });
});

describe('a forger who makes all hashes anew', () => {
  test('is found by the head that was written down, and only by it', () => {
    const genuine = fromDisk();
    const forged = rechain({ ...fromDisk(), events: fromDisk().events.slice(0, -3) });
    forged.summary = buildReport({ run, evidence, rows: chained(bodies.slice(0, -3)) }).summary;
    expect(verifyReport(forged).sealed).toBe(false);
    expect(refusal(forged, genuine.head)).toMatchObject({ code: 'REPORT_CHAIN', params: { row: 'head' } });
  });

  test('has to change the summary as well', () => {
    const forged = fromDisk();
    forged.events[15].body.result.measured = 'HTTP 200';
    expect(refusal(rechain(forged))).toMatchObject({ code: 'REPORT_CHAIN', params: { row: 'summary.smoke.1' } });
  });
});

describe('what is no report is refused as such', () => {
  test.each([
    ['nothing', null],
    ['a list', []],
    ['another document', { kind: 'airgap-bundle' }],
    ['an unknown member', { ...fromDisk(), note: 'hello' }],
    ['no events', { ...fromDisk(), events: [] }],
  ])('%s', (_, candidate) => {
    expect(refusal(candidate)).toMatchObject({ code: 'REPORT_FORMAT' });
  });

  test('a log that does not begin with the run’s start', () => {
    const document = fromDisk();
    document.events.shift();
    for (const [index, event] of document.events.entries()) event.seq = index + 1;
    expect(refusal(rechain(document))).toMatchObject({ code: 'REPORT_FORMAT', params: { field: 'events.1' } });
  });

  test('an event of an unknown kind, well chained', () => {
    const document = fromDisk();
    document.events[7].body = { kind: 'invented' };
    expect(refusal(rechain(document))).toMatchObject({ code: 'REPORT_FORMAT', params: { field: 'events.8' } });
  });
});
