import { FormGroup, FormHelperText, HelperText, HelperTextItem, TextInput } from '@patternfly/react-core';
import { useId } from 'react';

interface PathFieldProps {
  id?: string;
  label: string;
  help: string;
  value: string;
  onChange: (value: string) => void;
  disabled?: boolean;
}

/** A path on this machine, typed or pasted. */
export function PathField({ id: given, label, help, value, onChange, disabled = false }: PathFieldProps) {
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
        aria-describedby={`${id}-help`}
        onChange={(_event, next) => onChange(next)}
      />
      <FormHelperText>
        <HelperText id={`${id}-help`}>
          <HelperTextItem>{help}</HelperTextItem>
        </HelperText>
      </FormHelperText>
    </FormGroup>
  );
}
