import { readFileSync } from 'fs';
import { formatMessage } from '../test/stubs/osd_i18n';
import { collect, FILE } from '../translations/collect';

const { messages } = JSON.parse(readFileSync(FILE, 'utf8')) as { readonly messages: Readonly<Record<string, string>> };

describe('translations', () => {
  it('lists every text of the page, and nothing else (`node translations/collect.js` writes the file)', () => {
    expect(messages).toEqual(collect().messages);
  });

  it('has only messages that can be formatted', () => {
    for (const message of Object.values(messages)) {
      const names = [...message.matchAll(/\{(\w+)/g)].map(([, name = '']) => [name, 2] as const);
      expect(() => formatMessage(message, Object.fromEntries(names))).not.toThrow();
    }
  });
});
