import {
  CheckCircleIcon,
  ExclamationCircleIcon,
  InProgressIcon,
  MinusCircleIcon,
  OutlinedCircleIcon,
} from '@patternfly/react-icons';
import { Card } from '../components/card.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import type { RunState, StepState } from '../state/run-state.ts';

const icons: Readonly<Record<StepState['status'], typeof OutlinedCircleIcon>> = {
  waiting: OutlinedCircleIcon,
  running: InProgressIcon,
  done: CheckCircleIcon,
  unchanged: CheckCircleIcon,
  failed: ExclamationCircleIcon,
  cancelled: MinusCircleIcon,
  interrupted: MinusCircleIcon,
};

/** All steps of the run in their order, each with how it went and how long it took. */
export function StepTimeline({ run }: { run: RunState }) {
  const texts = useTexts();
  if (run.steps.length === 0) return null;
  return (
    <Card title={texts.t('install.steps')}>
      <ol className="wz-steps">
        {run.steps.map(({ info, status, ms }) => {
          const Icon = icons[status];
          return (
            <li
              key={info.id}
              data-step={info.id}
              data-status={status}
              {...(status === 'running' ? { 'aria-current': 'step' as const } : {})}
            >
              <span>
                <Icon aria-hidden />
              </span>
              <span>{texts.step(info.id)}</span>
              <span className="wz-subtle">
                {texts.t(`stepStatus.${status}`)}
                {ms === null || status === 'unchanged' ? '' : `, ${texts.duration(ms)}`}
              </span>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}
