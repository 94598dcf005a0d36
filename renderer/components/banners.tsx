import { Button } from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import { askDesktop, inDesktop, onDesktopMessage } from '../client/desktop-port.ts';
import { useConnection } from '../client/use-connection.ts';
import { useTexts } from '../i18n/use-texts.ts';
import { Notice } from './notice.tsx';

/** What holds for every page: the connection, and whether this window may change things. */
export function Banners() {
  const texts = useTexts();
  const { status, outlook, writer } = useConnection();
  const isThere = status === 'open' || status === 'refused';
  return (
    <div role="status" className="wz-banners" data-connection={status} data-outlook={outlook}>
      {!isThere && outlook === 'ended' && (
        <Notice kind="warning" title={texts.t('connection.ended')}>
          {texts.t('connection.endedHelp')}
        </Notice>
      )}
      {!isThere && outlook === 'unclear' && (
        <Notice kind="warning" title={texts.t('connection.noAnswer')}>
          {texts.t(inDesktop ? 'connection.noAnswerHelpDesktop' : 'connection.noAnswerHelp')}
        </Notice>
      )}
      {status === 'connecting' && outlook === 'soon' && <Notice kind="info" title={texts.t('connection.connecting')} />}
      {status === 'lost' && outlook === 'soon' && (
        <Notice kind="warning" title={texts.t('connection.lost')}>
          {texts.t('connection.lostHelp')}
        </Notice>
      )}
      {status === 'refused' && (
        <Notice kind="danger" title={texts.t('connection.refused')}>
          {texts.t('connection.refusedHelp')}
        </Notice>
      )}
      {status === 'open' && writer === false && (
        <Notice kind="info" title={texts.t('connection.readOnly')}>
          {texts.t('connection.readOnlyHelp')}
        </Notice>
      )}
    </div>
  );
}

/** In the desktop's window: the engine starts again with the rights that an installation needs; says so when they were refused. */
export function ElevateButton() {
  const texts = useTexts();
  const [state, setState] = useState<'idle' | 'asked' | 'refused'>('idle');
  useEffect(
    () =>
      onDesktopMessage((message) => {
        // The engine that was there goes with the wish to come back as root; one that goes without it was refused.
        if (message.desktop !== 'engine' || message.alive || message.elevated === true) return;
        setState((before) => (before === 'asked' ? 'refused' : before));
      }),
    [],
  );
  if (!inDesktop) return null;
  const ask = () => {
    setState('asked');
    askDesktop({ desktop: 'elevate' });
  };
  return (
    <>
      <Button variant="secondary" data-action="elevate" onClick={ask}>
        {texts.t('actions.elevate')}
      </Button>
      <p role="status" data-elevation={state}>
        {state === 'refused' ? texts.t('actions.elevateRefused') : ''}
      </p>
    </>
  );
}
