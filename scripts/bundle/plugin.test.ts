import { dirname, join } from 'path';
import { readFileSync } from 'fs';

/* What is in the zip beside the bundles. */

const { plainContents, serverBundles } = require('./plugin.js') as {
  readonly plainContents: () => Map<string, Buffer>;
  readonly serverBundles: () => Promise<ReadonlyArray<readonly [string, Uint8Array]>>;
};

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

describe('the bundles of the server', () => {
  it('leave what is loaded late in files of its own, which one that needs them can load', async () => {
    const bundles = new Map(await serverBundles());
    const index = Buffer.from(bundles.get('server/index.js') ?? []).toString();
    for (const name of ['ec2', 'iam', 'waf']) {
      const late = Buffer.from(bundles.get(`server/${name}_sdk.js`) ?? []).toString();
      expect([name, index.includes(`require("./${name}_sdk.js")`)]).toEqual([name, true]);
      expect([name, /AWS4-HMAC-SHA256/.test(late), /require\("@aws-sdk\/client/.test(late)]).toEqual([
        name,
        true,
        false,
      ]);
    }
    expect(index).not.toMatch(/AWS4-HMAC-SHA256/);
    expect(index.length).toBeLessThan(9_500_000);
  }, 120_000);
});
