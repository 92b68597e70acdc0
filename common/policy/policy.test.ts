import { readFileSync } from 'fs';
import { join } from 'path';
import { ACTIONS, actionNamed } from './actions';
import { millisecondsOf } from './policy';
import { POLICY_SCHEMA } from './policy_schema';

describe('millisecondsOf', () => {
  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['4h', 14_400_000],
    ['30d', 2_592_000_000],
    ['0s', undefined],
    ['05m', undefined],
    ['1.5h', undefined],
    ['-1h', undefined],
    ['1 h', undefined],
    ['1w', undefined],
    ['1H', undefined],
    ['h', undefined],
    ['', undefined],
    ['1000000s', undefined],
    ['1constructor', undefined],
  ])('reads %s as %s', (text, wanted) => expect(millisecondsOf(text)).toBe(wanted));
});

describe('actions', () => {
  it('have their own names and undo actions that nothing else has', () => {
    const names = ACTIONS.flatMap(({ action, undo }) => (undo === null ? [action] : [action, undo]));
    expect(new Set(names).size).toBe(names.length);
    expect(actionNamed('constructor')).toBeUndefined();
  });
});

it('keeps the schema for editors in step with the code', () => {
  const written: unknown = JSON.parse(
    readFileSync(join(__dirname, '..', '..', 'policies', 'schema', 'policy.schema.json'), 'utf8'),
  );
  expect(written).toEqual(JSON.parse(JSON.stringify(POLICY_SCHEMA)));
});
