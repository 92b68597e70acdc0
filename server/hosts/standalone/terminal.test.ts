import { Terminal } from './terminal';

const screenOf = (
  isTTY: boolean,
): { screen: { isTTY: boolean; write: (text: string) => void }; written: () => string } => {
  let all = '';
  return { screen: { isTTY, write: (text) => void (all += text) }, written: () => all };
};

describe('without a terminal', () => {
  it('progress is a line for every tenth', () => {
    const { screen, written } = screenOf(false);
    const terminal = new Terminal(screen);
    for (let done = 0; done <= 100; done += 1)
      terminal.step({ id: 'a', title: 'Load', state: 'running', done, total: 100 });
    terminal.step({ id: 'a', title: 'Load', state: 'done' });
    expect(written().trimEnd().split('\n')).toHaveLength(12);
  });
});

describe('on a terminal', () => {
  it('progress stays on one line, which other lines replace', () => {
    const { screen, written } = screenOf(true);
    const terminal = new Terminal(screen);
    terminal.step({ id: 'a', title: 'Load', state: 'running', done: 1, total: 2, detail: '1 of 2 MB' });
    expect(written()).toBe('\r\u001b[2K  Load 50 % (1 of 2 MB)');
    terminal.line('Ready');
    expect(written().endsWith('\r\u001b[2KReady\n')).toBe(true);
  });
});
