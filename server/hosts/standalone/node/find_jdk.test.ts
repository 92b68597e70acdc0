import { chmodSync, mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { temporaryFolder } from '../../../../test/contracts/temporary_folder';
import { findJdk } from './find_jdk';

const { folder, remove } = temporaryFolder();
afterAll(remove);

/** A `java` that says of itself what a real one says. */
const fakeJava = (home: string, version: number): string => {
  mkdirSync(join(folder, home, 'bin'), { recursive: true });
  const program = join(folder, home, 'bin/java');
  writeFileSync(
    program,
    `#!/bin/sh\necho '    java.home = ${join(folder, home)}' >&2\necho '    java.specification.version = ${version}' >&2\n`,
  );
  chmodSync(program, 0o755);
  return join(folder, home);
};

describe('finding a Java', () => {
  it('takes JAVA_HOME before others, and passes over one that is too old', async () => {
    const [old, named] = [fakeJava('old', 17), fakeJava('usual/named', 21)];
    const env = { PATH: join(old, 'bin'), JAVA_HOME: named, REFLEX_JVM_FOLDERS: '' };
    expect(await findJdk(env, undefined)).toEqual({ home: named, version: 21 });
    expect(await findJdk({ ...env, JAVA_HOME: old }, undefined)).toBeUndefined();
  });

  it('looks into the usual folders', async () => {
    const home = fakeJava('usual/jdk-25', 25);
    const env = { PATH: '', REFLEX_JVM_FOLDERS: join(folder, 'usual') };
    expect(['named', 'jdk-25'].map((name) => join(folder, 'usual', name))).toContain(
      (await findJdk(env, undefined))?.home,
    );
    expect(home).toContain('jdk-25');
  });
});
