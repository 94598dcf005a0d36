import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

export interface Certificates {
  /** PEM of the authority. */
  ca: string;
  certificate: string;
  key: string;
}

/** A private authority and a certificate of it for 127.0.0.1, by openssl. */
export async function makeCertificates(dir: string): Promise<Certificates> {
  const path = (name: string) => join(dir, name);
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await execa('openssl', [
    ...['req', '-x509', ...ec, '-days', '30', '-subj', '/CN=test authority'],
    ...['-addext', 'keyUsage=critical,keyCertSign', '-keyout', path('ca.key'), '-out', path('ca.pem')],
  ]);
  await execa('openssl', [
    ...['req', ...ec, '-subj', '/CN=127.0.0.1', '-keyout', path('server.key'), '-out', path('server.csr')],
  ]);
  await writeFile(path('extensions'), 'subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n');
  await execa('openssl', [
    ...['x509', '-req', '-in', path('server.csr'), '-CA', path('ca.pem'), '-CAkey', path('ca.key'), '-CAcreateserial'],
    ...['-days', '30', '-extfile', path('extensions'), '-out', path('server.pem')],
  ]);
  return { ca: path('ca.pem'), certificate: path('server.pem'), key: path('server.key') };
}
