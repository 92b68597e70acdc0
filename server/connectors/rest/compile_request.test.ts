import { compileRequest } from './compile_request';
import type { RequestTemplate } from './rest_parameters';
import { NAMES_FOR, type RequestUse } from './template_values';

const faultsOf = (template: Partial<RequestTemplate>, use: RequestUse = 'execute'): readonly string[] => {
  const faults: string[] = [];
  compileRequest({ method: 'POST', path: '/x', ...template }, use, (path) => void faults.push(path));
  return faults;
};

describe('checking a request template', () => {
  it.each([
    ['a whole segment', '/v1/{target.value}/x'],
    ['a fixed path', '/v1/blocks:batch'],
    ['a slash at the end', '/v1/'],
    ['the root', '/'],
  ])('takes %s', (_what, path) => {
    expect(faultsOf({ path })).toEqual([]);
  });

  it.each([
    ['a part of a segment', '/v1/ip-{target.value}'],
    ['two in one segment', '/v1/{target.type}{target.value}'],
    ['an unknown name', '/v1/{event.id}'],
    ['a name of the prototype', '/v1/{constructor}'],
    ['no name', '/v1/{}'],
    ['an expression', '/v1/{target.value.length}'],
    ['a query', '/v1/x?a=b'],
    ['a fragment', '/v1/x#a'],
    ['dot segments', '/v1/../x'],
    ['an empty segment', '/v1//x'],
    ['no slash in front', 'v1/x'],
    ['spaces', '/v1/a b'],
    ['something encoded', '/v1/%2e%2e/x'],
    ['the reason, which is for bodies only', '/v1/{reason}'],
  ])('refuses %s in a path', (_what, path) => {
    expect(faultsOf({ path })).toEqual(['path']);
  });

  it('refuses placeholders that are not a whole leaf or not known', () => {
    expect(faultsOf({ body: { a: { $: 'target.value', b: 1 } } })).toEqual(['body.a']);
    expect(faultsOf({ body: [{ $: 'event.raw' }] })).toEqual(['body.0']);
    expect(faultsOf({ body: { a: { $: { $: 'target.value' } } } })).toEqual(['body.a']);
    expect(faultsOf({ query: { a: { $: 'reason' } } })).toEqual(['query.a']);
    expect(faultsOf({ query: { a: { $: 'secret' } } })).toEqual(['query.a']);
  });

  it('refuses keys that reach the prototype', () => {
    const body = JSON.parse(
      '{"__proto__": {"a": 1}, "x": {"constructor": 1, "prototype": 2}}',
    ) as RequestTemplate['body'];
    expect(faultsOf({ body })).toEqual(['body.__proto__', 'body.x.constructor', 'body.x.prototype']);
  });

  it('lets events into headers only as command_id and fence', () => {
    expect(faultsOf({ headers: { 'idempotency-key': { $: 'command_id' }, 'x-fence': { $: 'fence' } } })).toEqual([]);
    expect(faultsOf({ headers: { 'x-user': { $: 'target.value' } } })).toEqual(['headers.x-user']);
    expect(faultsOf({ headers: { 'x-why': { $: 'reason' } } })).toEqual(['headers.x-why']);
  });

  it.each(['Host', 'Content-Length', 'Transfer-Encoding', 'Connection', 'Expect', 'Upgrade', 'x y', 'x:y', 'x\r\ny'])(
    'refuses the header %j',
    (name) => {
      expect(faultsOf({ headers: { [name]: 'x' } })).toEqual([`headers.${name}`]);
    },
  );

  it('refuses header values with line breaks, credentials in plain text and bodies that are no JSON', () => {
    expect(faultsOf({ headers: { 'x-a': 'b\r\nc: d' } })).toEqual(['headers.x-a']);
    expect(faultsOf({ headers: { Authorization: 'Bearer abc' } })).toEqual(['headers.Authorization']);
    expect(faultsOf({ headers: { 'content-type': 'text/plain' } })).toEqual(['headers.content-type']);
    expect(faultsOf({ headers: { 'content-type': 'application/json-patch+json' } })).toEqual([]);
    expect(faultsOf({ method: 'GET', body: {} })).toEqual(['body']);
  });

  it('knows for each use only the names that it has', () => {
    for (const [use, names] of Object.entries(NAMES_FOR) as Array<[RequestUse, readonly string[]]>) {
      for (const name of NAMES_FOR.execute) {
        const faults = faultsOf({ body: { a: { $: name } } }, use);
        expect([use, name, faults]).toEqual([use, name, names.includes(name) ? [] : ['body.a']]);
      }
    }
  });
});
