import { follow } from './pointer';

const DOCUMENT: unknown = JSON.parse('{"a/b":{"~x":[10,{"y":null}]},"":"empty","__proto__":{"z":1}}');

describe('a JSON pointer', () => {
  it.each([
    ['/a~1b/~0x/0', 10],
    ['/a~1b/~0x/1/y', null],
    ['/', 'empty'],
    ['/__proto__/z', 1],
  ])('%s leads to %j', (pointer, value) => {
    expect(follow(DOCUMENT, pointer)).toEqual({ found: true, value });
  });

  it('leads to the whole document when it is empty', () => {
    expect(follow(DOCUMENT, '')).toEqual({ found: true, value: DOCUMENT });
  });

  it.each(['/c', '/a~1b/~0x/2', '/a~1b/~0x/-1', '/a~1b/~0x/01', '/a~1b/~0x/length', '/toString', '/constructor/name'])(
    '%s leads nowhere',
    (pointer) => {
      expect(follow(DOCUMENT, pointer)).toEqual({ found: false });
      expect(follow({}, pointer)).toEqual({ found: false });
    },
  );

  it('leads nowhere in what is no document', () => {
    for (const document of [undefined, null, 1, 'text']) expect(follow(document, '/a')).toEqual({ found: false });
  });
});
