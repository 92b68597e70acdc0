const { nodeFault } = jest.requireActual<{ nodeFault: (version: string) => string }>('./node_version');

describe('a version of Node.js', () => {
  it.each(['20.19.0', '20.20.2', '21.0.0', '22.11.0'])('%s will do', (version) => {
    expect(nodeFault(version)).toBe('');
  });

  it.each(['18.20.0', '20.18.9', '23.0.0', '24.1.0'])('%s is refused with what to do', (version) => {
    expect(nodeFault(version)).toContain(`this is ${version}`);
    expect(nodeFault(version)).toContain('Install Node.js 22');
  });
});
