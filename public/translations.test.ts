import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { formatMessage } from '../test/stubs/osd_i18n';
import { collect, FILE } from '../translations/collect';

const { messages } = JSON.parse(readFileSync(FILE, 'utf8')) as { readonly messages: Readonly<Record<string, string>> };

describe('translations', () => {
  it('lists every text of the page, and nothing else (`node translations/collect.js` writes the file)', () => {
    expect(messages).toEqual(collect().messages);
  });

  it('misses none that is written out in a source, of whatever kind it is', () => {
    const written = (readdirSync(__dirname, { recursive: true }) as string[])
      .filter((path) => /(?<!\.test|\.d)\.tsx?$/.test(path))
      .flatMap((path) => [...readFileSync(join(__dirname, path), 'utf8').matchAll(/\bsay\(\s*'([\w.]+)'/g)])
      .map(([, id = '']) => `reflex.${id}`);
    expect(written.filter((id) => messages[id] === undefined)).toEqual([]);
    expect(written.length).toBeGreaterThan(1_000);
  });

  it('has only messages that can be formatted', () => {
    for (const message of Object.values(messages)) {
      const names = [...message.matchAll(/\{(\w+)/g)].map(([, name = '']) => [name, 2] as const);
      expect(() => formatMessage(message, Object.fromEntries(names))).not.toThrow();
    }
  });
});
