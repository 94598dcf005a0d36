import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EngineEventBody } from '../../installer/contract/events.ts';
import type { StepContext } from '../../installer/ports/step.ts';
import { assertNoSecrets } from '../../installer/report/no-secrets.ts';
import { verifyReportFile } from '../../installer/report/read-report.ts';
import { type ReportInput, writeReport } from '../../installer/report/write-step.ts';
import { bodies, chained, evidence, run } from './sample.ts';

let dir: string;
let log: EngineEventBody[];
const context: StepContext = {
  signal: new AbortController().signal,
  progress: () => undefined,
  making: () => undefined,
  isOurs: () => false,
  emit: (event) => void log.push(event),
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'report-'));
  // the sample's own seal is left to the step
  log = bodies.slice(0, -1);
});
afterEach(() => rm(dir, { recursive: true }));

const input = (more: Partial<ReportInput> = {}): ReportInput => ({
  reportsDir: join(dir, 'reports'),
  run,
  evidence,
  rows: () => chained(log),
  secrets: ['aB3dE5gH7jK9mN1pQ3rS5tU7'],
  ...more,
});

test('writes a document and a page per language, readable by all, and nothing else', async () => {
  const files = await writeReport.run(input(), context);
  await writeReport.verify(files, input(), context);
  expect((await readdir(join(dir, 'reports'))).sort()).toEqual([
    `report-${run}.en.html`,
    `report-${run}.json`,
    `report-${run}.ru.html`,
  ]);
  for (const path of [files.json, ...files.html]) expect((await stat(path)).mode & 0o777).toBe(0o644);
});

test('seals the evidence in the log before it reads it', async () => {
  const { json } = await writeReport.run(input(), context);
  expect(log.at(-1)).toMatchObject({ kind: 'log', source: 'report' });
  expect(await verifyReportFile(json)).toMatchObject({ sealed: true, events: bodies.length });
});

test('runs unless the engine says that nothing changed', async () => {
  expect(await writeReport.check(input(), context)).toBeUndefined();
  const unchanged = { json: '/r.json', html: ['/r.html'] };
  expect(await writeReport.check(input({ unchanged }), context)).toEqual(unchanged);
  expect(await readdir(dir)).toEqual([]);
});

test('verify finds a document and a page that were changed', async () => {
  const files = await writeReport.run(input(), context);
  const text = await readFile(files.json, 'utf8');
  await writeFile(files.json, text.replace('two images', 'ten images'));
  await expect(writeReport.verify(files, input(), context)).rejects.toMatchObject({ code: 'REPORT_CHAIN' });
  await writeFile(files.json, text);
  await writeFile(files.html[0] ?? '', '<html></html>');
  await expect(writeReport.verify(files, input(), context)).rejects.toMatchObject({ code: 'REPORT_FORMAT' });
});

describe('a secret in the log', () => {
  const secret = 'aB3dE5gH7jK9mN1pQ3rS5tU7';

  test('keeps the report from being written, without being told itself', async () => {
    log.push({ kind: 'log', level: 'info', source: 'stack', message: `POSTGRES_PASSWORD=${secret}` });
    const refused = await writeReport.run(input(), context).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'INTERNAL' });
    expect(String(refused)).not.toContain(secret);
    expect(await readdir(dir)).toEqual([]);
  });

  test.each([
    ['as it is', secret],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in hexadecimal', Buffer.from(secret).toString('hex')],
  ])('is found %s', (_, form) => {
    expect(() => assertNoSecrets(`x${form}y`, [secret])).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });

  test('is found as JSON, HTML and URLs write it', () => {
    const odd = `p"a<s&s'w/ö rd`;
    for (const form of [JSON.stringify(odd), 'p&quot;a&lt;s&amp;s&#39;w/ö rd', encodeURIComponent(odd)]) {
      expect(() => assertNoSecrets(form, ['other', odd])).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    }
  });

  test('is not seen where it is not', () => {
    expect(() => assertNoSecrets('a report without one', [secret, ''])).not.toThrow();
  });
});

describe('a file that is no report', () => {
  test.each([
    ['empty', ''],
    ['no JSON', '<html>'],
    ['another JSON', '{"kind":"airgap-bundle"}'],
    ['nested without end', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
  ])('%s', async (_, content) => {
    const file = join(dir, 'x.json');
    await writeFile(file, content);
    await expect(verifyReportFile(file)).rejects.toMatchObject({ code: 'REPORT_FORMAT', params: { file } });
  });

  test('an event nested without end, which would exhaust the stack', async () => {
    const { json } = await writeReport.run(input(), context);
    const deep = `${'['.repeat(100_000)}1${']'.repeat(100_000)}`;
    await writeFile(
      json,
      (await readFile(json, 'utf8')).replace('"message": "two images, 310 MB"', `"message": ${deep}`),
    );
    await expect(verifyReportFile(json)).rejects.toMatchObject({ code: 'REPORT_FORMAT', params: { file: json } });
  });

  test('one that is not there', async () => {
    await expect(verifyReportFile(join(dir, 'none.json'))).rejects.toMatchObject({ code: 'PATH_MISSING' });
  });
});
