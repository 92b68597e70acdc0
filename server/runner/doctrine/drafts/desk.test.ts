import { SEEN_NOTHING } from '../../../../common/api/drafts';
import { DRAFT_KINDS, draftScene } from '../../../../test/builders/draft_desks';
import { digestOf } from '../../../engine/digest/digest';
import { StoreUnavailable } from '../../ports';

/* What holds for the drafts of policies and for those of guards. */

type Scene = Awaited<ReturnType<typeof draftScene>>;
const away = () => Promise.reject(new StoreUnavailable('away'));

describe.each(DRAFT_KINDS)('the saved draft of a $type', (kind) => {
  const { desk, doc, facets, written, theirs, mine, other, hash, about } = kind;
  let scene: Scene;
  beforeEach(async () => {
    scene = await draftScene(kind);
  });

  it('is stored under its id, by its state, with these fields', async () => {
    await scene.saved('ana', { source: mine });
    const at = expect.stringMatching(/^2026-/);
    expect(await scene.kept()).toMatchObject({ id: doc, kind: kind.kind });
    expect((await scene.kept())?.facets).toEqual({ ...facets, at });
    expect((await scene.kept())?.content).toEqual({
      ...kind.stored(hash(written)),
      source: mine,
      deleted: false,
      author: 'ana',
      writers: ['ana'],
      updated_at: at,
    });
  });

  it('is put on record by the very write that keeps it', async () => {
    const writes = scene.watchWrite();
    const before = scene.audited().length;
    await scene.saved('ana', { source: mine });
    const entry = { verb: 'save_draft', by: 'ana', ...about, digest: digestOf(mine), outcome: 'checked: no faults' };
    expect(writes).toEqual([{ before, carried: [expect.objectContaining(entry)] }]);
    expect(scene.entries('save_draft')).toEqual([expect.objectContaining(entry)]);
  });

  it('is on record once, though somebody else was faster and it was written again', async () => {
    let isFirst = true;
    scene.around.write = async (writes) => {
      if (!isFirst || writes.every(({ id }) => id !== doc)) return;
      isFirst = false;
      await scene.save('ben', { source: other }, 1);
    };
    expect(await scene.saved('ana', { source: mine })).toMatchObject({ writers: ['ben', 'ana'] });
    const authors = scene.entries('save_draft').map(({ by }) => by);
    expect(authors.sort()).toEqual(['ana', 'ben']);
  });

  it('that removes its text is on record as such', async () => {
    await scene.saved('ana', { deleted: true });
    expect(scene.entries('save_draft')).toMatchObject([{ digest: digestOf(null), outcome: 'removes it' }]);
  });

  it('that is refused is on record as refused, and nothing is kept', async () => {
    const refused = await scene.drive(desk.save(scene.agentAt(0), 'unknown', { author: 'ana' }));
    expect(refused).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(scene.entries('save_draft').map(({ outcome }) => outcome)).toEqual(['refused: invalid']);
    expect(await scene.list()).toEqual([]);
  });

  it('is by everybody who saved it since it last said what is written', async () => {
    await scene.saved('ana', { source: mine });
    expect(await scene.saved('ben', { source: other })).toMatchObject({ author: 'ben', writers: ['ana', 'ben'] });
    await scene.saved('ben', { source: written });
    expect(await scene.saved('carl', { source: mine })).toMatchObject({ writers: ['carl'] });
  });

  it('is made from the text that its author saw, and saving again is no sign that others’ was seen', async () => {
    expect(await scene.saved('ana', { source: mine })).toMatchObject({
      made_from: hash(written),
      base_source: written,
    });
    await scene.release(theirs);
    expect(await scene.saved('ana', { source: other })).toMatchObject({
      made_from: hash(written),
      base_hash: hash(theirs),
      base_source: theirs,
      is_overtaken: true,
    });
    expect(await scene.saved('ana', { source: mine, seen: 'another hash' })).toMatchObject({ is_overtaken: true });
    const looked = await scene.saved('ana', { source: mine, seen: hash(theirs) });
    expect([looked.made_from, looked.is_overtaken]).toEqual([hash(theirs), undefined]);
    const unseen = await scene.saved('ana', { source: mine, seen: SEEN_NOTHING });
    expect([unseen.made_from, unseen.is_overtaken]).toEqual([undefined, true]);
    expect((await scene.saved('ana', { source: theirs })).is_overtaken).toBeUndefined();
  });
});

