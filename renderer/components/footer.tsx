import { Button } from '@patternfly/react-core';
import { useTexts } from '../i18n/use-texts.ts';
import type { NextStep } from '../state/next-step.ts';
import type { PageId } from '../state/pages.ts';
import { useWizard } from '../state/wizard.ts';

interface FooterProps {
  pages: readonly PageId[];
  page: PageId;
  next: NextStep;
  busy: boolean;
  onBack: (page: PageId) => void;
  onNext: (step: NextStep) => void;
}

/** Back, on, and in words why one cannot go on yet. */
export function Footer({ pages, page, next, busy, onBack, onNext }: FooterProps) {
  const texts = useTexts();
  const { run } = useWizard();
  const before = pages[pages.indexOf(page) - 1];
  const running = run !== null && run.outcome === null;
  const label =
    next.kind === 'install' || page === 'plan'
      ? 'actions.install'
      : next.kind === 'test'
        ? 'actions.test'
        : next.kind === 'restart' || next.kind === 'finish'
          ? (`actions.${next.kind}` as const)
          : 'actions.next';
  return (
    <footer className="wz-foot">
      {next.kind !== 'none' && (
        <Button
          variant="primary"
          isAriaDisabled={next.kind === 'blocked' || busy}
          aria-describedby="why-not"
          onClick={() => {
            if (next.kind !== 'blocked' && !busy) onNext(next);
          }}
        >
          {texts.t(label)}
        </Button>
      )}
      {before !== undefined && (
        <Button variant="secondary" isDisabled={running || busy} onClick={() => onBack(before)}>
          {texts.t('actions.back')}
        </Button>
      )}
      <span id="why-not" className="wz-hint" role="status">
        {next.kind === 'blocked' ? texts.t(next.why) : ''}
      </span>
    </footer>
  );
}
