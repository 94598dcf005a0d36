import { ProgressStep, ProgressStepper } from '@patternfly/react-core';
import { useTexts } from '../i18n/use-texts.ts';
import type { PageId } from '../state/pages.ts';
import { useWizard } from '../state/wizard.ts';

interface PageNavProps {
  pages: readonly PageId[];
  page: PageId;
  onGo: (page: PageId) => void;
}

/** Where one is; pages that were passed can be visited again while nothing is running. */
export function PageNav({ pages, page, onGo }: PageNavProps) {
  const texts = useTexts();
  const { run } = useWizard();
  const current = pages.indexOf(page);
  const locked = run !== null && run.outcome === null;
  const failed = run?.outcome === 'failed';
  return (
    <nav aria-label={texts.t('app.pages')}>
      <p className="wz-nav-short">{texts.t('app.pageOf', { page: current + 1, pages: pages.length })}</p>
      <div className="wz-nav-full">
        <ProgressStepper isVertical aria-label={texts.t('app.pages')}>
          {pages.map((id, index) => {
            const bad = id === 'install' && failed;
            const variant = bad ? 'danger' : index < current ? 'success' : index === current ? 'info' : 'pending';
            return (
              <ProgressStep
                key={id}
                id={`nav-${id}`}
                titleId={`nav-${id}-title`}
                variant={variant}
                isCurrent={index === current}
                aria-label={texts.t(`pageState.${variant}`)}
              >
                {index < current && !locked ? (
                  <button type="button" className="wz-link" onClick={() => onGo(id)}>
                    {texts.t(`pages.${id}`)}
                  </button>
                ) : (
                  texts.t(`pages.${id}`)
                )}
              </ProgressStep>
            );
          })}
        </ProgressStepper>
      </div>
    </nav>
  );
}