describe.each(DRAFT_KINDS)('the discarded draft of a $type', (kind) => {
  const { desk, doc, facets, written, mine, other, hash, about } = kind;
  let scene: Scene;
  beforeEach(async () => {
    scene = await draftScene(kind);
    await scene.saved('ana', { source: mine });
  });
  const outcomes = () => scene.entries('discard_draft').map(({ outcome }) => outcome);

  it('is put on record by the very write that discards it, and its document goes', async () => {
    const writes = scene.watchWrite();
    const before = scene.audited().length;
    expect(await scene.discard()).toEqual({ ok: true, value: true });
    const entry = { verb: 'discard_draft', by: 'ana', ...about, digest: digestOf(mine) };
    expect(writes).toEqual([{ before, carried: [expect.objectContaining(entry)] }]);
    expect(scene.entries('discard_draft')).toEqual([expect.objectContaining(entry)]);
    expect(await scene.kept()).toBeUndefined();
  });

  it('stays when somebody saved it meanwhile, and no entry says that it was discarded', async () => {
    scene.onceRead(doc, 'ben', { source: other });
    expect(await scene.discard()).toMatchObject({ ok: false, error: { code: 'changed' } });
    expect(await scene.list()).toMatchObject([{ source: other, author: 'ben' }]);
    expect(outcomes()).toEqual(['refused: changed']);
  });

  it('is the one of now, whatever this agent remembers of it', async () => {
    await scene.drive(scene.save('ben', { source: other }, 1));
    expect(await scene.discard()).toMatchObject({ ok: true });
    expect(scene.entries('discard_draft')).toMatchObject([{ digest: digestOf(other) }]);
  });

  it('is not discarded twice, and no entry says so', async () => {
    await scene.discard();
    expect(await scene.discard()).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(outcomes()).toEqual([undefined, 'refused: not_found']);
  });

  it('is gone though its document could not be removed yet', async () => {
    scene.around.remove = away;
    await scene.discard();
    expect(await scene.kept()).toBeDefined();
    expect(await scene.list()).toEqual([]);
    expect(await scene.discard()).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(await scene.saved('ben', { source: other })).toMatchObject({ writers: ['ben'], made_from: hash(written) });
    expect(await scene.list()).toMatchObject([{ source: other }]);
  });

  it('keeps its document until its entry is filed', async () => {
    const evidence = jest.spyOn(scene.agentAt(0).parts.evidence, 'append').mockImplementation(away);
    expect(await scene.discard()).toMatchObject({ ok: true });
    expect([await scene.list(), outcomes()]).toEqual([[], []]);
    const carried = (await scene.kept())?.outbox.map(({ body }) => body);
    expect(carried).toContainEqual(expect.objectContaining({ verb: 'discard_draft', by: 'ana' }));
    evidence.mockRestore();
  });

  it('leaves its document for the next discard to remove, at the latest', async () => {
    const remove = scene.around.remove;
    scene.around.remove = away;
    await scene.discard();
    scene.around.remove = remove;
    await scene.drive(desk.save(scene.agentAt(0), 'another', { source: other, author: 'ana' }));
    await scene.drive(desk.discard(scene.agentAt(0), 'another', 'ana'));
    expect(await scene.kept()).toBeUndefined();
    expect(outcomes()).toEqual([undefined, undefined]);
  });

  it('is one whose text is in force now, unless somebody went on writing', async () => {
    await scene.discardReleased(other);
    expect(await scene.list()).toHaveLength(1);
    scene.onceRead(facets.state, 'ben', { source: other });
    await scene.discardReleased(mine);
    expect(await scene.list()).toMatchObject([{ source: other, author: 'ben' }]);
    expect(outcomes()).toEqual([]);
    await scene.discardReleased(other);
    expect([await scene.list(), await scene.kept()]).toEqual([[], undefined]);
    expect(scene.entries('discard_draft')).toMatchObject([{ by: 'cleo', digest: digestOf(other) }]);
  });
});
