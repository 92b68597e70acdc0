import { parsePolicies, parsePolicy } from './parse_policy';

const policy = (list: string, entry: string): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: keep, title: Keep what matters, owner: soc }
spec:
  layer: global
  mode: enforce
  protect:
    ${list}:
      - ${JSON.stringify(entry)}
`;
const faultsOf = (list: string, entry: string) => {
  const parsed = parsePolicy('keep.yaml', policy(list, entry));
  return parsed.ok ? [] : parsed.error.map(({ code, line }) => `${code} ${line}`);
};

describe('an entry of a protection', () => {
  it.each([
    ['hosts', 'dc01*'],
    ['hosts', 'https://dc01.example'],
    ['hosts', '-'],
    ['users', 'a\\b\\c'],
    ['users', 'admin*'],
    ['domains', 'https://example.internal'],
    ['domains', 'a..b'],
    ['domains', '10.0.0.1'],
  ])('that can never match is a fault with its place: %s %s', (list, entry) => {
    expect(faultsOf(list, entry)).toEqual(['cannot_match 9']);
  });

  it.each([
    ['hosts', 'DC01.example.internal.'],
    ['hosts', '::ffff:10.0.0.5'],
    ['users', 'CORP\\Administrator'],
    ['users', 'root@corp.example'],
    ['domains', 'bücher.example'],
    ['domains', '*.example.internal.'],
    ['domains', ' example.internal'],
  ])('that is only spelt in another way is none: %s %s', (list, entry) => {
    expect(faultsOf(list, entry)).toEqual([]);
  });

  it('does not keep a set from being read that was released before', () => {
    const { ok } = parsePolicies(new Map([['policies/global/keep.yaml', policy('hosts', 'dc01*')]]));
    expect(ok).toBe(true);
  });
});
