import fc from 'fast-check';
import { triggerFires } from './trigger_expression';

const QUERIES = [
  { id: 'q1', name: 'error-query', tags: ['tag-error', 'mitre.t1000'] },
  { id: 'q2', name: 'pay query', tags: ['tag-pay'] },
];

describe('triggerFires', () => {
  it.each([
    ['return true', true],
    ['return true;', true],
    ['query[name=error-query]', true],
    ['query[name=other]', false],
    ['query[tag=tag-pay]', true],
    ['query[id=q1] && query[id=q2]', true],
    ['query[id=q1] && query[id=q3]', false],
    ['query[id=q3] || query[name=pay query]', true],
    ['!query[id=q3]', true],
    ['!(query[id=q1] || query[id=q3])', false],
    ['!!query[id=q1]', true],
    ['query[id=q3] && query[id=q1] || query[id=q2]', true],
    ['query[id=q2] || query[id=q1] && query[id=q3]', true],
    ['(query[name=error-query] || query[tag=tag-pay])', true],
    ['  ( query[name=error-query]&&!query[tag=nothing] )  ', true],
  ])('reads `%s` as %s', (condition, fires) => expect(triggerFires(condition, QUERIES)).toBe(fires));

  it.each([
    '',
    'return false',
    'query[',
    'query[colour=red]',
    '(query[id=q1]',
    'query[id=q1])',
    '&& query[id=q1]',
    'query[id=q1] query[id=q2]',
    '!',
    'ctx.results.length > 0',
  ])('does not claim to understand `%s`', (condition) => expect(triggerFires(condition, QUERIES)).toBeUndefined());

  it('fires for nothing where no query matched', () => expect(triggerFires('return true', [])).toBe(false));

  it('never throws and never hangs, however deep', () => {
    expect(triggerFires(`${'('.repeat(4_000)}query[id=q1]${')'.repeat(4_000)}`, QUERIES)).toBe(true);
    expect(triggerFires('!'.repeat(9_000), QUERIES)).toBeUndefined();
    const part = fc.constantFrom('(', ')', '!', '&&', '||', ' ', 'query[id=q1]', 'query[tag=x]', 'query[', ']', 'x');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        expect([true, false, undefined]).toContain(triggerFires(parts.join(''), QUERIES));
      }),
    );
  });
});
