import { POLICY_TEXT } from '../../../../test/builders/views';
import { lineDiff } from '../../../../common/policy/line_diff';
import { policyChanges } from './policy_changes';

describe('differences of policies', () => {
  it('names what means something else, the weightiest first', () => {
    const after = POLICY_TEXT.replace('mode: shadow # watch it first', 'mode: enforce').replace('ttl: 4h', 'ttl: 8h');
    expect(policyChanges(POLICY_TEXT, after).map(({ field }) => field)).toEqual(['mode', 'then']);
  });

  it('does not count comments and spacing', () => {
    expect(policyChanges(POLICY_TEXT, POLICY_TEXT.replace('# watch it first', '# seen for two weeks'))).toEqual([]);
  });

  it('keeps a # within quotes', () => {
    const [before, after] = ['spec:\n  when: "a # b"\n', 'spec:\n  when: "a # c"\n'];
    expect(policyChanges(before, after)).toMatchObject([{ field: 'when' }]);
  });

  it('gives each text back from its own lines', () => {
    const after = POLICY_TEXT.replace('0.85', '0.9').replace('owner: soc-network\n', '');
    const lines = lineDiff(POLICY_TEXT, after);
    const textOf = (gone: string): string =>
      lines
        .filter(({ kind }) => kind !== gone)
        .map(({ text }) => text)
        .join('\n');
    expect(textOf('added')).toBe(POLICY_TEXT.trimEnd());
    expect(textOf('removed')).toBe(after.trimEnd());
  });
});
