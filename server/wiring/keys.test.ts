import { existsSync, readFileSync, statSync, writeFileSync } from 'fs';
import { join } from 'path';
import { aKeyPair } from '../../test/builders/policies';
import { temporaryFolder } from '../../test/contracts/temporary_folder';
import { signingSettings } from '../hosts/settings/signing';
import { loadKeys } from './keys';

const [one, two] = [aKeyPair(), aKeyPair()];
let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ folder, remove } = temporaryFolder());
});
afterEach(() => remove());

const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
type SigningFile = NonNullable<Parameters<typeof signingSettings>[0]>;
const load = async (settings: SigningFile = {}, env: NodeJS.ProcessEnv = {}) => {
  const { signers, trust } = await loadKeys(signingSettings(settings), folder, env);
  return { signs: signers.map(({ keyId }) => keyId), trusts: trust.keys.map(({ keyId }) => keyId), trust };
};
const inOneLine = (pem: string): string => pem.replace(/\n/g, '\\n');

describe('the keys of a host', () => {
  it('are made by itself where nobody configured any, kept, and readable by nobody else', async () => {
    const first = await load();
    expect(first.signs).toEqual(first.trusts);
    expect(await load()).toMatchObject({ signs: first.signs });
    expect(statSync(join(folder, 'keys', 'signing.pem')).mode & 0o777).toBe(0o600);
  });

  it.each<readonly [string, () => SigningFile, NodeJS.ProcessEnv]>([
    ['a file', () => ({ private_key_file: file('k', one.privatePem) }), {}],
    ['the settings, which a keystore fills', () => ({ private_key: inOneLine(one.privatePem) }), {}],
    ['the environment', () => ({}), { REFLEX_SIGNING_KEY: inOneLine(one.privatePem) }],
    ['the environment as it is', () => ({}), { REFLEX_SIGNING_KEY: one.privatePem }],
  ])('come from %s', async (_where, settings, env) => {
    expect(await load(settings(), env)).toMatchObject({ signs: [one.signing.keyId], trusts: [one.signing.keyId] });
    expect(existsSync(join(folder, 'keys'))).toBe(false);
  });

  it('come from the file before the settings, and from the settings before the environment', async () => {
    const settings = { private_key: one.privatePem };
    expect((await load(settings, { REFLEX_SIGNING_KEY: two.privatePem })).signs).toEqual([one.signing.keyId]);
    expect((await load({ ...settings, private_key_file: file('k', two.privatePem) })).signs).toEqual([
      two.signing.keyId,
    ]);
  });

  it('may be public ones only: then nothing is signed here, and none is made', async () => {
    expect(await load({ public_keys: [one.publicPem] })).toMatchObject({ signs: [], trusts: [one.signing.keyId] });
    expect(existsSync(join(folder, 'keys'))).toBe(false);
  });

  it('have times and revocations, and one key that is named twice is one', async () => {
    const { trust } = await load({
      public_keys: [one.publicPem],
      keys: [
        { public_key: one.publicPem, not_after: '2027-01-01T00:00:00.000Z' },
        { public_key_file: file('two.pem', two.publicPem), revoked: true },
      ],
      threshold: 2,
      freshness_keys: [one.signing.keyId],
    });
    expect(trust).toMatchObject({
      threshold: 2,
      freshnessKeys: [one.signing.keyId],
      keys: [
        { keyId: one.signing.keyId, revoked: false, notAfter: Date.parse('2027-01-01T00:00:00.000Z') },
        { keyId: two.signing.keyId, revoked: true },
      ],
    });
  });

  it.each<readonly [string, () => SigningFile, string]>([
    ['a private key that is none', () => ({ private_key: 'hello' }), '`signing.private_key` cannot be used'],
    [
      'a file that is not there',
      () => ({ private_key_file: join(folder, 'none') }),
      '`signing.private_key_file` cannot be read',
    ],
    ['a public key that is none', () => ({ public_keys: [one.publicPem, 'hello'] }), '`signing.public_keys.1`'],
    ['a key without its text', () => ({ keys: [{ revoked: true }] }), '`signing.keys.0` needs either'],
    [
      'a threshold that nobody can reach',
      () => ({ public_keys: [one.publicPem], threshold: 2 }),
      'only 1 keys are trusted',
    ],
  ])('are refused for %s, without a word of the key', async (_what, settings, words) => {
    const failed = await load(settings()).catch((cause: Error) => cause.message);
    expect(failed).toContain(words);
    expect(failed).not.toContain(readFileSync(file('x', one.privatePem), 'utf8').split('\n')[1]);
  });

  it('are asked of a signer that the settings name, and believed by its public key', async () => {
    const signer = { socket: join(folder, 'socket'), public_key_file: file('signer.pub', one.publicPem) };
    const { signs, trusts } = await load({ signer });
    expect([signs, trusts]).toEqual([[one.verification.keyId], [one.verification.keyId]]);
    expect(existsSync(join(folder, 'keys', 'signing.pem'))).toBe(false);
    const both = { signer, private_key: inOneLine(one.privatePem) };
    await expect(load(both)).rejects.toThrow(/take the private key out/);
    await expect(load({ signer: { ...signer, public_key_file: join(folder, 'none') } })).rejects.toThrow(
      /cannot be read/,
    );
    await expect(load({ signer: { ...signer, public_key_file: file('x', 'x') } })).rejects.toThrow(/cannot be used/);
  });
});
