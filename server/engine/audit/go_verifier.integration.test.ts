import { generateKeyPairSync } from 'crypto';
import { goVerifies, whyNoGo } from '../../../test/targets/go_verifier';
import { suiteUnless } from '../../../test/targets/suite_unless';
import { checkpointText } from './checkpoint';
import { leafHash, rootOf, type Hash } from './merkle';
import { consistencyProof, inclusionProof } from './merkle_proof';
import { signNote } from './signed_note';
import { rawPublicKeyOf, verifierOf, vkeyOf } from './verifier_key';

jest.setTimeout(600_000);

const base64 = (bytes: Hash): string => Buffer.from(bytes).toString('base64');

/** A signed tree of so many records, with all its proofs. */
const signedTree = (size: number) => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const verifier = verifierOf('reflex/host/agent', rawPublicKeyOf(privateKey));
  const contents = Array.from({ length: size }, (_, number) => Buffer.from(`record ${number}`));
  const leaves = contents.map((content) => leafHash(content));
  const at = (index: number): Hash => leaves[index] as Hash;
  const root = rootOf(leaves);
  const text = checkpointText({ origin: verifier.name, size, root, extensions: ['reflex-statement sha256:00'] });
  return {
    vkey: vkeyOf(verifier),
    note: signNote(text, [{ verifier, privateKey }]),
    leaves: contents.map(base64),
    inclusion: leaves.map((_, index) => inclusionProof(at, index, size).map(base64)),
    consistency: leaves.map((_, index) => ({
      size: index + 1,
      root: base64(rootOf(leaves.slice(0, index + 1))),
      proof: consistencyProof(at, index + 1, size).map(base64),
    })),
  };
};

suiteUnless(whyNoGo())("what is signed, by Go's own verifier", () => {
  it.each([1, 2, 7, 8, 21])('is right: notes, roots and proofs of %d records', (size) => {
    expect(goVerifies(signedTree(size))).toBe(`verified reflex/host/agent, ${size} records`);
  });

  it('is not believed with anything changed', () => {
    const tree = signedTree(7);
    const [first = [], ...rest] = tree.inclusion;
    expect(() => goVerifies({ ...tree, note: tree.note.replace('\n7\n', '\n6\n') })).toThrow('note');
    expect(() => goVerifies({ ...tree, leaves: [...tree.leaves].reverse() })).toThrow('root');
    expect(() => goVerifies({ ...tree, inclusion: [[...first].reverse(), ...rest] })).toThrow('inclusion');
  });
});
