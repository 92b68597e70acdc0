import fc from 'fast-check';
import { aHistory } from '../../../../test/builders/lookups';
import { received } from '../../../../test/builders/events';
import { CONDITION_FUNCTIONS, CONDITION_TYPES, CONDITION_VARIABLES } from '../../../../common/policy/condition_fields';
import { JudgingActivation } from '../../decision/activation';
import {
  CLAUSE_ERROR,
  CLAUSE_FALSE,
  CLAUSE_SKIPPED,
  CLAUSE_TRUE,
  compileCondition,
  compileText,
  evaluateCondition,
  valuesOf,
  type CompiledCondition,
} from './condition';
import { judgingEnvironment, proposingEnvironment } from './environment';
import { randomRuns } from '../../../../test/builders/random_runs';

const compiled = (source: string): CompiledCondition => {
  const result = compileCondition(judgingEnvironment, source);
  if (!result.ok) throw new Error(`${source}: ${result.error.message}`);
  return result.value;
};
const refusalOf = (source: string): { offset: number; message: string } => {
  const result = compileCondition(judgingEnvironment, source);
  if (result.ok) throw new Error(`\`${source}\` was accepted`);
  return result.error;
};

const activation = new JudgingActivation(
  {
    received: received({
      confidence: 0.9,
      severity: 'high',
      tags: ['c2', 'quoted "x"', 'back\\slash', 'new\nline', 'ü€😀'],
      user: { name: 'Alice' },
      rule: { id: 'r1', name: 'rule', origin: 'known_ioc' },
      source: { ip: '10.1.2.3' },
      src_host: 'a',
      dst_host: 'c',
    }),
    score: { log_odds_micro: 2_000_000, value: 0.88, terms: [] },
    history: aHistory({ domains: ['endpoint', 'network'] }),
    source: { type: 'ip', value: '10.1.2.3', known: true, tags: ['server'] },
    destination: undefined,
    user: undefined,
    now: Date.parse('2026-11-22T23:59:59.000Z'),
    aboutTarget: () => ({ lifted_24h: 1, overridden_30d: 2, contained_now: true }),
    lookUp: ({ lookup }) => ({
      answer: lookup === 'lateral_chain' ? { hops: 2, hosts: ['a', 'b', 'c'] } : { state: 'intact' },
    }),
  },
  {
    action: 'block_ip',
    connector: null,
    policy: 'p',
    ttlMs: 60_000,
    target: { type: 'ip', value: '10.1.2.3' },
    asset: undefined,
    lookups: { lateral_chain: { withinMs: 1_000 }, host_integrity: { connector: 'edr', of: 'source' } },
  },
);
const holds = (source: string): boolean => evaluateCondition(compiled(source), activation).matched;

