import { FormGroup, FormHelperText, HelperText, HelperTextItem, TextInput } from '@patternfly/react-core';
import { useTexts } from '../i18n/use-texts.ts';
import { useWizard } from '../state/wizard.ts';
import { Card } from './card.tsx';

/** Who answers for what is decided here: asked once, and named beside each decision and in the report. */
export function OfficerCard() {
  const texts = useTexts();
  return (
    <Card id="officer" title={texts.t('officer.title')}>
      <OfficerField name="name" />
      <OfficerField name="office" />
    </Card>
  );
}

function OfficerField({ name }: { name: 'name' | 'office' }) {
  const texts = useTexts();
  const { draft, change, readOnly } = useWizard();
  const id = `officer-${name}`;
  return (
    <FormGroup label={texts.t(`officer.${name}`)} fieldId={id}>
      <TextInput
        id={id}
        value={draft.officer[name]}
        maxLength={100}
        isDisabled={readOnly}
        autoComplete="off"
        aria-describedby={`${id}-help`}
        onChange={(_event, value) => change((before) => ({ ...before, officer: { ...before.officer, [name]: value } }))}
      />
      <FormHelperText>
        <HelperText id={`${id}-help`}>
          <HelperTextItem>{texts.t(`officer.${name}Help`)}</HelperTextItem>
        </HelperText>
      </FormHelperText>
    </FormGroup>
  );
}
