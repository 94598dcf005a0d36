import type { Finding } from '../contract/findings.ts';
import type { ProxySetting } from '../ports/runtime.ts';

/** A warning per place that names a proxy; one finding that passes where none does. Decides nothing: no container gets one. */
export function assessProxies(settings: readonly ProxySetting[]): Finding[] {
  const common = { code: 'PROXY', unit: 'text', expected: null } as const;
  if (settings.length === 0) return [{ ...common, status: 'pass', subject: '', found: null, params: {} }];
  return settings.map(({ source, name, proxy }) => ({
    ...common,
    status: 'warn',
    subject: name,
    found: proxy,
    params: source === 'file' ? {} : { kind: source },
  }));
}
