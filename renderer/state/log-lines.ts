import type { EngineEvent } from '../../installer/contract/events.ts';

export interface LogLine {
  seq: number;
  /** Milliseconds since the Unix epoch. */
  at: number;
  level: 'debug' | 'info' | 'warn' | 'error';
  source: string;
  message: string;
}

/** The lines of the log drawer: technical, in the words of the programs, the same in both languages. */
export function logLines({ seq, at, body }: EngineEvent): LogLine[] {
  const line = (level: LogLine['level'], source: string, message: string) => [{ seq, at, level, source, message }];
  switch (body.kind) {
    case 'log':
      return line(body.level, body.source, body.message);
    case 'stepStarted':
      return line('info', body.step, '…');
    case 'stepFinished':
      return line('info', body.step, `${body.outcome} (${Math.round(body.ms)} ms)`);
    case 'stepFailed':
      if (body.error.code === 'CANCELLED') return line('info', body.step, 'cancelled');
      return line('error', body.step, [body.error.code, body.error.detail].filter(Boolean).join(': '));
    case 'service':
      return line('info', body.service.service, `${body.service.state} ${body.service.detail}`.trim());
    case 'smoke':
      return line(body.result.status === 'pass' ? 'info' : 'error', body.result.id, body.result.measured);
    case 'artifact':
      return line('debug', body.artifact.type, `${body.artifact.name} ${body.artifact.digest ?? ''}`.trim());
    default:
      return [];
  }
}
