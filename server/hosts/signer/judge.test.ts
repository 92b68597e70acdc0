import { aRelease } from '../../../test/builders/bundles';
import { aKeyPair } from '../../../test/builders/policies';
import { iso } from '../../../common/iso';
import type { BundleStatement } from '../../../common/policy/bundle';
import { approvedDigest, bundleFiles } from '../../engine/policy/bundle_files';
import { bundleRequest, type SignRequest } from '../../engine/policy/signer';
import { statementDigest } from '../../engine/policy/verify_bundle';
import { adopted, judge, type Signed, type SignerRules } from './judge';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const RULES: SignerRules = { singleUser: false, mostFreshMs: 24 * HOUR, mostPerHour: 5 };
const pair = aKeyPair();

const statementOf = (version: number, more: Partial<BundleStatement> = {}): BundleStatement => {
  const { statement } = aRelease(version, [pair]);
  const approval = {
    user: 'ben',
    at: iso(NOW),
    reason: 'read it',
    digest: approvedDigest(statement),
    four_eyes: true,
  };
  return { ...statement, author: 'ann', approvals: [approval], ...more };
};
const asked = (statement: BundleStatement): SignRequest => bundleRequest(bundleFiles(statement, []));
const freshness = (statement: BundleStatement, more: { issued_at?: string; not_after?: string } = {}): SignRequest => ({
  kind: 'freshness',
  statement: {
    version: statement.version,
    statement_digest: statementDigest(statement),
    issued_at: iso(NOW),
    not_after: iso(NOW + 24 * HOUR),
    ...more,
  },
});
const says = (request: SignRequest, signed: readonly Signed[] = [], rules = RULES): string => {
  const judged = judge(request, signed, { rules, now: NOW });
  return judged.ok ? 'signed' : judged.error;
};
const entryOf = (statement: BundleStatement): Signed => ({
  kind: 'bundle',
  at: iso(NOW - 2 * HOUR),
  version: statement.version,
  statement_digest: statementDigest(statement),
});
const signedBefore = (...statements: readonly BundleStatement[]): Signed[] => statements.map(entryOf);

describe('a signer that is asked for a release', () => {
  it('signs what somebody besides its author approved, and writes down who', () => {
    const statement = statementOf(2);
    expect(judge(asked(statement), signedBefore(statementOf(1)), { rules: RULES, now: NOW })).toEqual({
      ok: true,
      value: {
        kind: 'bundle',
        at: iso(NOW),
        version: 2,
        statement_digest: statementDigest(statement),
        author: 'ann',
        approvers: ['ben'],
      },
    });
  });

  it('signs the set that Reflex comes with, once: the first version has nobody who could approve it', () => {
    expect(says(asked(statementOf(1, { approvals: [] })))).toBe('signed');
    expect(says(asked(statementOf(1, { approvals: [] })), signedBefore(statementOf(2)))).toMatch(/nothing goes back/);
  });

  it.each<readonly [string, Partial<BundleStatement>]>([
    ['nobody approved it', { approvals: [] }],
    ['its author approved it', { author: 'ben' }],
    ['its author approved it by another spelling', { author: 'BEN' }],
    ['another content was approved', { digest: 'b'.repeat(64) }],
    [
      'the approval was no second pair of eyes',
      { approvals: statementOf(2).approvals.map((each) => ({ ...each, four_eyes: false })) },
    ],
  ])('refuses it where %s', (_, more) => {
    expect(says(asked(statementOf(2, more)))).toMatch(/names nobody besides its author/);
  });

  it('takes a second step of the same person where there is nobody else, and only there', () => {
    const alone = statementOf(2, { author: 'ben' });
    expect(says(asked(alone), [], { ...RULES, singleUser: true })).toBe('signed');
    expect(says(asked({ ...alone, approvals: [] }), [], { ...RULES, singleUser: true })).toMatch(/nobody/);
  });

  it('never goes back behind a version that it signed or adopted', () => {
    expect(says(asked(statementOf(6)), signedBefore(statementOf(7)))).toMatch(/older than version 7/);
    expect(says(asked(statementOf(6)), [adopted(statementOf(7), NOW)])).toMatch(/older than version 7/);
    expect(says(asked(statementOf(7)), signedBefore(statementOf(7)))).toBe('signed');
  });

  it('reads what it signs: a list with the hash of another manifest is refused', () => {
    const other = asked(statementOf(9));
    const request = asked(statementOf(2));
    if (request.kind !== 'bundle' || other.kind !== 'bundle') throw new Error('both are bundles');
    expect(says({ ...request, files: other.files })).toMatch(/not that of its manifest/);
    expect(says({ ...request, files: [] })).toMatch(/not that of its manifest/);
    expect(says({ ...request, files: [...request.files, ...request.files.slice(-1)] })).toMatch(/manifest|twice/);
    expect(says({ ...request, manifest: new TextEncoder().encode('{') })).toMatch(/manifest/);
  });

  it('signs a bounded number within an hour', () => {
    const lately = Array.from({ length: 5 }, (): Signed => ({ ...entryOf(statementOf(1)), at: iso(NOW - 1) }));
    expect(says(asked(statementOf(2)), lately)).toMatch(/5 signatures within an hour/);
    expect(says(asked(statementOf(2)), lately.slice(1))).toBe('signed');
    expect(says(freshness(statementOf(1)), lately)).toMatch(/within an hour/);
  });
});

describe('a signer that is asked to say that a version is the newest', () => {
  const [one, two] = [statementOf(1), statementOf(2)];

  it('says so of what it signed or adopted, and of nothing else', () => {
    expect(says(freshness(two), signedBefore(one, two))).toBe('signed');
    expect(says(freshness(two), [adopted(two, NOW)])).toBe('signed');
    expect(says(freshness(two), signedBefore(one))).toMatch(/was not signed here/);
    expect(says(freshness({ ...two, changelog: 'another' }), signedBefore(two))).toMatch(/was not signed here/);
  });

  it('goes on for the version in force while a newer one still waits for other keys', () => {
    expect(says(freshness(one), signedBefore(one, two))).toBe('signed');
  });

  it('never goes back behind a version that it called the newest', () => {
    const called: Signed = { ...entryOf(two), kind: 'freshness' };
    expect(says(freshness(one), [...signedBefore(one, two), called])).toMatch(/version 2 was called so/);
  });

  it('says so for a bounded time, from now on', () => {
    const late = { not_after: iso(NOW + 24 * HOUR + 1) };
    expect(says(freshness(one, late), signedBefore(one))).toMatch(/longer than 24 h/);
    const [before, ahead] = [NOW - 6 * 60_000, NOW + 6 * 60_000];
    for (const issued of [before, ahead])
      expect(says(freshness(one, { issued_at: iso(issued), not_after: iso(NOW + HOUR) }), signedBefore(one))).toMatch(
        /not of now/,
      );
  });

  it('judges by everything that it signed, however much that is', () => {
    const called: Signed = { ...entryOf(two), kind: 'freshness' };
    const many = Array.from({ length: 300_000 }, () => called);
    expect(says(freshness(two), [...signedBefore(two), ...many])).toBe('signed');
  });
});
