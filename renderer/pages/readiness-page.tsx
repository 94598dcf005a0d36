import { Button, FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useCallback, useEffect } from 'react';
import type { TierName } from '../../installer/contract/findings.ts';
import type { CheckResult } from '../../installer/contract/requests.ts';
import { useConnection } from '../client/use-connection.ts';
import { Busy } from '../components/busy.tsx';
import { CallProblem } from '../components/call-problem.tsx';
import { Card } from '../components/card.tsx';
import { CheckVerdict } from '../components/check-verdict.tsx';
import { FitPicture } from '../components/fit-picture.tsx';
import { HardwareBars } from '../components/hardware-bars.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import { tierNames } from '../state/tiers.ts';
import { useCall } from '../state/use-call.ts';
import { useWizard } from '../state/wizard.ts';
import { FindingList } from './finding-list.tsx';

export function ReadinessPage() {
  const texts = useTexts();
  const { client } = useConnection();
  const { draft, opened, checked, setChecked, change } = useWizard();
  const [call, start] = useCall<CheckResult>();
  const { bundle, root, tier, overrides, answers } = draft;
  const withBundle = opened !== null;

  const check = useCallback(() => {
    start(
      (engine, signal) =>
        engine.check(
          {
            bundle: withBundle ? bundle : null,
            root: withBundle ? root : null,
            product: null,
            answers,
            tier,
            overrides: [...overrides],
          },
          { signal },
        ),
      setChecked,
    );
  }, [start, setChecked, withBundle, bundle, root, answers, tier, overrides]);
  useEffect(() => {
    if (client !== null) check();
  }, [client, check]);

  return (
    <>
      {opened !== null && (
        <FormGroup label={texts.t('readiness.tier')} fieldId="tier">
          <FormSelect
            id="tier"
            value={tier ?? ''}
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
      )}
      {checked !== null && <CheckVerdict checked={checked} />}
      {call.kind === 'busy' && <Busy id="checking" label={texts.t('readiness.checking')} />}
      <CallProblem call={call} />
      {checked !== null && (
        <>
          <FindingList findings={checked.findings} />
          <Card title={texts.t(opened === null ? 'hardware.plain' : 'hardware.title')}>
            <HardwareBars facts={checked.facts} tiers={opened?.product.requires.tiers ?? null} />
            {opened === null && <p className="wz-subtle">{texts.t('hardware.plainHelp')}</p>}
          </Card>
          {checked.modelFit !== null && (
            <Card title={texts.t('fit.title')}>
              <FitPicture fit={checked.modelFit} />
            </Card>
          )}
        </>
      )}
      <div>
        <Button variant="secondary" isDisabled={call.kind === 'busy' || client === null} onClick={check}>
          {texts.t('readiness.again')}
        </Button>
      </div>
    </>
  );
}
