import { describe, expect, test } from 'vitest';
import { sha256 } from '../../installer/base/hash.ts';
import { escapeHtml, html } from '../../installer/base/html.ts';
import { localiser } from '../../installer/base/localise.ts';
import type { Finding } from '../../installer/contract/findings.ts';
import type { ReportEvidence } from '../../installer/contract/report.ts';
import { languages, texts } from '../../installer/contract/texts.ts';
import { buildReport } from '../../installer/report/build-report.ts';
import { reportPage } from '../../installer/report/html/page.ts';
import { sealEvidence } from '../../installer/report/seal.ts';
import { bodies, chained, evidence, run } from './sample.ts';

const hostile = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`;

/** The sample with every string, deep down, replaced by the hostile one where the schema allows any. */
function poisoned(): ReportEvidence {
  return {
    ...evidence,
    who: hostile,
    installer: { version: hostile },
    host: {
      ...evidence.host,
      hostname: hostile,
      os: { name: hostile, version: hostile, kernel: hostile, arch: hostile },
      cpu: { ...evidence.host.cpu, model: hostile },
      mounts: evidence.host.mounts.map((mount) => ({
        ...mount,
        mountPoint: hostile,
        fileSystem: hostile,
        device: hostile,
      })),
      gpus: evidence.host.gpus.map((gpu) => ({ ...gpu, name: hostile, driver: hostile })),
      notes: [hostile],
    },
    engine: { engine: hostile, compose: hostile },
    bundle: evidence.bundle && {
      ...evidence.bundle,
      product: hostile,
      title: hostile,
      version: hostile,
      signers: [{ role: 'root', fingerprint: hostile }],
      images: evidence.bundle.images.map((image) => ({ ...image, name: hostile, ref: hostile })),
      models: evidence.bundle.models.map((model) => ({ ...model, id: hostile })),
    },
    officer: { name: hostile, office: hostile },
    root: {
      ...{ came: 'medium', compared: true },
      replaced: [{ run: hostile, at: 1, who: hostile, old: null, new: evidence.bundle?.rootDigest ?? '' }],
    },
    overrides: [{ code: 'CLOCK', justification: hostile }],
    isolation: evidence.isolation && {
      ...evidence.isolation,
      interfaces: [{ name: hostile, addresses: [hostile] }],
      routes: [hostile],
    },
  };
}

describe.each(languages)('the page in %s', (language) => {
  const text = localiser(language, 'UTC');
  const document = buildReport({ run, evidence, rows: chained() });
  const page = reportPage(document, text);

  test('is self-contained: no script, no address to load from, and a policy that forbids both', () => {
    expect(page).toMatch(
      /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'/,
    );
    expect(page).not.toMatch(/<script|\bsrc=|href=|url\(|@import|https?:/i);
    expect(page).toContain(`<html lang="${language}">`);
  });

  test('shows all that the report holds', () => {
    const shown = [
      'site-7',
      'officer',
      'AMD EPYC 7543',
      'NVIDIA A10',
      'CodeGraph 1.2.0',
      evidence.bundle?.manifestDigest,
      evidence.bundle?.signers[0]?.fingerprint,
      evidence.bundle?.images[1]?.digest,
      evidence.bundle?.models[0]?.digest,
      'There is no time source on this site; set by hand.',
      'HTTP 200 with a token; wrong password: HTTP 401',
      '172.17.0.0/16 dev docker0',
      text.t('report.sign.installedBy'),
      text.t('report.sign.verifiedBy'),
      text.t('report.texts.sealed'),
      text.step('startStack'),
    ];
    for (const part of shown) expect(page).toContain(part);
  });

  test('shows the head hash in groups to write down', () => {
    const groups = document.head.slice('sha256:'.length).match(/.{4}/g) ?? [];
    expect(groups).toHaveLength(16);
    expect(page).toContain(`<span>${groups.slice(0, 4).join(' ')}</span>`);
    expect(page).toContain(`<span>${groups.slice(12).join(' ')}</span>`);
  });

  test('hostile texts: nothing from outside becomes markup', () => {
    const bad = poisoned();
    const rows = chained([
      ...bodies.slice(0, -1),
      { kind: 'service', service: { service: hostile, state: 'healthy', detail: hostile } },
      {
        kind: 'smoke',
        result: {
          id: hostile,
          status: 'fail',
          title: { en: hostile, ru: hostile },
          expected: hostile,
          measured: hostile,
          ms: 1,
          params: {},
          error: { code: 'SMOKE_HTTP', params: {} },
        },
      },
      {
        kind: 'finding',
        finding: {
          code: 'DISK_SPACE',
          status: 'fail',
          subject: hostile,
          unit: 'text',
          expected: hostile,
          found: hostile,
          params: {},
        },
      },
      {
        kind: 'stepFailed',
        step: 'smoke',
        ms: 1,
        error: {
          code: 'SMOKE_HTTP',
          params: { test: hostile, url: hostile },
          expected: hostile,
          found: hostile,
          detail: hostile,
        },
      },
      sealEvidence(bad),
    ]);
    const poisonedPage = reportPage(buildReport({ run, evidence: bad, rows }), text);
    expect(poisonedPage).toContain('&lt;script&gt;');
    expect(poisonedPage).not.toMatch(/<script|<img/);
    expect(poisonedPage).not.toContain(hostile);
  });

  test('an accepted failure stands on the first page with its name and reason, and is no warning there', () => {
    const first = (status: 'accepted' | 'warn') => {
      const finding: Finding = {
        ...{ code: 'CPU_CORES' as const, status, subject: '', unit: 'cores' as const, expected: 16, found: 2 },
        params: { overriddenBy: 'I. Petrova, security', justification: 'Trial for one user & no more' },
      };
      const rows = chained([...bodies.slice(0, 3), { kind: 'finding', finding }]);
      const page = reportPage(buildReport({ run, evidence, rows }), text);
      return { summary: page.slice(page.indexOf('<section>'), page.indexOf('</section>')), page };
    };
    const { summary, page } = first('accepted');
    expect(summary).toContain('I. Petrova, security');
    expect(summary).toContain('Trial for one user &amp; no more');
    expect(summary).toContain(text.t('counts.acceptedFailures', { count: 1 }));
    expect(summary).not.toContain(text.t('counts.warnings', { count: 1 }));
    expect(page).toContain(`<span class="badge taken">${text.t('statuses.accepted')}</span>`);
    // Control: the state alone decides, so a failure that is written down as a warning is noticed.
    expect(first('warn').summary).not.toContain('I. Petrova');
    expect(first('warn').summary).toContain(text.t('counts.warnings', { count: 1 }));
  });

  test('says in its first section who answers for it, and how root.json came', () => {
    const first = (change: Partial<ReportEvidence>) => {
      const changed = reportPage(buildReport({ run, evidence: { ...evidence, ...change }, rows: chained() }), text);
      return changed.slice(0, changed.indexOf('</section>'));
    };
    const named = first({ officer: { name: 'Irina Petrova', office: 'Security' } });
    expect(named).toContain('Irina Petrova, Security');
    expect(first({ officer: null })).toContain(text.t('report.texts.noOfficer'));
    for (const [came, compared, key] of [
      ['separate', true, 'separateCompared'],
      ['separate', false, 'separateUnsaid'],
      ['medium', true, 'mediumCompared'],
      ['medium', false, 'mediumUnsaid'],
    ] as const) {
      const shown = first({ root: { came, compared } });
      expect(shown).toContain(text.t(`report.rootCame.${key}`));
    }
    // a report of an older version says nothing of either
    expect(first({})).not.toContain(text.t('report.labels.rootCame'));
    expect(new Set(Object.values(texts[language].report.rootCame)).size).toBe(4);
  });

  test('tells of every root that was put in another’s place', () => {
    const replaced = [{ run: 'r-9', at: 0, who: 'irina', old: sha256('old'), new: sha256('new') }];
    const root = { came: 'separate' as const, compared: true, replaced };
    const told = reportPage(buildReport({ run, evidence: { ...evidence, root }, rows: chained() }), text);
    for (const part of [text.t('report.labels.rootReplaced'), 'irina', sha256('old'), sha256('new'), 'r-9']) {
      expect(told).toContain(part);
    }
    expect(page).not.toContain(text.t('report.labels.rootReplaced'));
  });

  test('of a failed run says what went wrong and what to do', () => {
    const error = { code: 'PORT_TAKEN', params: { port: 8000 }, expected: 'free', found: 'taken' } as const;
    const failed = buildReport({
      run,
      evidence: { ...evidence, bundle: null, isolation: null, overrides: [] },
      rows: chained([...bodies.slice(0, 3), { kind: 'stepFailed', step: 'loadImages', error, ms: 3 }]),
    });
    const failedPage = reportPage(failed, text);
    expect(failedPage).toContain(escapeHtml(text.error(error).remedy));
    expect(failedPage).toContain(text.t('report.texts.unsealed'));
    expect(failedPage).toContain(text.t('report.texts.noBundle'));
    expect(failedPage).toContain(text.t('report.resultText.failed'));
  });
});

test('the template tag escapes strings at any depth and leaves markup alone', () => {
  expect(html`<p title="${'"x"'}">${['<', [html`<b>${'&'}</b>`, null, 3]]}</p>`.text).toBe(
    '<p title="&quot;x&quot;">&lt;<b>&amp;</b>3</p>',
  );
});
