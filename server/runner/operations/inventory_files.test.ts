import { readInventory } from './inventory_files';

const faultsOf = (source: string) => {
  const read = readInventory(source);
  return read.ok ? [] : read.error;
};

describe('an inventory file', () => {
  it('says by what other names a host or an account goes', () => {
    const csv = 'type,value,aliases\nuser,CORP\\ana,S-1-5-21-1-2-3-1104 ana@corp.example\nhost,db-1,vip-1.corp.example';
    expect(readInventory(csv)).toMatchObject({
      ok: true,
      value: [{ aliases: ['S-1-5-21-1-2-3-1104', 'ana@corp.example'] }, { aliases: ['vip-1.corp.example'] }],
    });
  });

  it.each([
    ['user', 'ana*'],
    ['host', 'web 1'],
    ['host', '-'],
    ['group', 'staff'],
    ['subnet', '10.0.0.0/8'],
  ])('is refused where a %s is also called %s', (type, alias) => {
    const value = type === 'subnet' ? '10.1.0.0/16' : 'x';
    expect(faultsOf(JSON.stringify([{ type, value, aliases: [alias] }]))).toEqual([
      { path: 'row 1: aliases', message: expect.stringContaining(alias) },
    ]);
  });
});
