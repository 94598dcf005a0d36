import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

export interface Question {
  signature: string | Buffer;
  message: Buffer;
  namespace: string;
  /** Lines `ssh-ed25519 AAAA…` of the keys that may have signed. */
  allowed: readonly string[];
}

/**
 * What `ssh-keygen -Y verify` of Debian's openssh-client says, for any number of signatures, some at a time. Where there is no
 * ssh-keygen it throws: that is no verdict.
 */
export async function askSshKeygen(questions: readonly Question[]): Promise<boolean[]> {
  const dir = await mkdtemp(join(tmpdir(), 'airgap-sshsig-'));
  const verdicts: boolean[] = [];
  const waiting = [...questions.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, question] = next;
      verdicts[index] = await ask(dir, String(index), question);
    }
  };
  try {
    await Promise.all([work(), work(), work()]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return verdicts;
}

async function ask(dir: string, name: string, question: Question): Promise<boolean> {
  await writeFile(join(dir, `${name}.sig`), question.signature);
  await writeFile(join(dir, `${name}.allowed`), question.allowed.map((line) => `vendor ${line}\n`).join(''));
  const args = ['-Y', 'verify', '-f', `${name}.allowed`, '-I', 'vendor', '-n', question.namespace, '-s', `${name}.sig`];
  // it may refuse before it has read its input, which execa does not take for a failure of ours
  const { exitCode, cause } = await execa('ssh-keygen', args, { cwd: dir, input: question.message, reject: false });
  if (exitCode !== 0 && exitCode !== 255) throw cause ?? new Error(`ssh-keygen ended with ${exitCode}`);
  return exitCode === 0;
}

/** Signs as `ssh-keygen -Y sign` does. */
export async function signWithSshKeygen(
  keyFile: string,
  message: Buffer,
  namespace: string,
  hash: 'sha256' | 'sha512',
): Promise<string> {
  const args = ['-Y', 'sign', '-q', '-n', namespace, '-O', `hashalg=${hash}`, '-f', keyFile];
  const { stdout } = await execa('ssh-keygen', args, { input: message, stripFinalNewline: false });
  return stdout;
}
