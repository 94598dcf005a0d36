import { Button, FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import type { TierName } from '../../installer/contract/findings.ts';
import { useConnection } from '../client/use-connection.ts';
import { Busy } from '../components/busy.tsx';
import { CallProblem } from '../components/call-problem.tsx';
import { Card } from '../components/card.tsx';
import { CheckVerdict } from '../components/check-verdict.tsx';
import { FitPicture } from '../components/fit-picture.tsx';
import { HardwareBars } from '../components/hardware-bars.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import { tierNames } from '../state/tiers.ts';
import { useWizard } from '../state/wizard.ts';
import { BundleGate } from './bundle-gate.tsx';
import { FindingList } from './finding-list.tsx';

export function ReadinessPage() {
  const { draft, opened } = useWizard();
  const withBundle = draft.bundle.trim() !== '';
  return (
    <>
      <BundleGate />
      {(opened !== null || !withBundle) && <Machine />}
    </>
  );
}

function Machine() {
  const texts = useTexts();
  const { client } = useConnection();
  const { seen, checked, checking, check } = useWizard();
  const judged = seen?.judgedFor ?? null;
  return (
    <>
      <TierChoice />
      {checked !== null && <CheckVerdict checked={checked} />}
      {checking.kind === 'busy' && <Busy id="checking" label={texts.t('readiness.checking')} />}
      <CallProblem call={checking} />
      {seen !== null && (
        <>
          {judged !== null && (
            <p id="judged-for" className="wz-subtle">
              {texts.t(judged.from === 'bundle' ? 'readiness.judgedBundle' : 'readiness.judgedInstaller', {
                title: judged.title,
                version: judged.version,
              })}
            </p>
          )}
          <FindingList findings={seen.findings} />
          <Card title={texts.t(judged === null ? 'hardware.plain' : 'hardware.title')}>
            <HardwareBars facts={seen.facts} tiers={judged?.tiers ?? null} />
            {judged === null && <p className="wz-subtle">{texts.t('hardware.plainHelp')}</p>}
          </Card>
          {seen.modelFit !== null && (
            <Card title={texts.t('fit.title')}>
              <FitPicture fit={seen.modelFit} />
            </Card>
          )}
        </>
      )}
      <div>
        <Button variant="secondary" isDisabled={checking.kind === 'busy' || client === null} onClick={check}>
          {texts.t('readiness.again')}
        </Button>
      </div>
    </>
  );
}

function TierChoice() {
  const texts = useTexts();
  const { draft, change, readOnly } = useWizard();
  return (
    <FormGroup label={texts.t('readiness.tier')} fieldId="tier">
      <FormSelect
        id="tier"
        value={draft.tier ?? ''}
        isDisabled={readOnly}
        onChange={(_event, value) =>
          change((before) => ({ ...before, tier: value === '' ? null : (value as TierName) }))
        }
      >
        <FormSelectOption value="" label={texts.t('readiness.anyTier')} />
        {tierNames.map((name) => (
          <FormSelectOption key={name} value={name} label={texts.t(`tiers.${name}`)} />
        ))}
      </FormSelect>
    </FormGroup>
  );
}
