import { CONTRACT_ROWS, ContractTable } from './contract_table';

describe('the table of the contract suite', () => {
  it('has a row for each promise, a column for each connector, and the reason of each skip', () => {
    const table = new ContractTable();
    for (const row of CONTRACT_ROWS) table.note('edge', row, 'yes');
    table.note('edge', 'renew', { skipped: 'it ends nothing by itself' });
    table.note('edr', 'act', 'NO');
    const lines = table.lines();
    expect(lines).toHaveLength(CONTRACT_ROWS.length + 2);
    expect(lines[0]).toMatch(/^\| connector contract +\| edge +\| edr +\|$/);
    expect(lines[1]).toMatch(/^\| act +\| yes +\| NO +\|$/);
    expect(lines.find((line) => line.startsWith('| renew'))).toMatch(/\| skipped +\| not tried \|$/);
    expect(lines.at(-1)).toBe('skipped at edge: renew: it ends nothing by itself');
    expect(table.missing('edge')).toEqual([]);
    expect(table.missing('edr')).toEqual(CONTRACT_ROWS.slice(1));
  });

  it('lets a fifth of the rows be skipped, and no more', () => {
    const table = new ContractTable();
    const most = Math.floor(CONTRACT_ROWS.length / 5);
    for (const row of CONTRACT_ROWS.slice(0, most)) table.note('edge', row, { skipped: 'why' });
    expect(table.skipsTooMuch('edge')).toBe(false);
    table.note('edge', CONTRACT_ROWS[most] ?? 'act', { skipped: 'why' });
    expect(table.skipsTooMuch('edge')).toBe(true);
  });
});
