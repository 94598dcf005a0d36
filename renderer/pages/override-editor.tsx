import { Button, FormGroup, FormHelperText, HelperText, HelperTextItem, TextArea } from '@patternfly/react-core';
import { useId, useState } from 'react';
import type { Finding } from '../../installer/contract/findings.ts';
import { isOverridable } from '../../installer/contract/overridable.ts';
import { useTexts } from '../i18n/use-texts.ts';
import { withOverride } from '../state/draft.ts';
import { longestJustification, needsOverride, shortestJustification } from '../state/overridable.ts';
import { useWizard } from '../state/wizard.ts';

/** The officer's decision to go on in spite of a finding, with a reason that stands in the report. */
export function OverrideEditor({ finding }: { finding: Finding }) {
  const texts = useTexts();
  const id = useId();
  const { draft, change } = useWizard();
  const [reason, setReason] = useState<string | null>(null);
  const taken = draft.overrides.find(({ code }) => code === finding.code);
  // Also while the machine is looked at again with the decision: it has been made.
  if (taken !== undefined && finding.status !== 'pass' && isOverridable(finding)) {
    return (
      <p data-override="taken">
        {texts.t('override.taken', { reason: taken.justification })}{' '}
        <Button variant="link" isInline onClick={() => change((before) => withOverride(before, finding.code, null))}>
          {texts.t('override.takeBack')}
        </Button>
      </p>
    );
  }
  if (!needsOverride(finding)) return null;
  if (reason === null) {
    return (
      <p>
        <Button variant="link" isInline data-override="open" onClick={() => setReason('')}>
          {texts.t('override.open', { check: texts.finding(finding).title })}
        </Button>
      </p>
    );
  }
  const justification = reason.trim();
  const missing = shortestJustification - justification.length;
  return (
    <FormGroup label={texts.t('override.reason')} fieldId={id} isRequired>
      <TextArea
        id={id}
        value={reason}
        maxLength={longestJustification}
        resizeOrientation="vertical"
        aria-describedby={`${id}-help`}
        onChange={(_event, value) => setReason(value)}
      />
      <FormHelperText>
        <HelperText id={`${id}-help`}>
          <HelperTextItem>
            {missing > 0 ? texts.t('override.short', { count: missing }) : texts.t('override.recorded')}
          </HelperTextItem>
        </HelperText>
      </FormHelperText>
      <div className="wz-row">
        <Button
          variant="warning"
          isDisabled={missing > 0}
          onClick={() => {
            change((before) => withOverride(before, finding.code, justification));
            setReason(null);
          }}
        >
          {texts.t('override.accept')}
        </Button>
        <Button variant="link" data-override="cancel" onClick={() => setReason(null)}>
          {texts.t('actions.back')}
        </Button>
      </div>
    </FormGroup>
  );
}
