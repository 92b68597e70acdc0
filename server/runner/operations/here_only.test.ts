import { anEntry, utcAt } from '../../../test/builders/undoing';
import type { JournalEntry } from '../ports';
import { hereOnlyView } from './here_only';

const view = (effects: Readonly<Record<string, readonly JournalEntry[]>>, most = 10) =>
  hereOnlyView({ state: 'away', host: 'soc-01', effects: new Map(Object.entries(effects)) }, most);

describe('what only the journal of this machine tells', () => {
  it('is one row for each effect, which ends with the last of its reasons', () => {
    const entries = [
      anEntry({ at: utcAt(5_000), deadline: utcAt(60_000) }),
      anEntry({ command_id: 'c2', at: utcAt(1_000), deadline: utcAt(90_000) }),
      anEntry({ command_id: 'c3', at: utcAt(2_000), deadline: utcAt(10_000) }),
    ];
    expect(view({ 'effect:1': entries })).toEqual({
      state: 'away',
      host: 'soc-01',
      total: 1,
      containments: [
        {
          effect_id: 'effect:1',
          connector: 'edge',
          action: 'block_ip',
          target: { type: 'ip', value: '203.0.113.7' },
          since: utcAt(1_000),
          due: utcAt(90_000),
          undoing: false,
        },
      ],
    });
  });

  it('has no end where one of its reasons has none, and is being undone once that was marked', () => {
    const [row] = view({ a: [anEntry(), anEntry({ deadline: null, undone_offline: true })] }).containments;
    expect(row).toMatchObject({ due: null, undoing: true });
  });

  it('is listed soonest to end first, what only a person ends last, and counted whole', () => {
    const effects = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, n) => [
        `e${n}`,
        [anEntry({ deadline: n === 0 ? null : utcAt(1e6 - n * 10) })],
      ]),
    );
    const { total, containments } = view(effects, 1_000);
    expect([total, containments.length]).toEqual([10_000, 1_000]);
    expect(containments.slice(0, 2).map(({ effect_id }) => effect_id)).toEqual(['e9999', 'e9998']);
    expect(view(effects, 10_000).containments.at(-1)?.effect_id).toBe('e0');
  });
});
