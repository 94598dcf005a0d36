import { describe, expect, test } from 'vitest';
import type { Finding } from '../../installer/contract/findings.ts';
import type { CheckResult } from '../../installer/contract/requests.ts';
import type { OpenedBundle } from '../../installer/contract/wizard.ts';
import { emptyDraft, withMedium, withOverride, withReason } from '../../renderer/state/draft.ts';
import { groups } from '../../renderer/state/fingerprint.ts';
import { checkRequest } from '../../renderer/state/install-request.ts';
import { nextStep } from '../../renderer/state/next-step.ts';
import { reasonProblem } from '../../renderer/state/overridable.ts';
import { type PageId, pagesOf } from '../../renderer/state/pages.ts';
import { pathProblem } from '../../renderer/state/path-problem.ts';
import { emptyRun } from '../../renderer/state/run-state.ts';

const digests = { root: `sha256:${'1'.repeat(64)}`, manifest: `sha256:${'2'.repeat(64)}` };
const opened = { rootDigest: digests.root, view: { manifestDigest: digests.manifest } } as unknown as OpenedBundle;
const found = (code: Finding['code'], status: Finding['status'], service = 'api') =>
  ({ code, status, subject: '', unit: 'text', expected: null, found: null, params: { service } }) as Finding;
const checked = (...findings: Finding[]) => ({ findings }) as CheckResult;
const draft = {
  ...{ ...emptyDraft, bundle: '/m', root: '/r', compared: digests },
  officer: { name: 'Irina Petrova', office: '' },
};
const ready: Parameters<typeof nextStep>[0]['wizard'] = {
  draft,
  opened,
  opening: { kind: 'done', value: opened },
  checked: checked(),
  checking: { kind: 'done', value: checked() },
  run: null,
  active: null,
  readOnly: false,
  damaged: false,
};

function goOn(page: PageId, change: Partial<typeof ready> = {}, confirmed = true) {
  const wizard = { ...ready, ...change };
  const pages = pagesOf(wizard.draft.mode, wizard.draft.bundle !== '');
  return nextStep({ wizard, page, pages, answersValid: true, confirmed });
}

