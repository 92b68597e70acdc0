import type { OutboxEntry, StateDoc } from '../ports';
import { buildBatch } from './build_batch';
import type { Built, Plan, View } from './plan';
import { Remembered } from './remembered';
import type { PlannedDoc } from './state_docs';

/* Plans of one batch are made one after the other, and none spoils another. */

const NOW = 5_000;
const ID = 'cursor:1';
/** What they hold is not looked at here. */
const planned = (content: unknown, more: Partial<PlannedDoc> = {}): PlannedDoc =>
  ({ id: ID, kind: 'cursor', facets: {}, content, ...more }) as unknown as PlannedDoc;
const record = (id: string, body?: object): OutboxEntry =>
  ({ family: 'actions', id, ...(body ? { body } : {}) }) as unknown as OutboxEntry;
const stored = (content: unknown, more: Partial<StateDoc> = {}): StateDoc =>
  ({ id: ID, kind: 'cursor', owner: 'them', content, outbox: [], ...more }) as unknown as StateDoc;

const plan = (build: (view: View) => Built<unknown> | 'read_again') => ({
  plan: { reads: [ID], build } satisfies Plan<unknown>,
});
const writes = (content: unknown, more: Partial<PlannedDoc> = {}) =>
  plan(() => ({ docs: [planned(content, more)], answer: content }));
/** Writes nothing, and answers with what it sees. */
const looks = () => plan((view) => ({ docs: [], answer: view.get(ID) }));

interface Known {
  readonly doc?: StateDoc | undefined;
  readonly copied?: readonly string[];
  readonly fresh?: readonly string[];
}
const build = (batch: ReadonlyArray<ReturnType<typeof plan>>, { doc, copied = [], fresh = [] }: Known = {}) => {
  const remembered = new Remembered();
  remembered.set(ID, { doc, knownSince: 1_000 });
  const isCopied = ({ id }: Pick<OutboxEntry, 'id'>): boolean => copied.includes(id);
  const made = buildBatch(batch, { remembered, fresh: new Set(fresh), isCopied, session: 'me', now: NOW });
  return {
    ...made,
    answers: made.built.map(({ built }) => built.answer),
    content: made.working.get(ID)?.doc.content,
    carried: made.working.get(ID)?.carried.map(({ id }) => id),
  };
};

describe('a plan sees', () => {
  it('what is stored, and since when that is known', () =>
    expect(build([looks()], { doc: stored('old') }).answers).toEqual([
      { kind: 'cursor', content: 'old', owner: 'them', knownSince: 1_000 },
    ]));

  it('nothing where nothing is', () => expect(build([looks()]).answers).toEqual([undefined]));

  it('what the plans before it in the batch leave, which is of this session and of now', () => {
    const { answers } = build([writes('first'), looks()], { doc: stored('old') });
    expect(answers[1]).toEqual({ kind: 'cursor', content: 'first', owner: 'me', knownSince: NOW });
  });

  it('whose it is by the plan before it', () => {
    const { answers } = build([writes('first', { owner: 'released' }), looks()]);
    expect(answers[1]).toMatchObject({ owner: 'released' });
  });

  it('the moment, and which documents were read for it', () => {
    const asks = plan((view) => ({ docs: [], answer: [view.now, view.isFresh(ID), view.isFresh('cursor:2')] }));
    expect(build([asks], { fresh: [ID] }).answers).toEqual([[NOW, true, false]]);
  });
});

describe('of one document that several plans write', () => {
  it('the last content is written once, and every plan has its answer', () => {
    const { answers, content, working } = build([writes('first'), writes('second')]);
    expect([answers, content, working.size]).toEqual([['first', 'second'], 'second', 1]);
  });

  it('the records of all stay in it, those that are stored and not copied first', () => {
    const doc = stored('old', { outbox: [record('r0', {}), record('r1', {})] });
    const batch = [writes('first', { records: [record('r2', {})] }), writes('second', { records: [record('r3', {})] })];
    expect(build(batch, { doc, copied: ['r0'] }).carried).toEqual(['r1', 'r2', 'r3']);
  });

  it('a record without a body is made of the version that it came with', () => {
    const received = (event: string) => ({ received: { event } });
    const kind = 'case';
    const batch = [writes(received('second'), { kind, records: [record('r1')] }), writes(received('third'), { kind })];
    const doc = stored(received('first'), { kind, outbox: [record('r0')] });
    expect(
      build(batch, { doc })
        .working.get(ID)
        ?.carried.map(({ body }) => body),
    ).toEqual([
      { event: { event: 'first' }, decision: undefined },
      { event: { event: 'second' }, decision: undefined },
    ]);
  });
});

describe('a plan that cannot be made', () => {
  it('fails alone: nobody sees anything of it', () => {
    const fails = plan(() => {
      throw new Error('a bug');
    });
    const batch = [writes('first'), fails, looks()];
    const { built, failed, unsure, answers } = build(batch);
    expect(built.map(({ waiting }) => waiting)).toEqual([batch[0], batch[2]]);
    expect(failed).toEqual([{ waiting: fails, error: new Error('a bug') }]);
    expect([unsure, answers[1]]).toEqual([[], expect.objectContaining({ content: 'first' })]);
  });

  it('fails alone where what is stored of its document cannot be carried on, and is not among those that were made', () => {
    const doc = stored('old', { outbox: [record('r0')] });
    const batch = [writes('first'), plan(() => ({ docs: [], answer: 'looked' }))];
    const { answers, failed, working } = build(batch, { doc });
    expect([answers, failed.map(({ waiting }) => waiting), working.size]).toEqual([['looked'], [batch[0]], 0]);
  });

  it('without fresh documents is told apart, and writes nothing', () => {
    const unsure = plan(() => 'read_again');
    const made = build([unsure, looks()], { doc: stored('old') });
    expect([made.unsure, made.failed, made.working.size]).toEqual([[unsure], [], 0]);
    expect(made.answers).toEqual([expect.objectContaining({ content: 'old' })]);
  });
});
