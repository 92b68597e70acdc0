import { sign } from 'crypto';
import type { BundleFiles, BundleStatement } from '../../../common/policy/bundle';
import type { BundleFaultCode } from '../../../common/policy/bundle_fault';
import { aBundle, aKeyPair, aPolicy, BLOCK_KNOWN_IOC, type KeyPair } from '../../../test/builders/policies';
import { bundleFiles, contentDigest, MANIFEST, policyPath, SIGNATURES, signedList } from './bundle_files';
import { signBundle } from './sign_bundle';
import { signingKey, verificationKey, type TrustRules } from './signature';
import { mayFollow, statementDigest, verifyBundle } from './verify_bundle';

const keys = aKeyPair();
const others = aKeyPair();
const rules: TrustRules = { keys: [keys.verification], threshold: 1 };
const both: TrustRules = { keys: [keys.verification, others.verification], threshold: 2 };
const SECOND = BLOCK_KNOWN_IOC.replace('block-known-ioc', 'block-second');

const unsigned = (sources: readonly string[], overrides: Partial<BundleStatement> = {}): BundleFiles => {
  const policies = sources.map(aPolicy);
  return bundleFiles(
    {
      version: 1,
      digest: contentDigest(new Map(policies.map((file) => [policyPath(file), file.source]))),
      prev_digest: 'genesis',
      created_at: '2026-11-22T09:00:00.000Z',
      author: 'author',
      changelog: 'first',
      approvals: [],
      ...overrides,
    },
    policies,
  );
};
const signed = (
  files: BundleFiles = unsigned([BLOCK_KNOWN_IOC, SECOND]),
  by: readonly KeyPair[] = [keys],
): BundleFiles =>
  signBundle(
    files,
    by.map((pair) => pair.signing),
  );
const POLICY = 'reflex/policies/action/block-known-ioc.yaml';

const utf8 = new TextEncoder();
const textOf = (files: BundleFiles, path: string): string => new TextDecoder().decode(files.get(path));
const put = (files: BundleFiles, path: string, content: string): BundleFiles =>
  new Map([...files, [path, utf8.encode(content)]]);
const without = (files: BundleFiles, path: string): BundleFiles =>
  new Map([...files].filter(([name]) => name !== path));
const tokensOf = (files: BundleFiles): { signatures: string[]; cosignatures: string[] } =>
  JSON.parse(textOf(files, SIGNATURES)) as { signatures: string[]; cosignatures: string[] };
const withTokens = (files: BundleFiles, tokens: Partial<ReturnType<typeof tokensOf>>): BundleFiles =>
  put(files, SIGNATURES, JSON.stringify({ ...tokensOf(files), ...tokens }));

