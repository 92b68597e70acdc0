import type { ActionRecord } from '../../../common/flow/outcome';
import { COMMAND_STATES } from '../../../common/flow/outcome';
import { undoRoom } from '../../../test/builders/undo_room';
import { aCommand, anEntry, EFFECT, ME, TTL_MS, utcAt } from '../../../test/builders/undoing';
import { bareIdentities } from '../../engine/entity/identity';
import { effectId, effectIds } from '../keeping/kinds/effect';
import type { JournalEntry, ListedEffect } from '../ports';
import { Findings } from './adopt_findings';

/* What is known of effects after the state was lost: from the evidence, from the targets, from the journal. */

const TARGET = { type: 'ip', value: '203.0.113.7' } as const;
const UNKNOWN_COMMAND = {
  case_id: 'case:unknown',
  decision_id: 'unknown',
  act_id: 'unknown',
  action: 'block_ip',
  target: TARGET,
  connector: 'edge',
  reason: 'found when the state was adopted; its record is lost',
  ttl_ms: null,
  rollback: null,
  policy: { id: 'unknown', hash: 'unknown', layer: 'action', mode: 'enforce' },
};

const aRecord = (state: ActionRecord['state'], overrides: Partial<ActionRecord> = {}): ActionRecord => ({
  command: aCommand(),
  n: 0,
  state,
  at: utcAt(0),
  session: ME,
  effect_id: EFFECT,
  ...overrides,
});
const findings = (...records: readonly ActionRecord[]): Findings => {
  const found = new Findings();
  for (const record of records) found.fromRecord(record);
  return found;
};
const withJournal = async (found: Findings, ...entries: readonly JournalEntry[]): Promise<Findings> => {
  const { journal } = undoRoom();
  await journal.put(entries);
  found.fromJournal(journal);
  return found;
};
const reasonsOf = (found: Findings, id = EFFECT) => [...(found.effects.get(id)?.reasons.values() ?? [])];

describe('a command on record', () => {
  const over = new Set([
    ...['failed', 'undone', 'verified_absent', 'late_effect_removed', 'taken_back', 'reason_folded'],
    'closed_by_person',
  ]);

  it.each(COMMAND_STATES.map((state) => [state, over.has(state) ? 'is over' : 'may be in effect'] as const))(
    'after `%s` %s',
    (state, _said) => {
      const found = findings(aRecord('claimed'), aRecord(state, { n: 1 }));
      expect([...found.effects.keys()]).toEqual(over.has(state) ? [] : [EFFECT]);
    },
  );

  it('is a reason of its effect, and goes on counting its records', () => {
    const found = findings(aRecord('claimed'), aRecord('succeeded', { n: 1, at: utcAt(500) }));
    expect(found.effects.get(EFFECT)).toMatchObject({
      id: EFFECT,
      connector: 'edge',
      action: 'block_ip',
      target: TARGET,
    });
    expect(reasonsOf(found)).toEqual([{ command: aCommand(), deadline: utcAt(TTL_MS), next_n: 2 }]);
  });

  it('ends its ttl after its first record, whatever came later', () => {
    const found = findings(
      aRecord('claimed', { at: utcAt(1_000) }),
      aRecord('taken_over', { n: 4, at: utcAt(50_000) }),
    );
    expect(reasonsOf(found)[0]).toMatchObject({ deadline: utcAt(1_000 + TTL_MS), next_n: 5 });
  });

  it('ends when its first record says, whatever the clock of its writer said', () => {
    const found = findings(
      aRecord('reason_added', { at: utcAt(-91_000), deadline: utcAt(TTL_MS) }),
      aRecord('verified_present', { n: 1, at: utcAt(500) }),
    );
    expect(reasonsOf(found)).toEqual([{ command: aCommand(), deadline: utcAt(TTL_MS), next_n: 2 }]);
  });

  it('ends when its first record says, and numbers no record twice, where that comes last: clocks differ', () => {
    const found = findings(
      aRecord('verified_present', { n: 1, at: utcAt(500) }),
      aRecord('claimed', { at: utcAt(91_000), deadline: utcAt(TTL_MS) }),
    );
    expect(reasonsOf(found)).toEqual([{ command: aCommand(), deadline: utcAt(TTL_MS), next_n: 2 }]);
  });

  it('has no end where it has no ttl', () => {
    const command = aCommand('c1', { ttl_ms: null });
    expect(reasonsOf(findings(aRecord('claimed', { command })))[0]?.deadline).toBeNull();
  });

  it('that is over leaves the others of its effect', () => {
    const command = aCommand('c2');
    const found = findings(aRecord('claimed'), aRecord('reason_added', { command }), aRecord('undone', { n: 1 }));
    expect(reasonsOf(found).map((reason) => reason.command.command_id)).toEqual(['c2']);
  });

  it('that is over and of which nothing else is known leaves nothing', () =>
    expect([...findings(aRecord('undone')).effects]).toEqual([]));
});

