import { assemble, CEL_PARTS, mutated, SEED, YAML_PARTS } from '../builders/broken_texts';
import { BLOCK_KNOWN_IOC } from '../builders/policies';
import { Dice } from '../fakes/scheduler';
import { MALFORMED_POLICIES } from '../samples/malformed_policies';
import { MALFORMED_YAML, YAML_BOMBS } from '../samples/malformed_yaml';
import { parsePolicy } from '../../server/engine/policy/parse_policy';
import { formFaults } from '../../public/pages/policies/check/form_faults';

const ofThePage = (source: string) => {
  if (formFaults === undefined) throw new Error('the schema was not compiled for the page');
  return formFaults(source);
};

const ofTheServer = (source: string) => {
  const parsed = parsePolicy('policy.yaml', source);
  return parsed.ok ? [] : parsed.error;
};

/** Both ways find the same, but for conditions, which only the server compiles. Answers the page's codes. */
const expectSame = (source: string): readonly string[] => {
  const { faults, hasForm } = ofThePage(source);
  const others = ofTheServer(source);
  expect(faults).toEqual(others.filter(({ code }) => code !== 'bad_condition'));
  // What is not sent to the server must be complete.
  if (!hasForm) expect(faults).toEqual(others);
  expect(hasForm || faults.length > 0).toBe(true);
  return faults.map(({ code }) => code);
};

describe('what the page says of a text by itself', () => {
  it('is nothing of a good policy', () => {
    expect(ofThePage(BLOCK_KNOWN_IOC)).toEqual({ faults: [], hasForm: true });
  });

  it('is what the server says of it, with places and hints', () => {
    expect(ofThePage(BLOCK_KNOWN_IOC.replace('  when:', '  whenn:')).faults).toEqual([
      expect.objectContaining({ line: 5, code: 'missing_when' }) as unknown,
      {
        file: 'policy.yaml',
        line: 8,
        column: 10,
        code: 'unknown_field',
        message: '`spec.whenn` is not a known field',
        hint: 'did you mean `when`',
      },
    ]);
  });

  it.each([...MALFORMED_POLICIES.map(([note, source]) => [note, source] as const)])(
    'is what the server says of %s',
    (_, source) => {
      expectSame(source);
    },
  );

  it.each([...MALFORMED_YAML, ...YAML_BOMBS].map(([note, source]) => [note, source] as const))(
    'is what the server says of %s',
    (_, source) => {
      expect(expectSame(source).length).toBeGreaterThan(0);
    },
  );

  it('is what the server says of 1,000 texts that nobody wrote by hand', () => {
    const dice = new Dice(SEED + 2);
    const codes = new Set<string>();
    let good = 0;
    for (let round = 0; round < 1_000; round += 1) {
      const source = dice.chance(0.2)
        ? assemble(dice, YAML_PARTS, 18)
        : mutated(dice, BLOCK_KNOWN_IOC, [...YAML_PARTS, ...CEL_PARTS]);
      const found = expectSame(source);
      if (found.length === 0) good += 1;
      for (const code of found) codes.add(code);
    }
    // Texts that are all alike would prove nothing.
    expect(good).toBeGreaterThan(50);
    expect(codes.size).toBeGreaterThan(8);
  });

  it('makes no code of text: the compiled schema runs where that is forbidden', () => {
    const forbidden = jest.spyOn(globalThis, 'Function').mockImplementation(() => {
      throw new EvalError('code generation from strings is not allowed');
    });
    try {
      jest.isolateModules(() => {
        const fresh = jest.requireActual<typeof import('../../public/pages/policies/check/form_faults')>(
          '../../public/pages/policies/check/form_faults',
        );
        expect(fresh.formFaults?.('apiVersion: reflex/v2').faults.length).toBeGreaterThan(2);
      });
    } finally {
      forbidden.mockRestore();
    }
  });
});
