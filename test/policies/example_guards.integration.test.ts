import { join } from 'path';
import { runPolicyCommand } from '../../server/hosts/cli/policies/main';
import { opa, opaProgram, whyNotOpa } from '../targets/opa';
import { suiteUnless } from '../targets/suite_unless';

/* The examples with Rego guards: right by Reflex' own commands, and by Open Policy Agent's. */

const ROOT = join(__dirname, '../..');
const EXAMPLE = 'policies/examples/change_freeze';

const run = async (...args: readonly string[]): Promise<readonly [number, string]> => {
  const lines: string[] = [];
  const tell = (line: string): void => void lines.push(line);
  return [await runPolicyCommand(args, { out: tell, err: tell, cwd: ROOT, now: Date.now() }), lines.join('\n')];
};

describe('the starter set', () => {
  it('needs no `opa`, and does not take the examples for a part of it', async () => {
    const [exit, text] = await run('test', 'policies', '--opa', 'no-such-program');
    expect([exit, text]).toEqual([0, expect.not.stringContaining('SKIPPED')]);
    expect(await run('lint', 'policies', '--strict')).toEqual([0, expect.not.stringContaining('examples')]);
  });
});

const suite = suiteUnless(whyNotOpa());

suite('the example of a change freeze', () => {
  it('has no faults, and its tests make the guard allow and refuse', async () => {
    expect(await run('lint', EXAMPLE, '--strict')).toEqual([0, expect.anything()]);
    const [tested, words] = await run('test', EXAMPLE, '--opa', opaProgram());
    expect([tested, words]).toEqual([0, expect.stringContaining('4 of 4 tests')]);
    expect(await run('coverage', EXAMPLE, '--min', '100', '--opa', opaProgram())).toEqual([0, expect.anything()]);
  });

  it('passes the tests in Rego beside it', () => {
    const { exit, text } = opa(['test', join(ROOT, EXAMPLE, 'guards')]);
    expect([exit, text]).toEqual([0, expect.stringContaining('PASS: 5/5')]);
  });
});
