const begin = '-----BEGIN SSH SIGNATURE-----\n';
const end = /\n-----END SSH SIGNATURE-----\n?$/;
const base64Lines = /^(?:[A-Za-z0-9+/]{1,76}\n)*[A-Za-z0-9+/]{1,76}={0,2}$/;

/**
 * The blob inside an armored SSHSIG (PROTOCOL.sshsig, section 1), undefined where the armor is not exactly what
 * `ssh-keygen -Y sign` writes: nothing before or after it, no other white space, base64 in its one canonical form.
 */
export function dearmor(text: string): Buffer | undefined {
  if (!text.startsWith(begin) || !end.test(text)) return undefined;
  const body = text.slice(begin.length).replace(end, '');
  if (!base64Lines.test(body)) return undefined;
  const base64 = body.replaceAll('\n', '');
  const blob = Buffer.from(base64, 'base64');
  return blob.toString('base64') === base64 ? blob : undefined;
}