describe('the way through the pages', () => {
  test('nothing goes on without a medium and trusted keys', () => {
    expect(goOn('start', { draft: { ...draft, bundle: '' } })).toMatchObject({ why: 'blocked.bundle' });
    expect(goOn('start', { draft: { ...draft, root: '' } })).toMatchObject({ why: 'blocked.root' });
    expect(goOn('start')).toEqual({ kind: 'open', page: 'trust' });
  });

  test('nothing goes on without the name of who answers for it', () => {
    const nobody = { name: ' x ', office: 'security' };
    expect(goOn('start', { draft: { ...draft, officer: nobody } })).toMatchObject({ why: 'blocked.officer' });
    expect(goOn('start')).toMatchObject({ kind: 'open' });
  });

  test('a bundle that was not opened, or not compared, is not gone on with from any page', () => {
    const failed = { opened: null, opening: { kind: 'failed', error: null } } as const;
    const opening = { opened: null, opening: { kind: 'busy' } } as const;
    for (const page of ['trust', 'readiness', 'configure', 'plan'] as const) {
      expect(goOn(page, failed), page).toMatchObject({ why: 'blocked.untrusted' });
      expect(goOn(page, opening), page).toMatchObject({ why: 'blocked.opening' });
      for (const compared of [null, { ...digests, root: digests.manifest }, { ...digests, manifest: digests.root }]) {
        const why = page === 'trust' ? 'blocked.compare' : 'blocked.compareFirst';
        expect(goOn(page, { draft: { ...draft, compared } }), page).toMatchObject({ why });
      }
      expect(goOn(page), page).not.toMatchObject({ kind: 'blocked' });
    }
  });

  test('a bundle with a damaged file is not gone on with, though its signatures hold', () => {
    expect(goOn('trust', { damaged: true })).toMatchObject({ why: 'blocked.damaged' });
    expect(goOn('trust')).toEqual({ kind: 'page', page: 'readiness' });
  });

  test('a failed finding blocks, a warning and what somebody answers for do not', () => {
    const plan = { kind: 'page', page: 'configure' };
    expect(goOn('readiness', { checked: checked(found('CPU_CORES', 'fail')) })).toMatchObject({
      why: 'blocked.notReady',
    });
    expect(goOn('readiness', { checked: checked(found('CPU_CORES', 'accepted')) })).toEqual(plan);
    expect(goOn('readiness', { checked: checked(found('CPU_CORES', 'warn')) })).toEqual(plan);
  });

  test('without the verdict of just now nothing goes on, also from the plan', () => {
    const looking = { checked: null, checking: { kind: 'busy' } } as const;
    expect(goOn('readiness', looking)).toMatchObject({ why: 'blocked.checking' });
    expect(goOn('plan', looking)).toMatchObject({ why: 'blocked.checking' });
  });

  test('a taken port leads to the settings, where it is mended, and stops the plan; the registry’s own port stops both', () => {
    const port = { checked: checked(found('PORT_FREE', 'fail')) };
    expect(goOn('readiness', port)).toEqual({ kind: 'page', page: 'configure' });
    expect(goOn('plan', port)).toMatchObject({ why: 'blocked.notReadyPlan' });
    const registry = { checked: checked(found('PORT_FREE', 'fail', 'registry')) };
    expect(goOn('readiness', registry)).toMatchObject({ why: 'blocked.notReady' });
    const answers = { code: 'ANSWERS_INVALID', params: { key: 'api_port' } } as const;
    const wrong = { checked: null, checking: { kind: 'failed', error: answers } } as const;
    expect(goOn('readiness', wrong)).toEqual({ kind: 'page', page: 'configure' });
    expect(goOn('plan', wrong)).toMatchObject({ why: 'blocked.checking' });
  });

  test('a machine is never judged without the bundle that was chosen', () => {
    expect(checkRequest({ ...draft, bundle: '/m ' })).toMatchObject({ bundle: '/m', root: '/r' });
    expect(checkRequest({ ...draft, bundle: '' })).toMatchObject({ bundle: null, root: null });
  });

  test('the installation starts only confirmed, in the window that is in control, and once', () => {
    expect(goOn('plan')).toEqual({ kind: 'install' });
    expect(goOn('plan', {}, false)).toMatchObject({ why: 'blocked.confirm' });
    expect(goOn('plan', { readOnly: true })).toMatchObject({ why: 'blocked.readOnly' });
    const active = { run: 'r', action: 'install', startedAt: 1, owner: true, interrupted: null, last: null } as const;
    expect(goOn('plan', { active })).toMatchObject({ why: 'blocked.running' });
  });

  test('a failed run leads to no report of success', () => {
    const run = { ...emptyRun('r'), outcome: 'failed' as const };
    expect(goOn('install', { run })).toMatchObject({ why: 'blocked.failed' });
    expect(goOn('install', { run: { ...run, outcome: 'done' } })).toEqual({ kind: 'page', page: 'tests' });
  });

  test('what was cut off or cancelled is resumed or rolled back; after a roll back it begins anew', () => {
    const run = { ...emptyRun('r'), outcome: 'interrupted' as const };
    expect(goOn('install', { run })).toMatchObject({ why: 'blocked.stopped' });
    expect(goOn('install', { run: { ...run, outcome: 'cancelled' } })).toMatchObject({ why: 'blocked.stopped' });
    const back = { ...run, action: 'uninstall' as const };
    expect(goOn('install', { run: back })).toMatchObject({ why: 'blocked.stopped' });
    expect(goOn('install', { run: { ...back, outcome: 'done' } })).toEqual({ kind: 'restart' });
  });

  test('another medium makes comparison, overrides and answers void', () => {
    const decided = withOverride({ ...draft, answers: { port: 1 } }, 'CLOCK', 'no clock on this site');
    const other = { compared: null, confirmed: null, overrides: [], answers: {}, reasons: {} };
    expect(withMedium(decided, { bundle: '/other' })).toMatchObject({ ...other, officer: draft.officer });
  });

  test('a decision is about what was on the screen', () => {
    const seen = [{ ...found('CPU_CORES', 'fail'), expected: 4, found: 2 }];
    const decided = withOverride(withReason(draft, 'CPU_CORES', 'half a rea'), 'CPU_CORES', 'a trial for one', seen);
    expect(decided.overrides).toEqual([
      { code: 'CPU_CORES', justification: 'a trial for one', seen: [{ subject: '', expected: 4, found: 2 }] },
    ]);
    expect(decided.reasons).toEqual({});
  });

  test('a reason is neither a row of one letter nor a single word, and is never cut off', () => {
    expect(reasonProblem('too short')).toEqual({ kind: 'short', count: 1 });
    for (const no of ['xxxxxxxxxx', 'xx xx xx xx xx', 'Einverstanden'])
      expect(reasonProblem(no)?.kind, no).toBe('empty');
    expect(reasonProblem('One user only, agreed with the vendor')).toBeNull();
    expect(reasonProblem('Только один пользователь')).toBeNull();
    expect(reasonProblem(`one user ${'y'.repeat(500)}`)).toEqual({ kind: 'long', count: 9 });
  });

  test('a slip in a path is said at its field, and nothing against anybody’s trust', () => {
    const chosen = { bundle: '/media/stick ', root: '/keys/root.json' };
    const field = (code: string, params = {}) =>
      pathProblem({ code, params } as Parameters<typeof pathProblem>[0], chosen)?.field ?? null;
    for (const code of ['BUNDLE_NOT_FOUND', 'BUNDLE_NOT_A_FOLDER', 'BUNDLE_BELOW', 'BUNDLE_NOT_ALONE'])
      expect(field(code), code).toBe('bundle');
    for (const code of ['ROOT_MISSING', 'ROOT_IS_FOLDER', 'ROOT_IS_KEY']) expect(field(code), code).toBe('root');
    expect(field('ROOT_FORMAT', { file: '/keys/root.json' })).toBe('root');
    expect(field('PATH_MISSING', { path: '/media/stick/bundle.json' })).toBe('bundle');
    expect(field('IO', { path: '/keys/root.json' })).toBe('root');
    // Control: what signatures, digests and the stick's own keys say is no slip.
    for (const code of ['SIGNATURE_INVALID', 'THRESHOLD_NOT_MET', 'BUNDLE_FILE_CHANGED', 'ROOT_NOT_TRUSTED'])
      expect(field(code), code).toBeNull();
    expect(field('ROOT_FORMAT', { file: 'root.json' })).toBeNull();
  });

  test('a fingerprint is shown in groups and loses nothing', () => {
    const value = 'SHA256:uN6bVx0mE9p3QhTzY1k';
    expect(groups(value)).toEqual(['SHA256:', 'uN6b', 'Vx0m', 'E9p3', 'QhTz', 'Y1k']);
    expect(groups(value).join('')).toBe(value);
  });
});
