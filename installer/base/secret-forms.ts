import { escapeHtml } from './html.ts';

/**
 * How a secret may stand in a text: as it is, and in what reports, URLs, logs and HTTP headers make of it. Base64 depends on
 * how many bytes stand before the secret, as in `user:password`: all three cases.
 */
export function secretForms(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const base64 = [0, 1, 2].map((before) => base64Behind(bytes, before));
  return [
    ...new Set([
      secret,
      JSON.stringify(secret).slice(1, -1),
      escapeHtml(secret),
      encodeURIComponent(secret),
      ...base64,
      ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
      bytes.toString('hex'),
    ]),
  ];
}

/** RFC 4648, section 4: the characters that these bytes alone decide, when `before` other ones stand in front. */
function base64Behind(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .replaceAll('=', '');
  const first = Math.ceil((before * 4) / 3);
  const shared = (before + bytes.length) % 3 === 0 ? 0 : 1;
  return text.slice(first, text.length - shared);
}
