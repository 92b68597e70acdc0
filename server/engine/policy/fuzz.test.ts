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
const SEED = 20261122;

const YAML_PARTS = ['a', 'b: ', ': ', '- ', '\n', '\n  ', '\n\t', '[', ']', '{', '}', ', ', '"', "'", '|\n', '>-\n', '&x ', '*x', '!!str ', '!!binary ', '!t ', '<<: ', '__proto__: ', 'constructor', '? ', '---\n', '...\n', '%YAML 1.2\n', '#', ' ', '~', '0x1F', '1e999', '.nan', '\uFEFF', '\u0000', '\u2028', '\ud800', '😀', '\r\n', '2026-11-22', 'null', '\\', '\\u', '@', '`']; // prettier-ignore
const CEL_PARTS = ['event', '.severity', '.confidence', '.tags', '.rule', '.id', 'score.value', 'src.asset', '["tags"]', '[0]', ' == ', ' != ', ' > ', ' in ', ' && ', ' || ', '!', '-', ' + ', ' / ', ' % ', ' ? ', ' : ', '(', ')', '[', ']', '{', '}', ',', '"x"', "'y'", '"\\u00e9"', '"\\', 'r"\\d"', 'b"x"', '1', '0.5', '0', '9223372036854775808', '-9223372036854775808', '1u', '1e400', 'true', 'null', 'size(', '.size()', '.exists(t, ', '.map(t, t)', '.filter(', '.matches("', '(a+)+$', '")', '.inCidr("10.0.0.0/8")', 'has(', 'int(', 'string(', 'dyn(', '__proto__', 'constructor', '\n', '//', '\u0000', '😀']; // prettier-ignore

const assemble = (dice: Dice, parts: readonly string[], most: number): string => {
  let text = '';
  for (let left = dice.whole(1, most); left > 0; left -= 1) text += dice.pick(parts);
  return text;
};

/** A text with some of it doubled, left out, put elsewhere or replaced. */
const mutated = (dice: Dice, source: string, parts: readonly string[]): string => {
  let text = source;
  for (let left = dice.whole(1, 3); left > 0; left -= 1) {
    const at = dice.whole(0, text.length);
    const end = Math.min(text.length, at + dice.whole(0, 12));
    const middle = dice.pick(['', text.slice(at, end).repeat(3), dice.pick(parts), text.slice(end, end + 20)]);
    text = text.slice(0, at) + middle + text.slice(end);
  }
  return text;
};

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
