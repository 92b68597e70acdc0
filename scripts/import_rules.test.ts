import { readdirSync } from 'fs';
import { join, relative } from 'path';

/* Rules about folders that were renamed say nothing any more, and nobody would notice. */

interface Rule {
  readonly name: string;
  readonly from: { readonly path?: string; readonly pathNot?: readonly string[] };
  readonly to: { readonly path?: string; readonly pathNot?: string };
}

const { forbidden } = require('./import_rules.js') as { readonly forbidden: readonly Rule[] };

const root = join(__dirname, '..');
const files = ['common', 'server', 'public', 'test', 'scripts']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map((entry) => relative(root, join(entry.parentPath, entry.name)));

describe('import rules', () => {
  it('speak of files that are there', () => {
    // The value that learning will make; its place in the order is fixed already.
    const toCome = '^common/flow/proposal\\.ts$';
    const paths = forbidden.flatMap(({ from }) => from.path ?? []).filter((path) => path !== toCome);
    expect(paths.filter((path) => !files.some((file) => new RegExp(path).test(file)))).toEqual([]);
  });

  it('hold every room of the runner and of the Policies page in an order', () => {
    const inOrder = (name: string): number => forbidden.filter((rule) => rule.name === name).length;
    const rooms = (folder: string): number =>
      readdirSync(join(root, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory()).length;
    expect(inOrder('runner-rooms-go-down')).toBe(rooms('server/runner'));
    expect(inOrder('policy-rooms-go-down')).toBe(rooms('public/pages/policies'));
    expect(inOrder('component-rooms-go-down')).toBe(rooms('public/components'));
  });
});
