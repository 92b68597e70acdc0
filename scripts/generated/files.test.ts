import { readFileSync } from 'fs';
import { join } from 'path';
import { generatedFiles } from './files';

const root = join(__dirname, '../..');

describe('a generated file', () => {
  it.each([...generatedFiles()])('%s is what the code says; `npm run generate` writes it anew', (path, content) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(content);
  });
});

describe('the manifest for Dashboards', () => {
  it('has the version of the package', () => {
    const read = (name: string): { version: string } =>
      JSON.parse(readFileSync(join(root, name), 'utf8')) as { version: string };
    expect(read('opensearch_dashboards.json').version).toBe(read('package.json').version);
  });

  it('keeps the settings away from the path under which Dashboards would show them to browsers', () => {
    const { id, configPath } = JSON.parse(readFileSync(join(root, 'opensearch_dashboards.json'), 'utf8')) as {
      id: string;
      configPath: string[];
    };
    expect(configPath).toEqual(['opensearch_reflex']);
    expect(configPath.join('.')).not.toBe(id);
  });
});

describe('the lock file', () => {
  it('names no address that packages come from', () => {
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
  });
});
