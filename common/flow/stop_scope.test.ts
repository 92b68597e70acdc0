import { canonicalScope, covers, SCOPE_FORM, UNDO_SCOPE_FORM } from './stop_scope';

const ACT = { action: 'block_ip', connector: 'edge', policy: 'block-ioc' };

describe('the scope of an order to stop', () => {
  it.each([
    ['all', true],
    ['action:block_ip', true],
    ['action:isolate_host', false],
    ['connector:edge', true],
    ['connector:edr', false],
    ['policy:block-ioc', true],
    ['policy:block', false],
    // Newer versions, and people who write the stop file, may name something else: it stops at least what it names.
    ['tag:ransomware', true],
    ['everything', true],
    ['', true],
  ])('`%s` covers an act: %s', (scope, isCovered) => expect(covers(scope, ACT)).toBe(isCovered));

  it('of a connector does not cover an act of which nobody knows where it goes', () =>
    expect(covers('connector:edge', { ...ACT, connector: null })).toBe(false));

  it.each([
    ['all', 'all'],
    ['layer:action', 'all'],
    ['policy:block-ioc', 'policy:block-ioc'],
  ])('`%s` means `%s`', (written, scope) => expect(canonicalScope(written)).toEqual({ ok: true, value: scope }));

  it.each(['layer:global', 'layer:domain', 'layer:contextual'])('`%s` is refused: it proposes nothing', (written) =>
    expect(canonicalScope(written)).toEqual({ ok: false, error: expect.stringContaining('propose no acts') as string }),
  );

  it.each(['', 'ALL', 'policy:', 'policy:Block', 'policy:block-ioc ', 'policy:block-ioc\n', 'action:', 'all:x'])(
    'is not written as %j',
    (written) => expect(SCOPE_FORM.test(written)).toBe(false),
  );

  it('of suspended undoing is no policy', () => expect(UNDO_SCOPE_FORM.test('policy:block-ioc')).toBe(false));
});
