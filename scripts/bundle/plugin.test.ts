import { dirname, join } from 'path';
import { readFileSync } from 'fs';

/* What is in the zip beside the bundles. */

const { plainContents } = require('./plugin.js') as { readonly plainContents: () => Map<string, Buffer> };

const files = plainContents();
const paths = [...files.keys()];

describe('the zip', () => {
  it('names to Dashboards each translation that it has, and none that it has not', () => {
    const { translations } = JSON.parse(String(files.get('.i18nrc.json'))) as { readonly translations: string[] };
    expect(translations).toContain('translations/en.json');
    expect(translations).toEqual(paths.filter((path) => dirname(path) === 'translations'));
  });

  it('has texts in the form that Dashboards reads', () => {
    const { messages } = JSON.parse(String(files.get('translations/en.json'))) as { messages: Record<string, string> };
    expect(messages['reflex.app.title']).toBe('Reflex');
  });

  it('carries no tool that only the build needs', () => {
    expect(paths.filter((path) => /\.(?:d\.ts|ts|js|md)$/.test(path) && !path.startsWith('policies/'))).toEqual([]);
  });

  it('has each guide that the help menu links to', () => {
    const help = readFileSync(join(__dirname, '..', '..', 'public', 'host_help.ts'), 'utf8');
    const linked = [...help.matchAll(/\['(\w+)', say\(/g)].map(([, name]) => `public/assets/guides/${name ?? ''}.txt`);
    expect(linked.length).toBeGreaterThan(5);
    expect(linked.filter((path) => !files.has(path))).toEqual([]);
  });
});
