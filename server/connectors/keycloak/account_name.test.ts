import { accountOf, targetOf, type Accounts } from './account_name';

const OURS: Accounts = { realms: new Set(['corp', 'corp.example']), plainNames: false, usernames: 'name' };
const user = (value: string) => ({ type: 'user' as const, value });
const nameOf = (value: string, change: Partial<Accounts> = {}): string => {
  const read = accountOf(user(value), { ...OURS, ...change });
  if (!read.ok) return read.error.code;
  return read.value.by === 'id' ? `id ${read.value.id}` : read.value.username;
};

describe('which account a target names', () => {
  it.each([
    ['CORP\\Ana', 'ana'],
    ['ana@Corp.Example', 'ana'],
    ['ana@corp.example.', 'ana'],
    ['9BE95E88-389d-49b2-a3e1-ca9869f5bd0b', 'id 9be95e88-389d-49b2-a3e1-ca9869f5bd0b'],
  ])('takes %s for %s', (value, expected) => {
    expect(nameOf(value)).toBe(expected);
  });

  it.each([
    ['another realm', 'other\\ana', 'other_realm'],
    ['a realm that only ends alike', 'ana@evil-corp.example', 'other_realm'],
    ['a host’s own account', '.\\ana', 'other_realm'],
    ['no realm', 'ana', 'other_realm'],
    ['a SID', 'S-1-5-21-1-2-3-500', 'wrong_target'],
    ['a wildcard', 'corp\\*', 'wrong_target'],
    ['two separators', 'corp\\a\\b', 'wrong_target'],
    ['nothing', '-', 'wrong_target'],
  ])('refuses %s', (_what, value, code) => {
    expect(nameOf(value)).toBe(code);
  });

  it('takes a name without a realm only where that is said, and never where usernames have one', () => {
    expect(nameOf('ana', { plainNames: true })).toBe('ana');
    expect(nameOf('ana', { plainNames: true, usernames: 'mail' })).toBe('other_realm');
    expect(nameOf('corp.example\\ana', { usernames: 'mail' })).toBe('ana@corp.example');
    expect(accountOf({ type: 'ip', value: '10.0.0.1' }, OURS)).toMatchObject({ error: { code: 'wrong_target' } });
  });

  it('names accounts as others do', () => {
    expect(targetOf('ana', OURS).value).toBe('corp\\ana');
    expect(nameOf(targetOf('ana', OURS).value)).toBe('ana');
    expect(targetOf('ana', { ...OURS, plainNames: true }).value).toBe('ana');
    expect(targetOf('ana@corp.example', { ...OURS, usernames: 'mail' }).value).toBe('ana@corp.example');
  });
});