describe('compileCondition', () => {
  it.each([
    ['a missing operand', 'event.confidence >', 18],
    ['a text compared with a number', 'event.severity > 5', 0],
    ['something that is no yes or no', 'event.severity', 0],
    ['a field that does not exist', 'event.sevrity == "high"', 6],
    ['a variable that does not exist', 'evnt.severity == "high"', 0],
    ['a wrong type in the second clause', 'event.severity == "high" && event.tags == "x"', 28],
    ['a function that is not offered', 'event.severity.split("x").size() > 0', 0],
    ['now', 'now() > 5', 0],
    ['dyn, which would switch types off', 'dyn(event.severity) == 5', 0],
    ['a literal map', '{"a": 1}.size() > 0', 1],
    ['the constructor of a fact', 'event.constructor == "x"', 6],
    ['the prototype of a fact', 'event.__proto__ == event', 6],
    ['a global object', 'process == "x"', 0],
    ['a pattern that is not RE2', 'event.severity.matches("(?=x)")', 23],
    ['a back reference', 'event.severity.matches("(a)\\\\1")', 23],
    ['a pattern out of a field', 'event.severity.matches(event.user.name)', 34],
    ['a network that is none', 'event.source.ip.inCidr("10.0.0.0/33")', 23],
    ['a network out of a field', 'event.source.ip.inCidr(event.user.name)', 34],
    ['loops in loops', 'event.tags.all(a, event.tags.all(b, a == b))', 0],
    ['too many parts', `true${' && true'.repeat(600)}`, 0],
    ['too deep nesting', `${'('.repeat(60)}true${')'.repeat(60)}`, 24],
    ['a long list', `event.severity in [${'"x",'.repeat(300)}"x"]`, 1043],
  ])('refuses %s and says where', (_, source, offset) => {
    const fault = refusalOf(source);
    expect(fault.message.length).toBeGreaterThan(5);
    expect(fault.message).not.toContain('\n');
    expect(fault.offset).toBe(offset);
  });

  it('tells target and act only to policies that judge', () => {
    expect(compileCondition(proposingEnvironment, 'target.is_private').ok).toBe(false);
    expect(compileCondition(judgingEnvironment, 'target.is_private').ok).toBe(true);
  });

  it('knows what people said of a target only where there is one', () => {
    const source =
      'history.target.lifted_24h > 0 && history.target.contained_now && history.target.overridden_30d == 2';
    expect(compileCondition(proposingEnvironment, source).ok).toBe(false);
    expect(evaluateCondition(compiled(source), activation)).toMatchObject({ matched: true });
  });

  it('knows every field of the schema with its type, and every fact has a value', () => {
    const literal: Record<string, string> = { string: '""', double: '0.0', bool: 'true', 'list<string>': '[""]' };
    const fieldsOf = new Map(CONDITION_TYPES.map((type) => [type.name, type.fields]));
    const walk = (path: string, type: string): string[] =>
      (fieldsOf.get(type) ?? []).flatMap((field) =>
        literal[field.type] === undefined
          ? walk(`${path}.${field.name}`, field.type)
          : [`${path}.${field.name} == ${literal[field.type]}`],
      );
    const all = CONDITION_VARIABLES.flatMap(({ name, type, judgesType = type }) => walk(name, judgesType));
    expect(all.length).toBeGreaterThan(90);
    for (const source of all)
      expect([source, evaluateCondition(compiled(source), activation).error]).toEqual([source, undefined]);
  });

  it('offers every function that the documentation lists', () => {
    const uses: Record<string, string> = {
      size: 'size(event.tags) == 5 && event.severity.size() == 4',
      startsWith: 'event.severity.startsWith("hi")',
      endsWith: 'event.severity.endsWith("gh")',
      contains: 'event.severity.contains("ig")',
      lowerAscii: 'event.user.name.lowerAscii() == "alice"',
      upperAscii: 'event.user.name.upperAscii() == "ALICE"',
      trim: '" x ".trim() == "x"',
      matches: 'event.severity.matches("^h.*h$")',
      inCidr: 'event.source.ip.inCidr("10.0.0.0/8")',
      has: 'has(event.rule)',
      all: 'event.tags.all(t, t != "x")',
      exists: 'event.tags.exists(t, t == "c2")',
      exists_one: 'event.tags.exists_one(t, t == "c2")',
      filter: 'event.tags.filter(t, t == "c2").size() == 1',
      map: 'event.tags.map(t, t + "!")[0] == "c2!"',
      int: 'int("5") == 5',
      double: 'double("0.5") == 0.5',
      string: 'string(5) == "5"',
    };
    expect(Object.keys(uses).sort()).toEqual([...CONDITION_FUNCTIONS].sort());
    for (const source of Object.values(uses)) expect([source, holds(source)]).toEqual([source, true]);
  });

  it('compares a field with a whole number as with the same decimal', () => {
    for (const source of [
      'time.hour == 23',
      '23 == time.hour',
      'time.hour >= 23',
      'event.severity_rank != 4',
      'event.severity_rank == 3.0',
    ])
      expect([source, holds(source)]).toEqual([source, true]);
  });

  it('splits a condition into its clauses as they are written', () => {
    expect(
      compiled('event.severity == "high" && (event.confidence > 0.5 || score.value > 0.9)').clauses.map(
        ({ text }) => text,
      ),
    ).toEqual(['event.severity == "high"', 'event.confidence > 0.5 || score.value > 0.9']);
  });

  it.each([
    ['0.88000000001', 'score.value < 0.88000000001'],
    ['a tiny number', 'score.value > 1e-12 && !(0.0 > 1e-12) && 1e-12 > 0.0'],
    ['a huge number', 'score.value < 1e21 && 1e21 > 999999999999999900000.0 && 1e-7 < 0.0000002'],
    ['a negative number', '-0.12345678901 < -0.123456789'],
  ])('keeps %s as it is when it takes the clauses apart', (_, source) => {
    expect([source, holds(source), judgingEnvironment.parse(source)(activation)]).toEqual([source, true, true]);
  });

  it('compiles a text once for each environment, and a wrong one never', () => {
    const source = 'event.severity == "once"';
    expect(compiled(source)).toBe(compiled(source));
    expect(compileCondition(proposingEnvironment, source)).not.toBe(compileCondition(judgingEnvironment, source));
    expect(compileCondition(judgingEnvironment, 'target.is_private').ok).toBe(true);
    expect(compileCondition(proposingEnvironment, 'target.is_private').ok).toBe(false);
  });

  it.each([
    ['event.rule.id == "a"', ['event.rule.id']],
    ['event["rule"]["id"] == "a"', ['event.rule.id']],
    ['event["confidence"] > 0.5 && src["asset"].known', ['event.confidence', 'src.asset.known']],
    ['"x" in src.asset.tags', ['src.asset.tags']],
    ['src["asset"].tags.exists(t, t == user.name)', ['src.asset.tags', 'user.name']],
    ['[src, dst].exists(side, side.asset.known)', ['src', 'dst']],
    ['event.tags[0] == event.severity', ['event.tags', 'event.severity']],
  ])('knows what %s reads', (source, reads) => {
    expect([...compiled(source).reads].sort()).toEqual([...reads].sort());
  });

  it.each([
    ['event.rule.id == "a"', [{ path: 'event.rule.id', values: ['a'] }]],
    ['"a" == event.rule.id', [{ path: 'event.rule.id', values: ['a'] }]],
    ['event.rule.id in ["a", "b"]', [{ path: 'event.rule.id', values: ['a', 'b'] }]],
    ['"a" in event.tags', [{ path: 'event.tags', values: ['a'] }]],
    ['event["rule"].id == "a"', [{ path: 'event.rule.id', values: ['a'] }]],
    ['event.rule.id != "a"', []],
    ['!(event.rule.id == "a")', []],
    ['event.rule.id == "a" || event.rule.id == "b"', []],
    ['event.rule.id in ["a", event.user.name]', []],
    ['event.rule.id == event.user.name', []],
    ['event.confidence == 1.0', []],
  ])('takes from %s what policies can be looked up by', (source, discriminators) => {
    expect(compiled(source).discriminators).toEqual(discriminators);
  });
});

