import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';
import { MODES } from '../../../common/policy/policy';
import { aPolicy } from '../../../test/builders/policies';
import { withMode } from './edit_policy';

const folder = join(__dirname, '..', '..', '..', 'policies');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml') && !name.startsWith('.'))
  .map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);

describe('withMode', () => {
  it.each(sources)('changes the mode of %s and nothing else', (_, source) => {
    const before = aPolicy(source).policy;
    for (const mode of MODES) {
      const changed = withMode(source, mode);
      expect(aPolicy(changed).policy).toEqual({ ...before, spec: { ...before.spec, mode } });
      expect(changed.split('\n').filter((line) => line.includes('#'))).toEqual(
        source.split('\n').filter((line) => line.includes('#')),
      );
    }
  });

  it('leaves what is no policy as it is', () => {
    expect(withMode('hello', 'off')).toBe('hello');
    expect(withMode('spec: 5\n', 'off')).toBe('spec: 5\n');
  });
});
