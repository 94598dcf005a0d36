import { Button, FormGroup, FormHelperText, HelperText, HelperTextItem, TextArea } from '@patternfly/react-core';
import { useId } from 'react';
import type { Finding } from '../../installer/contract/findings.ts';
import { longestJustification } from '../../installer/contract/justification.ts';
import { isOverridable } from '../../installer/contract/overridable.ts';
import { useTexts } from '../i18n/use-texts.ts';
import { officerOf, withOverride, withReason } from '../state/draft.ts';
import { needsOverride, reasonProblem } from '../state/overridable.ts';
import { useWizard } from '../state/wizard.ts';

/** The officer's decision to go on in spite of a finding, with a reason that stands in the report. */
export function OverrideEditor({ finding }: { finding: Finding }) {
  const texts = useTexts();
  const { draft, change, readOnly, checked } = useWizard();
  const { code } = finding;
  const taken = draft.overrides.find((each) => each.code === code);
  const takeBack = (
    <Button
      variant="link"
      isInline
      isDisabled={readOnly}
      onClick={() => change((before) => withOverride(before, code, null))}
    >
      {texts.t('override.takeBack')}
    </Button>
  );
  if (finding.status === 'accepted') {
    const { overriddenBy: by = '', justification: reason = '' } = finding.params;
    return (
      <p data-override="taken">
        {texts.shared('counts.acceptedBy', { by, reason })} {takeBack}
      </p>
    );
  }
  // While the machine is looked at again with the decision: it has been made, and not been judged yet.
  if (taken !== undefined && checked === null && finding.status === 'fail' && isOverridable(finding)) {
    return (
      <p>
        {texts.t('override.taken', { reason: taken.justification })} {takeBack}
      </p>
    );
  }
  if (!needsOverride(finding)) return null;
  const reason = draft.reasons[code];
  if (reason === undefined) {
    return (
      <p>
        {taken !== undefined && <>{texts.t('override.outdated', { reason: taken.justification })} </>}
        <Button
          variant="link"
          isInline
          isDisabled={readOnly}
          data-override="open"
          onClick={() => change((before) => withReason(before, code, ''))}
        >
          {texts.t('override.open', { check: texts.finding(finding).title })}
        </Button>
      </p>
    );
  }
  return <ReasonField finding={finding} reason={reason} />;
}

function ReasonField({ finding: { code }, reason }: { finding: Finding; reason: string }) {
  const texts = useTexts();
  const id = useId();
  const { draft, change, seen, readOnly } = useWizard();
  const justification = reason.trim();
  const officer = officerOf(draft);
  const problem = reasonProblem(justification);
  const words =
    problem !== null
      ? texts.t(`override.${problem.kind}`, { count: problem.count })
      : officer === null
        ? texts.t('override.nameFirst')
        : texts.t('override.recorded', { name: officer.name });
  return (
    <FormGroup label={texts.t('override.reason')} fieldId={id} isRequired>
      <TextArea
        id={id}
        value={reason}
        rows={5}
        isDisabled={readOnly}
        validated={problem?.kind === 'long' ? 'error' : 'default'}
        resizeOrientation="vertical"
        aria-describedby={`${id}-help`}
        onChange={(_event, value) => change((before) => withReason(before, code, value.slice(0, longestTyped)))}
      />
      <FormHelperText>
        <HelperText id={`${id}-help`} aria-live="polite">
          <HelperTextItem {...(problem?.kind === 'long' ? { variant: 'error' as const } : {})}>{words}</HelperTextItem>
          <HelperTextItem>
            {texts.t('override.length', {
              length: texts.number(justification.length),
              longest: texts.number(longestJustification),
            })}
          </HelperTextItem>
        </HelperText>
      </FormHelperText>
      <div className="wz-row">
        <Button
          variant="warning"
          isDisabled={problem !== null || officer === null || readOnly}
          onClick={() => {
            const about = (seen?.findings ?? []).filter((each) => each.code === code && each.status === 'fail');
            change((before) => withOverride(before, code, justification, about));
          }}
        >
          {texts.t('override.accept')}
        </Button>
        <Button
          variant="link"
          data-override="cancel"
          onClick={() => change((before) => withReason(before, code, null))}
        >
          {texts.t('actions.back')}
        </Button>
        {officer === null && (
          <Button
            variant="link"
            data-override="name"
            onClick={() => change((before) => ({ ...before, page: 'start' }))}
          >
            {texts.t('override.toName')}
          </Button>
        )}
      </div>
    </FormGroup>
  );
}

/** Beyond this nothing is taken; what is longer than a justification may be is said long before. */
const longestTyped = 2000;
