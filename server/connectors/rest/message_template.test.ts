import { aHandOver } from '../../../test/builders/hand_over';
import { filled, filledPath, pathFault, templateFault, ticketIn } from './message_template';

const ODD = '"}, "admin": true, {"x": "\n\u2028\\ {title} {{';

describe('a body of one’s own', () => {
  it('has the values in their places: numbers as numbers, what is missing as null or nothing', () => {
    const body = {
      a: '{title}!',
      n: '{confidence}',
      none: '{ending.by}',
      with: ['by {ending.by}', 1, null],
      b: '{{x}}',
    };
    expect(filled(body, aHandOver(), 'none')).toEqual({
      a: 'Approve or deny: isolate host ws-114!',
      n: 0.9,
      none: null,
      with: ['by ', 1, null],
      b: '{x}',
    });
    expect(filled('{document}', aHandOver(), 'none')).toEqual(aHandOver());
  });

  it('is the same JSON whatever a report says: no value ends a text, and none is read as a placeholder', () => {
    const document = aHandOver({ rule: { name: ODD } });
    const body = JSON.stringify(filled({ short: 'rule {rule.name}', fixed: 1 }, document, 'none'));
    expect(JSON.parse(body)).toEqual({ short: `rule ${ODD}`, fixed: 1 });
  });

  it.each([
    ['slack', '<!channel> <https://evil.example|click> &', '&lt;!channel&gt; &lt;https://evil.example|click&gt; &amp;'],
    ['html', `<img src="x" onerror='y'>`, '&lt;img src=&quot;x&quot; onerror=&#39;y&#39;&gt;'],
    ['markdown', '[click](https://evil.example) @all', '\\[click\\]\\(https\\://evil\\.example\\) \\@all'],
    ['none', '<!channel>', '<!channel>'],
  ] as const)('is escaped for %s', (escape, name, shown) => {
    expect(filled('{rule.name}', aHandOver({ rule: { name } }), escape)).toBe(shown);
    expect(filled('{link}', aHandOver(), escape)).toBe(aHandOver().link);
  });

  it.each([
    [{ a: { b: ['{titel}'] } }, 'a.b.0'],
    ['{', ''],
    [{ x: 'a } b' }, 'x'],
    ['{__proto__}', ''],
  ])('is refused where a placeholder is none: %j', (template, path) => {
    expect(templateFault(template)).toMatchObject({ path });
  });
  it('may have braces and anything that is no text', () => {
    expect(templateFault({ a: '{{ok}} {title}', b: [1, true, null] })).toBeUndefined();
  });
});

describe('a path of one’s own', () => {
  it('has each value as one encoded segment, or says what is missing', () => {
    const ticket = { id: 'INC 7?x' };
    expect(filledPath('/incident/{ticket.id}/close', aHandOver({ ticket }))).toEqual({
      ok: true,
      value: '/incident/INC%207%3Fx/close',
    });
    expect(filledPath('/incident/{ticket.id}', aHandOver())).toMatchObject({ ok: false });
    expect(filledPath('/incident/{ticket.id}', aHandOver({ ticket: { id: '../admin' } }))).toMatchObject({ ok: false });
  });
  it.each(['incident', '/a/../b', '/a?x=1', '/{rule.name}', '/a{ticket.id}', '/%2e%2e'])('is refused: %s', (path) => {
    expect(pathFault(path)).toBeDefined();
  });
  it.each(['/', '/a/b.json', '/a/{ticket.id}'])('is taken: %s', (path) => {
    expect(pathFault(path)).toBeUndefined();
  });
});

describe('a ticket', () => {
  const at = { id: '/result/number', url: '/result/link' };
  it('is read out of the answer where it is plain', () => {
    expect(ticketIn({ result: { number: 42, link: 'https://desk.example/42' } }, at)).toEqual({
      id: '42',
      url: 'https://desk.example/42',
    });
  });
  it.each([
    undefined,
    {},
    { result: { number: { a: 1 }, link: 'javascript:alert(1)' } },
    { result: { number: 'x'.repeat(300), link: 'https://a"b' } },
    { result: { number: 'a\nb' } },
  ])('is left out where the answer says %j', (answer) => {
    expect(ticketIn(answer, at)).toBeUndefined();
  });
});
