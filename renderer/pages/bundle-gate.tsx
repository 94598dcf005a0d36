import { Button } from '@patternfly/react-core';
import { type ErrorCategory, errorCategories } from '../../installer/contract/errors.ts';
import { Busy } from '../components/busy.tsx';
import { CallProblem } from '../components/call-problem.tsx';
import { Notice } from '../components/notice.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import { isCompared } from '../state/draft.ts';
import { pathProblem } from '../state/path-problem.ts';
import { useWizard } from '../state/wizard.ts';

const untrusted: ErrorCategory = 'untrusted';

/**
 * What stands in the way of going on from the bundle: it is being opened, it cannot be, or it is another one than was compared.
 * Nothing when nothing does.
 */
export function BundleGate() {
  const texts = useTexts();
  const { draft, opened, opening, change } = useWizard();
  if (draft.bundle.trim() === '') return null;
  if (opening.kind === 'failed') return <NotOpened />;
  if (opened === null) return <Busy id="opening" label={texts.t('trust.checking')} />;
  if (draft.page === 'trust' || isCompared(draft, opened)) return null;
  return (
    <Notice id="not-compared" kind="warning" title={texts.t('gate.notCompared')}>
      <p>{texts.t('gate.notComparedHelp')}</p>
      <Button variant="link" isInline onClick={() => change((before) => ({ ...before, page: 'trust' }))}>
        {texts.t('gate.toTrust')}
      </Button>
    </Notice>
  );
}

/** Red only for what signatures and digests say; a stick that was pulled out is no attack. */
function NotOpened() {
  const texts = useTexts();
  const { draft, opening, open, change } = useWizard();
  if (opening.kind !== 'failed') return null;
  const { error } = opening;
  const problem = pathProblem(error, draft);
  const refused = error !== null && problem === null && errorCategories[error.code] === untrusted;
  return (
    <>
      {refused && (
        <Notice id="refused" kind="danger" title={texts.t('trust.refused')}>
          {texts.t('trust.refusedHelp')}
        </Notice>
      )}
      {problem === null ? (
        <CallProblem call={opening} />
      ) : (
        <Notice id="not-there" kind="warning" title={texts.error(problem.error).title}>
          <p>{texts.error(problem.error).cause}</p>
          <p>{texts.error(problem.error).remedy}</p>
        </Notice>
      )}
      <div className="wz-row">
        <Button id="open-again" variant="secondary" onClick={open}>
          {texts.t('trust.again')}
        </Button>
        <Button variant="link" onClick={() => change((before) => ({ ...before, page: 'start' }))}>
          {texts.t('gate.toStart')}
        </Button>
      </div>
    </>
  );
}