describe('an entry of the journal', () => {
  it('is a reason without a ttl, with the end that the journal knows', async () => {
    const found = await withJournal(new Findings(), anEntry());
    expect(found.effects.get(EFFECT)).toMatchObject({ connector: 'edge', action: 'block_ip', target: TARGET });
    expect(reasonsOf(found)).toEqual([
      { command: { ...UNKNOWN_COMMAND, command_id: 'c1' }, deadline: utcAt(TTL_MS), next_n: 0 },
    ]);
  });

  it('adds nothing to a command that is on record', async () => {
    const found = await withJournal(findings(aRecord('claimed')), anEntry({ deadline: null }));
    expect(reasonsOf(found)).toEqual([{ command: aCommand(), deadline: utcAt(TTL_MS), next_n: 1 }]);
  });

  it('tells the end of an effect of which the target shows only the mark', async () => {
    const found = new Findings();
    found.fromTarget('edge', { action: 'block_ip', target: TARGET, command_id: 'c1' });
    const [id = ''] = found.effects.keys();
    await withJournal(found, anEntry({ effect_id: id }));
    expect(reasonsOf(found, id)).toEqual([expect.objectContaining({ deadline: utcAt(TTL_MS) })]);
  });

  it('adds a command to an effect that is known, and others for themselves', async () => {
    const found = await withJournal(
      findings(aRecord('claimed')),
      anEntry(),
      anEntry({ command_id: 'c2' }),
      anEntry({ command_id: 'c3', effect_id: 'effect:3' }),
    );
    expect(reasonsOf(found).map(({ command }) => command.command_id)).toEqual(['c1', 'c2']);
    expect(reasonsOf(found, 'effect:3').map(({ command }) => command.command_id)).toEqual(['c3']);
  });
});

describe('what a target shows', () => {
  const ID = effectId('edge', 'block_ip', TARGET);
  const shown = (found: Findings, effect: Partial<ListedEffect>): Findings => {
    found.fromTarget('edge', { action: 'block_ip', target: TARGET, ...effect });
    return found;
  };

  it('is left alone where it does not carry a mark of ours', () =>
    expect([...shown(new Findings(), {}).effects]).toEqual([]));

  it('is an effect that only a person ends, where nothing else is known of it', () => {
    const found = shown(new Findings(), { command_id: 'c1' });
    expect(found.effects.get(ID)).toMatchObject({ id: ID, connector: 'edge', action: 'block_ip', target: TARGET });
    expect(reasonsOf(found, ID)).toEqual([
      { command: { ...UNKNOWN_COMMAND, command_id: 'c1' }, deadline: null, next_n: 0 },
    ]);
  });

  it.each(['CORP\\Ana', 'ana@corp'])('is filed where claims meet it, by whichever of its names: %s', (value) => {
    const found = new Findings();
    found.fromTarget('directory', { action: 'disable_user', target: { type: 'user', value }, command_id: 'c1' });
    for (const said of ['CORP\\ana', 'Ana@CORP', 'corp\\ANA'])
      expect(effectIds('directory', 'disable_user', { type: 'user', value: said }, bareIdentities)).toContain(
        [...found.effects.keys()][0],
      );
  });

  it('adds nothing to a command that is on record', () => {
    const found = shown(findings(aRecord('claimed', { effect_id: ID })), { command_id: 'c1' });
    expect(reasonsOf(found, ID)).toEqual([{ command: aCommand(), deadline: utcAt(TTL_MS), next_n: 1 }]);
  });
});

it('a journal entry of which its target shows nothing any more brings no effect back', async () => {
  const found = await withJournal(
    new Findings(),
    anEntry({ gone: true }),
    anEntry({ command_id: 'c2', effect_id: 'effect:2' }),
  );
  expect([...found.effects.keys()]).toEqual(['effect:2']);
});
