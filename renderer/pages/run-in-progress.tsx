import { Button } from '@patternfly/react-core';
import { takesAway } from '../../installer/contract/takes-away.ts';
import type { ActiveRuns } from '../../installer/contract/wizard.ts';
import { Notice } from '../components/notice.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import { useWizard } from '../state/wizard.ts';

/** What goes on already, or was cut off: nothing that was begun is forgotten. */
export function RunInProgress() {
  const texts = useTexts();
  const { active, showRun, change } = useWizard();
  if (active === null) return null;
  const { run, owner, interrupted, action, last } = active;
  if (run !== null && owner) {
    return (
      <Notice kind="info" title={texts.t('start.running', { action: texts.shared(`actions.${action ?? 'install'}`) })}>
        <Button variant="link" isInline onClick={() => showRun(run)}>
          {texts.t('start.showRun')}
        </Button>
      </Notice>
    );
  }
  if (run !== null) return <Notice kind="warning" title={texts.t('start.otherProcess')} />;
  if (interrupted === null) return last === null ? null : <LastRun last={last} />;
  return (
    <Notice
      kind="warning"
      title={texts.t('start.interrupted', {
        action: texts.shared(`actions.${interrupted.action}`),
        at: texts.date(interrupted.startedAt),
      })}
    >
      <p>{texts.t('start.interruptedHelp')}</p>
      <div className="wz-row">
        {!takesAway(interrupted.action) && (
          <Button
            variant="link"
            isInline
            onClick={() =>
              change((before) => ({ ...before, mode: interrupted.action === 'smoke' ? 'test' : 'install' }))
            }
          >
            {texts.t('start.goOn')}
          </Button>
        )}
        <Button variant="link" isInline onClick={() => showRun(interrupted.run)}>
          {texts.t('start.showRun')}
        </Button>
      </div>
    </Notice>
  );
}

/** What ended last can be looked at again, with its tests and its report, by whoever comes later. */
function LastRun({ last }: { last: NonNullable<ActiveRuns['last']> }) {
  const texts = useTexts();
  const { showRun, change } = useWizard();
  return (
    <Notice
      id="last-run"
      kind="info"
      title={texts.t('start.last', { action: texts.shared(`actions.${last.action}`), at: texts.date(last.startedAt) })}
    >
      <Button
        variant="link"
        isInline
        onClick={() => {
          change((before) => ({ ...before, mode: last.action === 'smoke' ? 'test' : 'install' }));
          showRun(last.run);
        }}
      >
        {texts.t('start.showRun')}
      </Button>
    </Notice>
  );
}