describe('compileText', () => {
  it('yields text, and nothing else', () => {
    const text = compileText(proposingEnvironment, 'event.source.ip + "/32"');
    expect(text.ok && text.value(activation)).toBe('10.1.2.3/32');
    expect(compileText(proposingEnvironment, 'event.confidence').ok).toBe(false);
    expect(compileText(proposingEnvironment, 'target.value').ok).toBe(false);
  });
});

describe('evaluateCondition', () => {
  const resultsOf = (source: string) => evaluateCondition(compiled(source), activation);
  const erring = 'int(event.severity) == 1';

  it('is true if every clause is', () => {
    expect(resultsOf('event.severity == "high" && score.value > 0.8')).toEqual({
      matched: true,
      results: [CLAUSE_TRUE, CLAUSE_TRUE],
    });
  });
  it('stops at the first clause that is false', () => {
    expect(resultsOf('event.severity == "low" && score.value > 0.8')).toEqual({
      matched: false,
      results: [CLAUSE_FALSE, CLAUSE_SKIPPED],
    });
  });
  it('errs if a clause errs and none is false', () => {
    expect(resultsOf(`${erring} && score.value > 0.8`)).toMatchObject({
      matched: false,
      results: [CLAUSE_ERROR, CLAUSE_TRUE],
      error: expect.any(String) as unknown,
    });
  });
  it('is false if a clause is, whatever errs before or after it', () => {
    expect(resultsOf(`${erring} && event.severity == "low"`).error).toBeUndefined();
    expect(resultsOf(`event.severity == "low" && ${erring}`).error).toBeUndefined();
  });
  it('gives one line of error', () => {
    expect(resultsOf(`event.tags.exists(t, ${erring})`).error).not.toContain('\n');
  });
  it('reads values by path, and undefined where there is nothing', () => {
    expect(valuesOf(['event.rule.id', 'event.nothing.at.all'], activation)).toEqual({
      'event.rule.id': 'r1',
      'event.nothing.at.all': undefined,
    });
  });

  // Clauses are written anew from the tree; what they say together must stay what the author wrote.
  it('means the same clause by clause as the condition as a whole', () => {
    const texts = [
      'high',
      'c2',
      'quoted "x"',
      "it's",
      'back\\slash',
      'new\nline',
      'tab\t',
      'ü€😀',
      '\u2028',
      '',
      '\u0007',
      '${x}',
      '\\n',
      '{{7*7}}',
    ];
    const literal = fc.constantFrom(...texts).map((text) => JSON.stringify(text));
    const text = fc.oneof(
      literal,
      fc.constantFrom(
        'event.severity',
        'event.user.name',
        'event.rule.origin',
        'event.tags[1]',
        'event.tags[2]',
        'event.tags[3]',
      ),
    );
    const value = fc.oneof(
      fc.constantFrom('event.confidence', 'score.value', 'time.hour', 'history.corroboration.count'),
      fc.double({ min: -2, max: 30, noNaN: true }).map((each) => each.toFixed(3)),
    );
    const atom = fc.oneof(
      fc.tuple(text, fc.constantFrom('==', '!='), text).map((parts) => parts.join(' ')),
      fc.tuple(value, fc.constantFrom('>', '<=', '<', '>='), value).map((parts) => parts.join(' ')),
      fc.tuple(literal, fc.constantFrom('event.tags', 'src.asset.tags')).map((parts) => parts.join(' in ')),
      literal.map((each) => `event.tags.exists(t, t == ${each} || t.contains(${each}))`),
      fc.tuple(text, text).map(([a, b]) => `(${a} + ${b}).size() > 5`),
      fc.constantFrom(
        'true',
        'false',
        'target.is_private',
        '-5 < 3',
        '2 - 3 - 4 == -5',
        '2 * (3 + 4) == 14',
        '7 % 4 / 2 == 1',
      ),
    );
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        atom,
        tie('expression').map((each) => `!(${each})`),
        fc
          .tuple(tie('expression'), fc.constantFrom('&&', '||'), tie('expression'))
          .map(([a, op, b]) => `(${a}) ${op} (${b})`),
        fc
          .tuple(tie('expression'), tie('expression'), tie('expression'))
          .map(([a, b, c]) => `((${a}) ? (${b}) : (${c}))`),
      ),
    }));
    fc.assert(
      fc.property(expression, (source) => {
        const whole: unknown = judgingEnvironment.parse(source)(activation);
        expect(holds(source)).toBe(whole);
      }),
      { numRuns: randomRuns(600) },
    );
  });
});
