import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import type { EngineClient } from '../client/transport.ts';
import { useTexts } from '../i18n/use-texts.ts';
import { useCall } from '../state/use-call.ts';
import { CallProblem } from './call-problem.tsx';
import { Notice } from './notice.tsx';
import { PathField } from './path-field.tsx';

export interface Saved {
  files: readonly string[];
  /** False: whoever has the medium can read it. */
  private?: boolean;
}

interface SaveFieldProps {
  /** Of the path; the button and the answer have it with a suffix. */
  id: string;
  label: string;
  help: string;
  button: string;
  disabled: boolean;
  save: (client: EngineClient, dir: string) => Promise<Saved>;
}

/** A folder, a button, and where the files then lie. */
export function SaveField({ id, label, help, button, disabled, save }: SaveFieldProps) {
  const texts = useTexts();
  const [dir, setDir] = useState('');
  const [call, start] = useCall<Saved>();
  return (
    <>
      <PathField id={id} label={label} help={help} value={dir} onChange={setDir} />
      <div>
        <Button
          id={`${id}-save`}
          variant="secondary"
          isDisabled={disabled || dir === '' || call.kind === 'busy'}
          onClick={() => start((client) => save(client, dir))}
        >
          {button}
        </Button>
      </div>
      <CallProblem call={call} />
      {call.kind === 'done' && (
        <Notice
          id={`${id}-saved`}
          kind={call.value.private === false ? 'warning' : 'success'}
          title={call.value.private === false ? texts.t('save.notPrivate') : texts.t('save.done')}
        >
          <p className="wz-mono">{call.value.files.join('\n')}</p>
        </Notice>
      )}
    </>
  );
}
