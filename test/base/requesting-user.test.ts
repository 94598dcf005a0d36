import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requestingUser } from '../../installer/base/requesting-user.ts';

let folder: string;
let passwd: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airgap-user-'));
  passwd = join(folder, 'passwd');
  await writeFile(passwd, 'root:x:0:0:root:/root:/bin/bash\nofficer:x:1000:1000:,,,:/home/officer:/bin/bash\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([
  ['sudo says the name', { SUDO_USER: 'officer' }, 'officer'],
  ['pkexec says the number, passwd the name', { PKEXEC_UID: '1000' }, 'officer'],
  ['a number that passwd does not have stands for itself', { PKEXEC_UID: '1234' }, 'uid 1234'],
  ['what is no number is nobody', { PKEXEC_UID: 'officer' }, userInfo().username],
  ['neither: whoever runs it', {}, userInfo().username],
])('%s', (_name, env, who) => {
  expect(requestingUser(env, passwd)).toBe(who);
});
