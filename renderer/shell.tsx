import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Language } from '../installer/contract/texts.ts';
import { inDesktop } from './client/desktop-port.ts';
import { Banners } from './components/banners.tsx';
import { CallProblem } from './components/call-problem.tsx';
import { Footer } from './components/footer.tsx';
import { Header } from './components/header.tsx';
import { PageNav } from './components/page-nav.tsx';
import { useTexts } from './i18n/use-texts.ts';
import { PageContent } from './pages/page-content.tsx';
import { installRequest } from './state/install-request.ts';
import { type NextStep, nextStep } from './state/next-step.ts';
import { type PageId, pagesOf } from './state/pages.ts';
import { useCall } from './state/use-call.ts';
import type { Theme } from './state/use-theme.ts';
import { useWizardState } from './state/use-wizard-state.ts';
import { WizardContext } from './state/wizard.ts';

interface ShellProps {
  setLanguage: (language: Language) => void;
  theme: Theme;
  setTheme: (theme: Theme) => void;
}

/** Head, list of pages, the page, and the way on. */
export function Shell({ setLanguage, theme, setTheme }: ShellProps) {
  const texts = useTexts();
  const wizard = useWizardState();
  const { draft, change, showRun } = wizard;
  const [answersValid, setAnswersValid] = useState(false);
  const [plan, setPlan] = useState<string | null>(null);
  const [call, start] = useCall<{ run: string }>();
  const pages = pagesOf(draft.mode, draft.bundle !== '');
  const page: PageId = pages.includes(draft.page) ? draft.page : 'start';
  const next = nextStep({ wizard, page, pages, answersValid, confirmed: plan !== null });
  const heading = usePageFocus(page);
  useEffect(() => {
    document.title = `${texts.t(`pages.${page}`)} — ${texts.t('app.title')}`;
  }, [texts, page]);
  // A plan is confirmed as it stands: coming back to it asks again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the page is what it is about
  useEffect(() => setPlan(null), [page]);

  const go = useCallback((to: PageId) => change((before) => ({ ...before, page: to })), [change]);
  const install = () => {
    const { opened } = wizard;
    if (opened === null || plan === null) return;
    const confirmed = { root: opened.rootDigest, manifest: opened.view.manifestDigest, plan };
    start(
      (client) => client.runs.startInstall(installRequest(draft, confirmed)),
      ({ run }) => {
        change((before) => ({ ...before, confirmed }));
        showRun(run);
      },
    );
  };
  const act = (step: NextStep) => {
    if (step.kind === 'page') go(step.page);
    else if (step.kind === 'restart') change((before) => ({ ...before, page: 'start', run: null }));
    else if (step.kind === 'install') install();
    else if (step.kind === 'test')
      start(
        (client) => client.runs.startSmoke(),
        ({ run }) => showRun(run),
      );
  };

  return (
    <WizardContext value={wizard}>
      <div className="wz-shell">
        <div>
          <button type="button" className="wz-skip" onClick={() => heading.current?.focus()}>
            {texts.t('app.skip')}
          </button>
          <Header setLanguage={setLanguage} theme={theme} setTheme={setTheme} />
        </div>
        <Banners />
        <div className="wz-body">
          <PageNav pages={pages} page={page} onGo={go} />
          <main className="wz-main" id="page" data-page={page} data-outcome={wizard.run?.outcome ?? 'none'}>
            <h1 ref={heading} tabIndex={-1} className="pf-v6-c-title pf-m-2xl">
              {texts.t(`pages.${page}`)}
            </h1>
            <p>{texts.t(page === 'install' && inDesktop ? 'intro.installDesktop' : `intro.${page}`)}</p>
            <PageContent page={page} onAnswers={setAnswersValid} confirmed={plan} onConfirm={setPlan} />
            <CallProblem call={call} />
          </main>
        </div>
        <Footer pages={pages} page={page} next={next} busy={call.kind === 'busy'} onBack={go} onNext={act} />
      </div>
    </WizardContext>
  );
}

/** The heading of the page; it gets the focus when the page changes, so that reading begins there. */
function usePageFocus(page: PageId) {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(page);
  // Before the page is painted: whoever presses a key at once is on the new page already.
  useLayoutEffect(() => {
    if (before.current === page) return;
    before.current = page;
    heading.current?.focus();
    window.scrollTo(0, 0);
  }, [page]);
  return heading;
}