/** A token with a header and a payload of one's own, by a key that is trusted. */
const forged = (header: object, payload: unknown, pair: KeyPair = keys): string => {
  const body = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = sign('sha256', Buffer.from(body), { key: pair.signing.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${body}.${signature.toString('base64url')}`;
};
const head = { alg: 'ES256', typ: 'JWT', kid: keys.signing.keyId };
const listOf = (files: BundleFiles): unknown => ({ files: signedList(files), keyid: keys.signing.keyId });
const flip = (token: string): string => {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes[5] = (bytes[5] ?? 0) ^ 1;
  return [header, payload, bytes.toString('base64url')].join('.');
};

const codeOf = (files: BundleFiles, trust: TrustRules = rules): BundleFaultCode | 'trusted' => {
  const result = verifyBundle(files, trust);
  if (!result.ok && (result.error.message === '' || result.error.message.includes('\n')))
    throw new Error('a refusal without a sentence');
  return result.ok ? 'trusted' : result.error.code;
};

describe('verifyBundle', () => {
  it('trusts what a trusted key signed, and says by which', () => {
    const result = verifyBundle(signed(), rules);
    expect(result).toMatchObject({ ok: true, value: { keyIds: [keys.signing.keyId], statement: { version: 1 } } });
    expect(result.ok && result.value.policies.map(({ policy }) => policy.metadata.id)).toEqual([
      'block-known-ioc',
      'block-second',
    ]);
    expect(result.ok && Object.isFrozen(result.value)).toBe(true);
  });

  it('does not care in which order files lie in the archive', () => {
    expect(codeOf(new Map([...signed()].reverse()))).toBe('trusted');
  });

  it('reads the manifest by its structure, as Open Policy Agent does', () => {
    const files = signed();
    expect(codeOf(put(files, MANIFEST, JSON.stringify(JSON.parse(textOf(files, MANIFEST)), null, 2)))).toBe('trusted');
  });

  const attacks: ReadonlyArray<readonly [string, BundleFaultCode, () => BundleFiles, TrustRules?]> = [
    ['no signature at all', 'unsigned', () => unsigned([BLOCK_KNOWN_IOC])],
    ['an empty list of signatures', 'unsigned', () => withTokens(signed(), { signatures: [], cosignatures: [] })],
    ['a signature that is no JSON', 'signature_malformed', () => put(signed(), SIGNATURES, 'hello')],
    [
      'a signature file that is too clever',
      'signature_malformed',
      () => put(signed(), SIGNATURES, '{"signatures":[],"extra":1}'),
    ],
    [
      'an algorithm of `none`',
      'wrong_algorithm',
      () => withTokens(signed(), { signatures: [forged({ ...head, alg: 'none' }, listOf(signed()))] }),
    ],
    [
      'a shared secret made of the public key',
      'wrong_algorithm',
      () => withTokens(signed(), { signatures: [forged({ ...head, alg: 'HS256' }, listOf(signed()))] }),
    ],
    [
      'a token of four parts',
      'signature_malformed',
      () => withTokens(signed(), { signatures: [`${tokensOf(signed()).signatures[0] ?? ''}.x`] }),
    ],
    ['a token of one part', 'signature_malformed', () => withTokens(signed(), { signatures: ['x'] })],
    [
      'a header that is `null`',
      'signature_malformed',
      () => withTokens(signed(), { signatures: [forged(null as unknown as object, listOf(signed()))] }),
    ],
    [
      'a signed payload without files',
      'signature_malformed',
      () => withTokens(signed(), { signatures: [forged(head, { nothing: true })] }),
    ],
    ['another key', 'unknown_key', () => signed(unsigned([BLOCK_KNOWN_IOC]), [others])],
    [
      'another key under the name of a trusted one',
      'bad_signature',
      () => withTokens(signed(), { signatures: [forged(head, listOf(signed()), others)] }),
    ],
    [
      'a key that was revoked',
      'revoked_key',
      () => signed(),
      { keys: [verificationKey(keys.publicPem, true)], threshold: 1 },
    ],
    ['no trusted key', 'unknown_key', () => signed(), { keys: [], threshold: 1 }],
    [
      'one bit of the signature',
      'bad_signature',
      () => withTokens(signed(), { signatures: tokensOf(signed()).signatures.map(flip) }),
    ],
    [
      'a signature that was cut off',
      'bad_signature',
      () => withTokens(signed(), { signatures: tokensOf(signed()).signatures.map((each) => each.slice(0, -20)) }),
    ],
    [
      'no bytes of a signature',
      'bad_signature',
      () =>
        withTokens(signed(), { signatures: tokensOf(signed()).signatures.map((each) => each.replace(/[^.]*$/, '')) }),
    ],
    ['one signature where two are wanted', 'threshold_not_met', () => signed(), both],
    ['one key that signs twice for two', 'duplicate_signature', () => signed(undefined, [keys, keys]), both],
    [
      'one key under two names for two',
      'duplicate_signature',
      () => signed(undefined, [keys, keys]),
      { keys: [keys.verification, { ...keys.verification }], threshold: 2 },
    ],
    [
      'a second signature that does not fit',
      'bad_signature',
      () =>
        withTokens(signed(undefined, [keys, others]), {
          cosignatures: tokensOf(signed(undefined, [keys, others])).cosignatures.map(flip),
        }),
      both,
    ],
    [
      'a second signature for other files',
      'manifest_changed',
      () =>
        withTokens(signed(), {
          cosignatures: tokensOf(signed(unsigned([BLOCK_KNOWN_IOC, SECOND], { author: 'x' }), [others])).signatures,
        }),
      both,
    ],
    [
      'nine further signatures',
      'signature_malformed',
      () =>
        withTokens(signed(), { cosignatures: Array.from({ length: 9 }, () => tokensOf(signed()).signatures[0] ?? '') }),
    ],
    [
      'one byte of a policy',
      'file_changed',
      () => put(signed(), POLICY, textOf(signed(), POLICY).replace('0.85', '0.05')),
    ],
    ['a space at the end of a policy', 'file_changed', () => put(signed(), POLICY, `${textOf(signed(), POLICY)} `)],
    [
      'the statement',
      'manifest_changed',
      () => put(signed(), MANIFEST, textOf(signed(), MANIFEST).replace('"version":1', '"version":2')),
    ],
    [
      'a policy of another release',
      'file_changed',
      () => put(signed(), POLICY, textOf(signed(unsigned([BLOCK_KNOWN_IOC.replace('4h', '8h')])), POLICY)),
    ],
    [
      'two policies that changed places',
      'file_changed',
      () => put(put(signed(), POLICY, SECOND), POLICY.replace('known-ioc', 'second'), BLOCK_KNOWN_IOC),
    ],
    [
      'one policy more',
      'file_not_signed',
      () => put(signed(), 'reflex/policies/action/extra.yaml', SECOND.replace('block-second', 'extra')),
    ],
    ['a file beside the policies', 'file_not_signed', () => put(signed(), 'data.json', '{}')],
    ['one policy less', 'file_missing', () => without(signed(), POLICY)],
    ['no manifest', 'statement_invalid', () => without(signed(), MANIFEST)],
    ['a manifest that is no JSON', 'statement_invalid', () => put(signed(), MANIFEST, '{')],
    [
      'a hash of another kind',
      'manifest_changed',
      () =>
        withTokens(signed(), {
          signatures: [forged(head, { files: signedList(signed()).map((each) => ({ ...each, algorithm: 'MD5' })) })],
        }),
    ],
    [
      'a signed statement without a version',
      'statement_invalid',
      () => signed(unsigned([BLOCK_KNOWN_IOC], { version: undefined as unknown as number })),
    ],
    [
      'a signed version far in the future',
      'version_out_of_range',
      () => signed(unsigned([BLOCK_KNOWN_IOC], { version: Number.MAX_SAFE_INTEGER })),
    ],
    ['a signed version of 0', 'statement_invalid', () => signed(unsigned([BLOCK_KNOWN_IOC], { version: 0 }))],
    [
      'a signed statement about other policies',
      'digest_mismatch',
      () => signed(unsigned([BLOCK_KNOWN_IOC], { digest: 'f'.repeat(64) })),
    ],
    [
      'a signed policy that is none',
      'policy_invalid',
      () => signed(put(unsigned([BLOCK_KNOWN_IOC]), 'reflex/policies/action/bad.yaml', 'kind: Nothing')),
    ],
    [
      'a signed policy under another name',
      'policy_invalid',
      () =>
        signed(put(without(unsigned([BLOCK_KNOWN_IOC]), POLICY), 'reflex/policies/action/other.yaml', BLOCK_KNOWN_IOC)),
    ],
    [
      'a signed policy in another layer',
      'policy_invalid',
      () =>
        signed(put(without(unsigned([BLOCK_KNOWN_IOC]), POLICY), POLICY.replace('action', 'global'), BLOCK_KNOWN_IOC)),
    ],
    [
      'the same policy twice',
      'policy_invalid',
      () => signed(put(unsigned([BLOCK_KNOWN_IOC]), 'reflex/policies/action/twin.yaml', BLOCK_KNOWN_IOC)),
    ],
    ['65 MiB', 'too_large', () => new Map([...signed(), ['big', new Uint8Array(65 * 1024 * 1024)]])],
  ];
  it.each(attacks.map(([name, code, files, trust]) => ({ name, code, files, trust })))(
    'refuses $name as `$code`',
    ({ code, files, trust }) => {
      expect(codeOf(files(), trust ?? rules)).toBe(code);
    },
  );

  it('accepts two keys where two are wanted, in either order', () => {
    expect(codeOf(signed(undefined, [keys, others]), both)).toBe('trusted');
    expect(codeOf(signed(undefined, [others, keys]), both)).toBe('trusted');
  });
});

describe('signing keys', () => {
  it('are only taken on P-256', () => {
    expect(() => signingKey('hello')).toThrow();
    expect(() => signBundle(unsigned([BLOCK_KNOWN_IOC]), [])).toThrow('at least one key');
  });
  it('have a name that the public part has too', () => {
    expect(verificationKey(keys.publicPem).keyId).toBe(keys.signing.keyId);
    expect(others.signing.keyId).not.toBe(keys.signing.keyId);
  });
});

describe('mayFollow', () => {
  const first = aBundle([BLOCK_KNOWN_IOC], { keys }).trusted.statement;
  const after = (last: BundleStatement, overrides: Partial<BundleStatement> = {}): BundleStatement => ({
    ...last,
    version: last.version + 1,
    prev_digest: statementDigest(last),
    ...overrides,
  });
  const second = after(first);
  const third = after(second);
  const verdict = (...args: Parameters<typeof mayFollow>): string => {
    const result = mayFollow(...args);
    return result.ok ? 'ok' : result.error.code;
  };

  const cases = [
    ['the first of all', undefined, 0, first, [], 'ok'],
    ['the next one', first, 1, second, [], 'ok'],
    ['the same again', second, 2, second, [], 'ok'],
    ['one after next with all between', first, 1, third, [second], 'ok'],
    ['one after next with a gap', first, 1, third, [], 'version_gap'],
    ['the one before', second, 2, first, [], 'version_rollback'],
    ['one lower than was ever seen, at the first start', undefined, 3, second, [], 'version_rollback'],
    ['one lower than was ever seen, although it follows', first, 3, second, [], 'version_rollback'],
    ['another one of the same version', second, 2, { ...second, author: 'mallory' }, [], 'chain_broken'],
    [
      'a next one that names another predecessor',
      first,
      1,
      after(first, { prev_digest: 'f'.repeat(64) }),
      [],
      'chain_broken',
    ],
    ['one between that was changed', first, 1, third, [{ ...second, changelog: 'other' }], 'chain_broken'],
    ['a jump to the end of all versions', first, 1, { ...second, version: 1_000_000_000 }, [], 'version_gap'],
    ['what lies between in the wrong order', first, 1, after(third), [third, second], 'version_gap'],
  ] as const;
  it.each(cases.map(([name, ...question]) => ({ name, question })))('judges $name', ({ question }) => {
    const [current, highest, next, between, expected] = question;
    expect(verdict(current, highest, next, between)).toBe(expected);
  });
});
