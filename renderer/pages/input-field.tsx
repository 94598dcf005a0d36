import {
  Checkbox,
  FormGroup,
  FormHelperText,
  FormSelect,
  FormSelectOption,
  HelperText,
  HelperTextItem,
  NumberInput,
  TextInput,
} from '@patternfly/react-core';
import type { Answers, ProductInput } from '../../installer/contract/product.ts';
import type { AnswersVerdict } from '../../installer/contract/wizard.ts';
import { useTexts } from '../i18n/use-texts.ts';

type Value = Answers[string];
type Problem = AnswersVerdict['problems'][number];

interface InputFieldProps {
  input: ProductInput;
  value: Value;
  problem: Problem | undefined;
  disabled: boolean;
  onChange: (value: Value) => void;
}

/** One of the product's inputs with its help and, below it, what is wrong with what was typed. */
export function InputField({ input, value, problem, disabled, onChange }: InputFieldProps) {
  const texts = useTexts();
  const id = `input-${input.id}`;
  const label = texts.pick(input.label);
  const field = (
    <Control
      id={id}
      label={label}
      input={input}
      value={value}
      invalid={problem !== undefined}
      disabled={disabled}
      onChange={onChange}
    />
  );
  return (
    <FormGroup {...(input.type === 'boolean' ? {} : { label, fieldId: id })}>
      {field}
      <FormHelperText>
        <HelperText id={`${id}-help`} aria-live="polite">
          <HelperTextItem>{texts.pick(input.help)}</HelperTextItem>
          {problem !== undefined && (
            <HelperTextItem variant="error" screenReaderText={texts.t('alert.danger')}>
              {texts.t(problem.found === '' ? 'configure.expectedOnly' : 'configure.expected', {
                expected: texts.error(problem).expected,
                found: problem.found,
              })}
            </HelperTextItem>
          )}
        </HelperText>
      </FormHelperText>
    </FormGroup>
  );
}

interface ControlProps {
  id: string;
  label: string;
  input: ProductInput;
  value: Value;
  invalid: boolean;
  disabled: boolean;
  onChange: (value: Value) => void;
}

function Control({ id, label, input, value, invalid, disabled, onChange }: ControlProps) {
  const texts = useTexts();
  const described = { 'aria-describedby': `${id}-help`, isDisabled: disabled };
  switch (input.type) {
    case 'boolean':
      return (
        <Checkbox
          id={id}
          label={label}
          isChecked={value === true}
          onChange={(_event, next) => onChange(next)}
          {...described}
        />
      );
    case 'choice':
      return (
        <FormSelect id={id} value={String(value)} onChange={(_event, next) => onChange(next)} {...described}>
          {input.options.map((option) => (
            <FormSelectOption key={option} value={option} label={option} />
          ))}
        </FormSelect>
      );
    case 'port':
    case 'integer': {
      const number = typeof value === 'number' ? value : Number(value);
      const [min, max] = input.type === 'port' ? [1, 65_535] : [input.min, input.max];
      return (
        <NumberInput
          value={number}
          min={min}
          max={max}
          inputName={id}
          inputAriaLabel={label}
          minusBtnAriaLabel={texts.t('configure.less', { label })}
          plusBtnAriaLabel={texts.t('configure.more', { label })}
          validated={invalid ? 'error' : 'default'}
          isDisabled={disabled}
          inputProps={{ id, 'aria-describedby': `${id}-help` }}
          widthChars={6}
          onMinus={() => onChange(Math.max(min, number - 1))}
          onPlus={() => onChange(Math.min(max, number + 1))}
          onChange={(event) => onChange(Number(event.currentTarget.value))}
        />
      );
    }
    default:
      return (
        <TextInput
          id={id}
          value={String(value)}
          validated={invalid ? 'error' : 'default'}
          spellCheck={false}
          autoComplete="off"
          onChange={(_event, next) => onChange(next)}
          {...described}
        />
      );
  }
}
