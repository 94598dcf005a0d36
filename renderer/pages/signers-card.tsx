import { Checkbox } from '@patternfly/react-core';
import type { OpenedBundle } from '../../installer/contract/wizard.ts';
import { Card } from '../components/card.tsx';
import { Fingerprint } from '../components/fingerprint.tsx';
import { Notice } from '../components/notice.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import { isCompared } from '../state/draft.ts';
import { useWizard } from '../state/wizard.ts';

const roles = ['root', 'bundle'] as const;

/** Who signed, in which role, whether they were enough, and what is to be compared with the paper. */
export function SignersCard({ opened }: { opened: OpenedBundle }) {
  const texts = useTexts();
  const { draft, change, readOnly } = useWizard();
  const { rootDigest, rootCame, view } = opened;
  const compared = { root: rootDigest, manifest: view.manifestDigest };
  return (
    <Card id="compare" title={texts.t('trust.compare')}>
      {rootCame === 'medium' && !isCompared(draft, opened) && (
        <Notice id="root-from-medium" kind="warning" title={texts.t('trust.compareMedium')}>
          {texts.t('trust.compareMediumHelp')}
        </Notice>
      )}
      <p>{texts.t('trust.compareHelp')}</p>
      <RootDocument opened={opened} />
      {roles.map((role) => (
        <RoleSigners key={role} role={role} opened={opened} />
      ))}
      <Checkbox
        id="compared"
        label={texts.t('trust.compared')}
        isDisabled={readOnly}
        isChecked={isCompared(draft, opened)}
        onChange={(_event, checked) => change((before) => ({ ...before, compared: checked ? compared : null }))}
      />
    </Card>
  );
}

/** The trusted keys: the officer's own document, or where its rotations led. */
function RootDocument({ opened }: { opened: OpenedBundle }) {
  const texts = useTexts();
  const { givenRootVersion, rootDigest } = opened;
  const version = opened.view.rootVersion ?? givenRootVersion;
  return (
    <div className="wz-gap" data-rotated={version > givenRootVersion}>
      <h3 className="wz-strong">{texts.shared('report.labels.rootDigest')}</h3>
      <p>
        {version > givenRootVersion
          ? texts.t('trust.rootRotated', { from: texts.number(givenRootVersion), to: texts.number(version) })
          : texts.t(opened.rootCame === 'medium' ? 'trust.rootOfMedium' : 'trust.rootSame', {
              version: texts.number(version),
            })}
      </p>
      <Fingerprint value={rootDigest} />
    </div>
  );
}

function RoleSigners({ role, opened }: { role: (typeof roles)[number]; opened: OpenedBundle }) {
  const texts = useTexts();
  const signers = opened.view.signers.filter((signer) => signer.role === role);
  const threshold = opened.view.thresholds.find((each) => each.role === role);
  if (signers.length === 0) return null;
  return (
    <div className="wz-gap" data-role={role}>
      <h3 className="wz-strong">{texts.t('trust.signer', { role: texts.shared(`report.roles.${role}`) })}</h3>
      {threshold !== undefined && (
        <p>
          {texts.t('trust.threshold', {
            signed: texts.number(threshold.signed),
            needed: texts.number(threshold.needed),
            keys: texts.number(threshold.keys),
          })}
          {signers.length > threshold.signed && ` ${texts.t('trust.earlierKeys')}`}
        </p>
      )}
      {signers.map(({ fingerprint }) => (
        <Fingerprint key={fingerprint} value={fingerprint} />
      ))}
    </div>
  );
}
