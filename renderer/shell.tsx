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
import { emptyDraft } from './state/draft.ts';
import { installRequest } from './state/install-request.ts';
import { type NextStep, nextStep } from './state/next-step.ts';
import { type PageId, pagesOf } from './state/pages.ts';
import { pathProblem } from './state/path-problem.ts';
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
  const pages = pagesOf(draft.mode, draft.bundle.trim() !== '');
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
    // Kept before it begins: whoever comes after a crash resumes just this.
    change((before) => ({ ...before, confirmed }));
    start(
      (client) => client.runs.startInstall(installRequest(draft, confirmed)),
      ({ run }) => showRun(run),
    );
  };
  const [leaving, setLeaving] = useState<PageId | null>(null);
  const { opening } = wizard;
  useEffect(() => {
    if (leaving === null || opening.kind === 'busy' || opening.kind === 'idle') return;
    setLeaving(null);
    // A wrong path is said where it was typed; what is wrong with a bundle, on the page about its trust.
    const here = opening.kind === 'failed' && (opening.error === null || pathProblem(opening.error, draft) !== null);
    if (!here) go(leaving);
  }, [leaving, opening, draft, go]);
  const act = (step: NextStep) => {
    if (step.kind === 'page') go(step.page);
    else if (step.kind === 'open') {
      wizard.open();
      setLeaving(step.page);
    } else if (step.kind === 'restart' || step.kind === 'finish') change(() => emptyDraft);
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
          {wizard.loaded && <PageNav pages={pages} page={page} onGo={go} />}
          <main
            className="wz-main"
            id="page"
            data-page={wizard.loaded ? page : 'loading'}
            data-outcome={wizard.run?.outcome ?? 'none'}
          >
            <h1 ref={heading} tabIndex={-1} className="pf-v6-c-title pf-m-2xl">
              {texts.t(wizard.loaded ? `pages.${page}` : 'app.title')}
            </h1>
            {wizard.loaded && (
              <>
                <p>{texts.t(page === 'install' && inDesktop ? 'intro.installDesktop' : `intro.${page}`)}</p>
                <PageContent page={page} onAnswers={setAnswersValid} confirmed={plan} onConfirm={setPlan} />
                <CallProblem call={call} />
                {page === 'start' && opening.kind === 'failed' && opening.error === null && (
                  <CallProblem call={opening} />
                )}
              </>
            )}
          </main>
        </div>
        {wizard.loaded && (
          <Footer
            pages={pages}
            page={page}
            next={next}
            busy={call.kind === 'busy' || leaving !== null}
            onBack={go}
            onNext={act}
          />
        )}
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
