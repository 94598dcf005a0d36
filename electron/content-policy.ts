/**
 * https://www.w3.org/TR/CSP3/: everything is the wizard's own or nothing. No inline script, no eval, no frame, no form,
 * no base; a picture may be a data: URL because the components' style sheets draw their arrows so.
 */
export const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A report's page: its own style sheet stands inside it, and it has no script. */
export const reportPolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  'font-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
