import fc from 'fast-check';
import { editsBetween, nearest } from './suggest';
import { compileCondition } from './condition';
import { judgingEnvironment, proposingEnvironment } from './environment';

const faultOf = (source: string, environment = proposingEnvironment) => {
  const compiled = compileCondition(environment, source);
  if (compiled.ok) throw new Error('there is no fault in it');
  return compiled.error;
};

describe('a name that conditions do not know', () => {
  it.each([
    ['event.confidense >= 0.9', 6, 'unknown field `confidense`', 'did you mean `confidence`?'],
    ['score.value > 0.5 && event.source.pi == "1"', 34, 'unknown field `pi`', 'it has: ip, domain'],
    ['event.source.domian == "a"', 13, 'unknown field `domian`', 'did you mean `domain`?'],
    ['evnt.confidence >= 0.9', 0, 'unknown variable `evnt`', 'did you mean `event`?'],
    ['confidence >= 0.9', 0, 'unknown variable `confidence`', 'did you mean `event.confidence`?'],
    ['event.tags.exists(t, q == "a")', 21, 'unknown variable `q`', expect.stringContaining('available: event')],
    ['target.value == "a"', 0, 'unknown variable `target`', expect.stringContaining('available: event')],
    [
      'event.rule.id.startWith("a")',
      0,
      'function `startWith` is not available in conditions',
      expect.stringMatching(/^did you mean `startsWith`\? available: /),
    ],
    [
      'event.rule.id.reverse() == "a"',
      0,
      'function `reverse` is not available in conditions',
      expect.stringMatching(/^available: /),
    ],
  ])('%s', (source, offset, message, hint: unknown) => {
    expect(faultOf(source)).toEqual({ offset, message, hint });
  });

  it('is looked for among what judges see, where a judge asks', () => {
    expect(faultOf('targte.value == "a"', judgingEnvironment).hint).toBe('did you mean `target`?');
    expect(faultOf('history.target.lifted_24 > 1', judgingEnvironment).hint).toBe('did you mean `lifted_24h`?');
    expect(faultOf('history.targte.lifted_24h > 1', judgingEnvironment).hint).toBe('did you mean `target`?');
  });
});

describe('the nearest name', () => {
  it.each([
    ['confidense', 'confidence'],
    ['confidnece', 'confidence'],
    ['Confidence', 'confidence'],
    ['sevrity', 'severity'],
    ['confide', undefined],
    ['ab', undefined],
  ])('of %s is %s', (name, found) => expect(nearest(name, ['severity', 'confidence', 'ip'])).toBe(found));

  it('is as far one way as the other, and no step away from itself', () => {
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, (one, other) => {
        expect(editsBetween(one, other)).toBe(editsBetween(other, one));
        expect(editsBetween(one, one)).toBe(0);
        expect(editsBetween(one, `${one}x`)).toBe(1);
      }),
    );
  });
});
