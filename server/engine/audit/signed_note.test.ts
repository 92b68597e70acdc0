import { createPrivateKey, generateKeyPairSync } from 'crypto';
import vectors from '../../../test/samples/audit/signed_notes.json';
import { checkpointText, parseCheckpoint } from './checkpoint';
import { leafHash } from './merkle';
import { openNote, parseNote, signNote } from './signed_note';
import { parseVkey, rawPublicKeyOf, verifierOf, vkeyOf, type VerifierKey } from './verifier_key';

const { signed, checkpoint } = vectors;

const keyIn = (text: string): VerifierKey => {
  const read = parseVkey(text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
};

/** The private key of a published vector: a type byte and the seed (RFC 8032). */
const seedKey = (skey: string) => {
  const seed = Buffer.from(skey.split('+').slice(4).join('+'), 'base64').subarray(1);
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
};

const aSigner = (name: string) => {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { verifier: verifierOf(name, rawPublicKeyOf(privateKey)), privateKey };
};

describe('keys of signed notes', () => {
  it.each([signed.vkey, ...vectors.vkeys])('are read and written: %s', (text) => {
    expect(vkeyOf(keyIn(text))).toBe(text);
  });

  it.each([
    ...vectors.otherTypes,
    '',
    'PeterNeumann+c74f20a3',
    signed.vkey.replace('c74f20a3', 'c74f20a4'),
    signed.vkey.replace('PeterNeumann', 'PeterNeuman'),
    signed.vkey.replace('PeterNeumann', 'Peter Neumann'),
    signed.vkey.slice(0, -1),
  ])('are refused where they are not whole: %s', (text) => {
    expect(parseVkey(text)).toMatchObject({ ok: false });
  });
});

describe('signed notes', () => {
  it('are signed as published', () => {
    const signer = { verifier: keyIn(signed.vkey), privateKey: seedKey(signed.skey) };
    expect(vkeyOf(verifierOf('PeterNeumann', rawPublicKeyOf(signer.privateKey)))).toBe(signed.vkey);
    expect(signNote(signed.text, [signer])).toBe(signed.whole);
  });

  it('are opened by the key that signed', () => {
    const key = keyIn(signed.vkey);
    expect(openNote(signed.whole, [key])).toEqual({ ok: true, value: { text: signed.text, by: [key] } });
  });

  it('are opened with more than one signature, and by unknown keys besides', () => {
    const [one, two, three] = [aSigner('one'), aSigner('two'), aSigner('three')];
    const whole = signNote('text\n\nwith an empty line\n', [one, two, three]);
    const opened = openNote(whole, [three.verifier, one.verifier]);
    expect(opened).toEqual({
      ok: true,
      value: { text: 'text\n\nwith an empty line\n', by: [one.verifier, three.verifier] },
    });
  });

  it('are not believed without a known key, nor with a wrong signature of one', () => {
    const other = aSigner('PeterNeumann');
    expect(openNote(signed.whole, [other.verifier])).toMatchObject({
      ok: false,
      error: expect.stringContaining('no key'),
    });
    for (const from of ['you', 'x08go/ZJ'])
      expect(
        openNote(signed.whole.replace(from, from === 'you' ? 'You' : 'x08go/ZK'), [keyIn(signed.vkey)]),
      ).toMatchObject({
        ok: false,
        error: expect.stringContaining('does not fit'),
      });
  });

  it.each([
    ['no signature', 'text\n'],
    ['no text', `\n${signed.whole.slice(signed.text.length + 1)}`],
    ['no end of line', signed.whole.slice(0, -1)],
    ['a hyphen for a dash', signed.whole.replace('—', '-')],
    ['a control character', signed.whole.replace('you', 'y\u0001u')],
    ['base64 in another spelling', signed.whole.replace('JnAM=', 'JnAN=')],
    ['a space at the end', signed.whole.replace('=\n', '= \n')],
  ])('are refused with %s', (_, whole) => {
    expect(openNote(whole, [keyIn(signed.vkey)]).ok).toBe(false);
  });

  it('refuse to sign what is no text', () => {
    for (const text of ['no end of line', 'tab\there\n'])
      expect(() => signNote(text, [aSigner('a')])).toThrow('no text');
  });
});

describe('checkpoints', () => {
  it('are read as published', () => {
    const note = parseNote(checkpoint.whole);
    if (!note.ok) throw new Error(note.error);
    expect(note.value.signatures.map(({ name }) => name)).toEqual([checkpoint.origin]);
    const read = parseCheckpoint(note.value.text);
    expect(read).toMatchObject({
      ok: true,
      value: { origin: checkpoint.origin, size: checkpoint.size, extensions: [] },
    });
    if (read.ok) {
      expect(Buffer.from(read.value.root).toString('base64')).toBe(checkpoint.root);
      expect(checkpointText(read.value)).toBe(note.value.text);
    }
  });

  it('carry lines of our own', () => {
    const made = { origin: 'reflex/a', size: 7, root: leafHash(Buffer.from('x')), extensions: ['one', 'two 2'] };
    expect(parseCheckpoint(checkpointText(made))).toEqual({ ok: true, value: { ...made, root: expect.anything() } });
  });

  it.each([
    '',
    'a\n1\n',
    'a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n',
    'a\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n',
    'a\n1\nCsUY\n',
    'a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\nx\n',
  ])('are refused where they are not whole: %j', (text) => {
    expect(parseCheckpoint(text)).toMatchObject({ ok: false });
  });
});
