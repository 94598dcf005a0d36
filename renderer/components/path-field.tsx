import { FormGroup, FormHelperText, HelperText, HelperTextItem, TextInput } from '@patternfly/react-core';
import { type ReactNode, useId } from 'react';
import { useTexts } from '../i18n/use-texts.ts';

interface PathFieldProps {
  id?: string;
  label: string;
  help: string;
  value: string;
  onChange: (value: string) => void;
  disabled?: boolean;
  /** What is wrong with the path, and a way on. */
  problem?: ReactNode;
}

/** A path on this machine, typed or pasted. */
export function PathField({ id: given, label, help, value, onChange, disabled = false, problem }: PathFieldProps) {
  const texts = useTexts();
  const made = useId();
  const id = given ?? made;
  return (
    <FormGroup label={label} fieldId={id}>
      <TextInput
        id={id}
        value={value}
        isDisabled={disabled}
        spellCheck={false}
        autoComplete="off"
        validated={problem === undefined ? 'default' : 'error'}
        aria-describedby={`${id}-help`}
        onChange={(_event, next) => onChange(next)}
      />
      <FormHelperText>
        <HelperText id={`${id}-help`} aria-live="polite">
          <HelperTextItem>{help}</HelperTextItem>
          {problem !== undefined && (
            <HelperTextItem variant="error" screenReaderText={texts.t('alert.danger')} data-testid={`${id}-problem`}>
              {problem}
            </HelperTextItem>
          )}
        </HelperText>
      </FormHelperText>
    </FormGroup>
  );
}
