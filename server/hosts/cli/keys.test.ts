import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { aRelease } from '../../../test/builders/bundles';
import { aKeyPair } from '../../../test/builders/policies';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { verifyBundle } from '../../engine/policy/verify_bundle';
import { loadKeys } from '../../wiring/keys';
import { agentFolderIn, trustedFolder } from '../key_files';
import { signingSettings } from '../settings/signing';
import { showKey, trustKey } from './keys';

/* Two hosts that were set up without a word about keys, each with a folder of its own. */

let first: ReturnType<typeof temporaryFolder>;
let second: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  first = temporaryFolder();
  second = temporaryFolder();
});
afterEach(() => {
  first.remove();
  second.remove();
});

const keysOf = ({ folder }: typeof first) => loadKeys(signingSettings(), folder);
const shown = (): string => {
  const path = join(second.folder, 'first.pem');
  writeFileSync(path, showKey(first.folder).lines.join('\n'));
  return path;
};

describe('two hosts without a word about keys', () => {
  it('do not believe each other: the second one decides nothing by what the first one signs', async () => {
    const [one, two] = [await keysOf(first), await keysOf(second)];
    expect(one.signers[0]?.keyId).not.toBe(two.signers[0]?.keyId);
    const { files } = aRelease(
      1,
      one.signers.flatMap(({ held }) => (held ? [{ ...aKeyPair(), signing: held }] : [])),
    );
    expect(verifyBundle(files, one.trust).ok).toBe(true);
    expect(verifyBundle(files, two.trust)).toMatchObject({ ok: false, error: { code: 'unknown_key' } });
  });

  it('trust one key once a person said so at the second one, which then only checks', async () => {
    const one = await keysOf(first);
    await keysOf(second);
    expect(trustKey(second.folder, shown())).toMatchObject({ exit: 0 });
    const two = await keysOf(second);
    expect(two.trust.keys.map(({ keyId }) => keyId)).toEqual(one.signers.map(({ keyId }) => keyId));
    expect(two.signers).toEqual([]);
    const { files } = aRelease(
      1,
      one.signers.flatMap(({ held }) => (held ? [{ ...aKeyPair(), signing: held }] : [])),
    );
    expect(verifyBundle(files, two.trust).ok).toBe(true);
  });

  it('trust a key in one host alone', async () => {
    await keysOf(first);
    const before = await keysOf(first);
    trustKey(second.folder, shown());
    expect(await keysOf(first)).toMatchObject({ signers: [{ keyId: before.signers[0]?.keyId }] });
  });
});

describe('a key that is shown or trusted', () => {
  it('is told to be missing where the settings name it, or the folder is another one', () => {
    expect(showKey(first.folder)).toMatchObject({ exit: 2, lines: [expect.stringContaining('no signing key')] });
  });

  it.each<[note: string, content: () => string, why: RegExp]>([
    ['is no key', () => 'hello', /cannot be trusted/],
    ['is a private one', () => aKeyPair().privatePem, /a private key, which stays where it is/],
  ])('is refused if it %s', (_note, content, why) => {
    const path = join(first.folder, 'key.pem');
    writeFileSync(path, content());
    expect(trustKey(second.folder, path).lines.join()).toMatch(why);
    const trusted = trustedFolder(second.folder);
    expect(existsSync(trusted) ? readdirSync(trusted) : []).toEqual([]);
  });

  it('is not believed if the file was damaged since: the host does not start', async () => {
    mkdirSync(trustedFolder(first.folder), { recursive: true });
    writeFileSync(join(trustedFolder(first.folder), 'x.pem'), 'hello');
    await expect(keysOf(first)).rejects.toThrow('the trusted key `x.pem` cannot be used');
  });
});

describe('the folder of an agent', () => {
  it('is the one within the data of a standalone host, and the data folder of Dashboards itself', () => {
    expect(agentFolderIn(first.folder)).toBe(join(first.folder, 'agent'));
    writeFileSync(join(first.folder, 'memory.json'), '{}');
    expect(agentFolderIn(first.folder)).toBe(first.folder);
  });
});
