import { idInText } from './id_in_text';

describe('the id that a text tells', () => {
  it.each([
    ['in braces', 'metadata: { id: block-it, title: Block it }\nspec: [', 'block-it'],
    ['in braces, second', 'metadata: { title: Block it, id: "block-it" }', 'block-it'],
    [
      'in a block',
      'kind: Policy\nmetadata:\n  title: Block it\n  # of us\n  id: block-it # ours\nspec:\n  when: (',
      'block-it',
    ],
    ['with the ends of lines of Windows', 'metadata:\r\n  id: block-it\r\nspec: [\r\n', 'block-it'],
    ['of nothing yet', 'metadata:\n  id:\nspec: {}', undefined],
    ['only of something else', 'metadata:\n  title: x\nspec:\n  id: other', undefined],
    ['that is no id', 'metadata: { id: Block It }', undefined],
    ['in no text', '', undefined],
  ])('%s', (_, source, id) => expect(idInText(source)).toBe(id));

  it('is looked for in a long text without taking long', () => {
    const long = `metadata:\n${'  a: b\n'.repeat(20_000)}`;
    const began = Date.now();
    expect(idInText(long)).toBeUndefined();
    expect(Date.now() - began).toBeLessThan(2_000);
  });
});
