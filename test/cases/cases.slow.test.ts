import { HELD_CASES } from './held';
import { HELD_OVER_TIME } from './held_over_time';
import { NOT_YET } from './not_yet';
import { outcomeOf, type PublicCase } from './public_case';
import { DETAIL_CASES } from './reported/details';
import { DOCUMENT_CASES } from './reported/documents';
import { EFFECT_CASES } from './reported/effects';
import { ENTITY_CASES } from './reported/entities';

const REPORTED: readonly PublicCase[] = [...ENTITY_CASES, ...DOCUMENT_CASES, ...DETAIL_CASES, ...EFFECT_CASES];
const HELD: readonly PublicCase[] = [...HELD_CASES, ...HELD_OVER_TIME];
const ALL = [...REPORTED, ...HELD];

const table = (cases: readonly PublicCase[]) => cases.map((each) => [each.name, each] as const);
const LISTED = NOT_YET.flatMap(({ names }) => names);

describe('the list of what is not right yet', () => {
  it('names cases that there are, each once, and none that held from the first', () => {
    expect(new Set(LISTED).size).toBe(LISTED.length);
    const reported = REPORTED.map(({ name }) => name);
    expect(LISTED.filter((name) => !reported.includes(name))).toEqual([]);
  });

  it('knows each case by one name', () => {
    expect(new Set(ALL.map(({ name }) => name)).size).toBe(ALL.length);
    expect(ALL.length).toBeGreaterThan(100);
  });
});

describe('what others reported', () => {
  it.each(table(REPORTED))('%s', async (name, publicCase) => {
    const { notSo } = await outcomeOf(publicCase);
    const listed = LISTED.includes(name);
    if (listed && notSo === undefined) throw new Error('it is right now: take it off `test/cases/not_yet.ts`');
    if (!listed && notSo !== undefined) throw notSo;
  });
});

describe('what held from the first', () => {
  it.each(table(HELD))('%s', async (_, publicCase) => {
    const { notSo } = await outcomeOf(publicCase);
    if (notSo !== undefined) throw notSo;
  });
});
