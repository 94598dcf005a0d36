import { useTexts } from '../i18n/use-texts.ts';
import type { CallState } from '../state/call-state.ts';
import { ErrorAlert } from './error-alert.tsx';
import { Notice } from './notice.tsx';

/** The error of a call, where it has one. */
export function CallProblem({ call }: { call: CallState<unknown> }) {
  const texts = useTexts();
  if (call.kind !== 'failed') return null;
  if (call.error === null) return <Notice kind="warning" title={texts.t('connection.callLost')} />;
  return <ErrorAlert error={call.error} />;
}
