import type { PageId } from '../state/pages.ts';
import { ConfigurePage } from './configure-page.tsx';
import { InstallPage } from './install-page.tsx';
import { PlanPage } from './plan-page.tsx';
import { ReadinessPage } from './readiness-page.tsx';
import { ReportPage } from './report-page.tsx';
import { StartPage } from './start-page.tsx';
import { TestsPage } from './tests-page.tsx';
import { TrustPage } from './trust-page.tsx';

interface PageContentProps {
  page: PageId;
  onAnswers: (valid: boolean) => void;
  /** Digest of the plan that was agreed to. */
  confirmed: string | null;
  onConfirm: (digest: string | null) => void;
}

export function PageContent({ page, onAnswers, confirmed, onConfirm }: PageContentProps) {
  switch (page) {
    case 'start':
      return <StartPage />;
    case 'trust':
      return <TrustPage />;
    case 'readiness':
      return <ReadinessPage />;
    case 'configure':
      return <ConfigurePage onVerdict={onAnswers} />;
    case 'plan':
      return <PlanPage confirmed={confirmed} onConfirm={onConfirm} />;
    case 'install':
      return <InstallPage />;
    case 'tests':
      return <TestsPage />;
    case 'report':
      return <ReportPage />;
  }
}
