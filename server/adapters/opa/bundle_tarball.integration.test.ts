import { writeFileSync } from 'fs';
import { join } from 'path';
import type { BundleFiles } from '../../../common/policy/bundle';
import { aRelease, POLICY, put, textOf, without } from '../../../test/builders/bundles';
import { aKeyPair } from '../../../test/builders/policies';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { opa, whyNotOpa, type OpaAnswer } from '../../../test/targets/opa';
import { MANIFEST, SIGNATURES } from '../../engine/policy/bundle_files';
import { signBundle, withSignatures } from '../../engine/policy/sign_bundle';
import { bundleTarball } from './bundle_tarball';

/* What Reflex signs, Open Policy Agent itself verifies and inspects. */

const why = whyNotOpa();

const [keys, others, stranger] = [aKeyPair(), aKeyPair(), aKeyPair()];
const { files } = aRelease(7, [keys, others], {
  changelog: 'a „changelog“ with ‘quotes’, <tags> & \u2028 ends of lines',
});
const { folder, remove } = temporaryFolder();
afterAll(remove);

let written = 0;
const tarball = (content: BundleFiles): string => {
  const path = join(folder, `bundle-${(written += 1)}.tar.gz`);
  writeFileSync(path, bundleTarball.pack(content));
  return path;
};
const keyFile = (pair: typeof keys): string => {
  const path = join(folder, `${pair.signing.keyId}.pem`);
  writeFileSync(path, pair.publicPem);
  return path;
};
const verify = (bundle: string, by = keys): OpaAnswer =>
  opa([
    'build',
    '--bundle',
    '--signing-alg',
    'ES256',
    '--verification-key',
    keyFile(by),
    '-o',
    join(folder, 'out.tar.gz'),
    bundle,
  ]);

const flipped = (content: BundleFiles, path: string, at = -3): BundleFiles => {
  const bytes = Buffer.from(content.get(path) ?? []);
  const place = at < 0 ? bytes.length + at : at;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  return put(content, path, bytes);
};

(why === undefined ? describe : describe.skip)(`a bundle for Open Policy Agent${why ? ` (${why})` : ''}`, () => {
  it('is verified by it', () => {
    expect(verify(tarball(files))).toMatchObject({ exit: 0 });
  });

  it('is inspected by it: revision, roots, and what the statement says', () => {
    const { exit, text } = opa(['inspect', '--format', 'json', tarball(files)]);
    const { manifest } = JSON.parse(text) as { manifest: Record<string, unknown> };
    expect([exit, manifest.revision, manifest.roots]).toEqual([
      0,
      expect.stringMatching(/^7-[0-9a-f]{12}$/),
      ['reflex'],
    ]);
    expect(manifest.metadata).toMatchObject({ reflex: { version: 7, author: 'ana' } });
  });

  it.each<readonly [string, () => BundleFiles]>([
    ['one byte of a policy differs', () => flipped(files, POLICY)],
    [
      'one byte of the manifest differs',
      () => put(files, MANIFEST, textOf(files, MANIFEST).replace('"version":7', '"version":8')),
    ],
    ['one byte of the signature differs', () => flipped(files, SIGNATURES, 300)],
    ['a policy is missing', () => without(files, POLICY)],
    ['a file is added', () => put(files, 'reflex/policies/action/extra.yaml', 'kind: Policy')],
    ['the signature is missing', () => without(files, SIGNATURES)],
    ['no signature is in the list', () => withSignatures(files, [])],
    ['a stranger signed it', () => signBundle(files, [stranger.signing])],
    [
      'a stranger signed it in the name of the key',
      () => signBundle(files, [{ ...stranger.signing, keyId: keys.signing.keyId }]),
    ],
  ])('is refused by it when %s', (_what, changed) => {
    const { exit, text } = verify(tarball(changed()));
    expect(exit).not.toBe(0);
    expect(text).not.toBe('');
  });

  it('is refused for its signature alone: under the key of the stranger it is verified', () => {
    expect(verify(tarball(signBundle(files, [stranger.signing])), stranger)).toMatchObject({ exit: 0 });
  });

  it('is refused by it under another key', () => {
    expect(verify(tarball(aRelease(7, [others]).files)).exit).not.toBe(0);
  });
});
