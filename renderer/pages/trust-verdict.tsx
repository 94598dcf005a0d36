import type { OpenedBundle } from '../../installer/contract/wizard.ts';
import { Notice } from '../components/notice.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import { isCompared } from '../state/draft.ts';
import { useWizard } from '../state/wizard.ts';

/**
 * What the signatures are worth. Keys that came with the stick prove nothing until somebody has compared them: whoever made the
 * stick made them as well. A damaged file is told here too, for whoever is at the top of the page.
 */
export function TrustVerdict({ opened }: { opened: OpenedBundle }) {
  const texts = useTexts();
  const { draft, damaged } = useWizard();
  const name = draft.officer.name.trim();
  if (damaged) {
    return (
      <Notice id="trust-damaged" kind="danger" title={texts.t('trust.damaged')}>
        {texts.t('trust.damagedHelp')}
      </Notice>
    );
  }
  const compared = isCompared(draft, opened);
  if (opened.rootCame === 'medium' && !compared) {
    return (
      <Notice id="trust-unproven" kind="warning" title={texts.t('trust.unproven')}>
        {texts.t('trust.unprovenHelp')}
      </Notice>
    );
  }
  return (
    <Notice id="trust-valid" kind="success" title={texts.t('trust.valid')}>
      <p>{texts.t(opened.rootCame === 'medium' ? 'trust.validMedium' : 'trust.validHelp')}</p>
      {compared && <p>{name === '' ? texts.t('trust.comparedHere') : texts.t('trust.comparedBy', { name })}</p>}
    </Notice>
  );
}
