import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../installer/contract/requests.ts';
import type { OpenedBundle } from '../../installer/contract/wizard.ts';
import { emptyDraft, loadDraft, withMedium, withOverride } from '../../renderer/state/draft.ts';
import { groups } from '../../renderer/state/fingerprint.ts';
import { nextStep } from '../../renderer/state/next-step.ts';
import { type PageId, pagesOf } from '../../renderer/state/pages.ts';
import { emptyRun } from '../../renderer/state/run-state.ts';
import type { Wizard } from '../../renderer/state/wizard.ts';

const opened = { view: { manifestDigest: 'sha256:1' } } as unknown as OpenedBundle;
const checked = (status: CheckResult['status']) => ({ status }) as CheckResult;
const draft = { ...emptyDraft, bundle: '/m', root: '/r', compared: 'sha256:1' };
const ready: Pick<Wizard, 'draft' | 'opened' | 'checked' | 'run' | 'active' | 'readOnly' | 'damaged'> = {
  draft,
  opened,
  checked: checked('pass'),
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
    expect(goOn('start')).toEqual({ kind: 'page', page: 'trust' });
  });

  test('a bundle that was not opened, or not compared, is not gone on with', () => {
    expect(goOn('trust', { opened: null })).toMatchObject({ why: 'blocked.untrusted' });
    expect(goOn('trust', { draft: { ...draft, compared: 'sha256:2' } })).toMatchObject({ why: 'blocked.compare' });
    expect(goOn('plan', { draft: { ...draft, compared: 'sha256:2' } })).toMatchObject({ why: 'blocked.untrusted' });
  });

  test('a bundle with a damaged file is not gone on with, though its signatures hold', () => {
    expect(goOn('trust', { damaged: true })).toMatchObject({ why: 'blocked.damaged' });
    expect(goOn('trust')).toEqual({ kind: 'page', page: 'readiness' });
  });

  test('a failed finding blocks, a warning does not', () => {
    expect(goOn('readiness', { checked: checked('fail') })).toMatchObject({ why: 'blocked.notReady' });
    expect(goOn('readiness', { checked: checked('warn') })).toEqual({ kind: 'page', page: 'configure' });
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
    expect(withMedium(decided, { bundle: '/other' })).toMatchObject({ compared: null, overrides: [], answers: {} });
  });

  test('a draft that cannot be read is begun anew', () => {
    expect(loadDraft({ getItem: () => '{broken' })).toEqual(emptyDraft);
    expect(loadDraft({ getItem: () => '{"bundle":"/m"}' })).toEqual({ ...emptyDraft, bundle: '/m' });
  });

  test('a fingerprint is shown in groups and loses nothing', () => {
    const value = 'SHA256:uN6bVx0mE9p3QhTzY1k';
    expect(groups(value)).toEqual(['SHA256:', 'uN6b', 'Vx0m', 'E9p3', 'QhTz', 'Y1k']);
    expect(groups(value).join('')).toBe(value);
  });
});
