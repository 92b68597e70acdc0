import { aStatus } from '../../../test/builders/views';
import type { StatusView } from '../../../common/api/routes';
import { statusLines } from './status';

const linesOf = (overrides: Partial<StatusView>): string => statusLines(aStatus(overrides)).join('\n');

describe('`reflex status`', () => {
  it('says what is gone before its end, and what nobody knows of', () => {
    const lines = linesOf({
      containments: 7,
      live: [
        { connector: 'edge', gone: 2, unsure: 0 },
        { connector: 'edr', gone: 0, unsure: 3 },
      ],
    });
    expect(lines).toContain('7 live containments');
    expect(lines).toContain('  edge: 2 of them gone before their end');
    expect(lines).toContain('  edr: does not say whether 3 of them are in effect');
  });

  it('says nothing of connectors at which all is well', () => {
    expect(linesOf({ live: [{ connector: 'edge', gone: 0, unsure: 0 }] })).not.toMatch(/edge:/);
  });

  it('says every trouble', () => {
    expect(linesOf({ troubles: [{ code: 'containment_gone', text: 'gone before the end' }] })).toContain(
      'TROUBLE gone before the end',
    );
  });
});
