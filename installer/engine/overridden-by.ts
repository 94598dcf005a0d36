import type { Officer } from '../contract/requests.ts';

/** Name and office as they stand beside a decision; nothing when nobody was named, so that the login name is taken. */
export function overriddenBy({ officer }: { officer: Officer | null }): { overriddenBy?: string } {
  if (officer === null) return {};
  return { overriddenBy: [officer.name, officer.office].filter((part) => part !== '').join(', ') };
}
