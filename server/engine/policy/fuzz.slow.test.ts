import { assemble, CEL_PARTS, mutated, SEED, YAML_PARTS } from '../../../test/builders/broken_texts';
import { Dice } from '../../../test/fakes/scheduler';
import { BLOCK_KNOWN_IOC } from '../../../test/builders/policies';
import { compileCondition, evaluateCondition } from './cel/condition';
import { judgingEnvironment } from './cel/environment';
import { parsePolicy } from './parse_policy';
import { parseYaml } from '../../../common/policy/text/yaml_source';

/*
 * 100,000 inputs that nobody wrote by hand: nothing throws, nothing takes long, nothing reaches the prototype of
 * objects, and every refusal has a place. A failure names the seed and the input.
 */

const LONGEST_MS = 1_000;

const hammer = (count: number, salt: number, attempt: (dice: Dice) => string, judge: (input: string) => void): void => {
  const dice = new Dice(SEED + salt);
  for (let round = 0; round < count; round += 1) {
    const input = attempt(dice);
    const started = performance.now();
    try {
      judge(input);
      if (({} as Record<string, unknown>).polluted !== undefined)
        throw new Error('the prototype of objects was changed');
      const took = performance.now() - started;
      if (took > LONGEST_MS) throw new Error(`took ${Math.round(took)} ms`);
    } catch (cause) {
      throw new Error(`round ${round} with ${JSON.stringify(input)}`, { cause });
    }
  }
};

const expectPlaces = (faults: ReadonlyArray<{ line: number; column: number; message: string; code: string }>): void => {
  for (const { line, column, message, code } of faults)
    if (!(line >= 1 && column >= 1 && message !== '' && code !== ''))
      throw new Error(`a fault without a place: ${message}`);
};

describe('what nobody wrote by hand', () => {
  it('is never too much for the YAML reader: 20,000 texts', () => {
    let read = 0;
    hammer(
      20_000,
      1,
      (dice) => assemble(dice, YAML_PARTS, 18),
      (input) => {
        const { faults, value } = parseYaml('f', input);
        expectPlaces(faults);
        if ((value === undefined) === (faults.length === 0)) throw new Error('neither a value nor a fault, or both');
        if (value !== undefined) read += 1;
      },
    );
    // Inputs that are all refused at the first character would prove nothing.
    expect(read).toBeGreaterThan(200);
  });

  it('is never too much for the policy reader: 2,000 damaged policies', () => {
    let good = 0;
    hammer(
      2_000,
      2,
      (dice) => mutated(dice, BLOCK_KNOWN_IOC, [...YAML_PARTS, ...CEL_PARTS]),
      (input) => {
        const parsed = parsePolicy('f', input);
        if (parsed.ok) good += 1;
        else {
          expectPlaces(parsed.error);
          if (parsed.error.length === 0) throw new Error('refused without a fault');
        }
      },
    );
    expect(good).toBeGreaterThan(50);
  });

  it('is never too much for the compiler of conditions: 78,000 conditions', () => {
    let good = 0;
    const seed = 'event.severity == "high" && "x" in event.tags && (event.confidence > 0.5 || score.value >= 0.9)';
    const attempt = (dice: Dice): string =>
      dice.chance(0.5) ? assemble(dice, CEL_PARTS, 16) : mutated(dice, seed, CEL_PARTS);
    hammer(78_000, 3, attempt, (input) => {
      const compiled = compileCondition(judgingEnvironment, input);
      if (!compiled.ok) {
        const { offset, message } = compiled.error;
        if (!(offset >= 0 && offset <= input.length) || message === '')
          throw new Error(`bad fault: ${offset} ${message}`);
        return;
      }
      good += 1;
      // Nothing of what it asks for is there: that may be an error, never an exception.
      evaluateCondition(compiled.value, {});
    });
    expect(good).toBeGreaterThan(500);
  });
});
