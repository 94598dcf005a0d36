import { Form } from '@patternfly/react-core';
import { useEffect } from 'react';
import type { AnswersVerdict } from '../../installer/contract/wizard.ts';
import { useConnection } from '../client/use-connection.ts';
import { CallProblem } from '../components/call-problem.tsx';
import { Card } from '../components/card.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import { useCall } from '../state/use-call.ts';
import { useWizard } from '../state/wizard.ts';
import { BundleGate } from './bundle-gate.tsx';
import { InputField } from './input-field.tsx';

const typingMs = 300;

export function ConfigurePage({ onVerdict }: { onVerdict: (valid: boolean) => void }) {
  const texts = useTexts();
  const { client } = useConnection();
  const { draft, change, opened, readOnly } = useWizard();
  const [call, start] = useCall<AnswersVerdict>();
  const { answers } = draft;

  useEffect(() => {
    onVerdict(false);
    if (client === null || opened === null) return;
    const { inputs, ports, registry } = opened.product;
    const timer = setTimeout(() => {
      start(
        (engine, signal) => engine.answers.validate({ product: { inputs, ports, registry }, answers }, { signal }),
        (verdict) => onVerdict(verdict.problems.length === 0),
      );
    }, typingMs);
    return () => clearTimeout(timer);
  }, [client, opened, answers, start, onVerdict]);

  if (opened === null) return <BundleGate />;
  const problems = call.kind === 'done' ? call.value.problems : [];
  return (
    <>
      <BundleGate />
      <Card title={texts.t('configure.settings')}>
        <p>{texts.t('configure.help')}</p>
        <Form onSubmit={(event) => event.preventDefault()}>
          {opened.product.inputs.map((input) => (
            <InputField
              key={input.id}
              input={input}
              disabled={readOnly}
              value={answers[input.id] ?? input.default}
              problem={problems.find(({ key }) => key === input.id)}
              onChange={(value) =>
                change((before) => ({ ...before, answers: { ...before.answers, [input.id]: value } }))
              }
            />
          ))}
        </Form>
        <CallProblem call={call} />
        <p role="status">{problems.length > 0 ? texts.t('configure.problems', { count: problems.length }) : ''}</p>
      </Card>
      <Card title={texts.t('configure.secrets')}>
        <p>{texts.t('configure.secretsHelp')}</p>
        <ul>
          {opened.product.secrets.map(({ env, purpose }) => (
            <li key={env}>
              {texts.pick(purpose)} <span className="wz-subtle wz-mono">{env}</span>
            </li>
          ))}
        </ul>
      </Card>
    </>
  );
}
