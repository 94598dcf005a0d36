/** One line on standard error, where a terminal or the desktop's own log shows it. Never a secret, never a message's content. */
export function log(what: string, detail: Record<string, string | number | boolean | null> = {}): void {
  process.stderr.write(`airgap-desktop ${what} ${JSON.stringify(detail)}\n`);
}
