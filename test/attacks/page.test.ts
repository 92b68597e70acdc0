import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { csvCell } from '../../public/format/csv_cell';
import { inOneLine, printable } from '../../common/printable';
import { main } from '../../server/hosts/cli/main';
import { bentText, feed } from './fuzz';

/* X16: texts of alerts where people see them: the page, a spreadsheet, a terminal, a log. */

const root = join(__dirname, '../..');

const sourcesUnder = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .map((name) => join(root, folder, name));

/** What makes markup or a program of a text. React shows every other text as it is. */
const MAKES_MARKUP = [
  /dangerouslySetInnerHTML/,
  /\b(inner|outer)HTML\b/,
  /insertAdjacentHTML|createContextualFragment|DOMParser/,
  /document\.write/,
  /\bsrcDoc\b/i,
  /\beval\s*\(|new Function\b/,
  /EuiMarkdown/,
  /window\.open\b/,
];

describe('the page', () => {
  const sources = sourcesUnder('public').map(
    (file) => [file.slice(root.length + 1), readFileSync(file, 'utf8')] as const,
  );

  it('makes markup of no text', () => {
    expect(sources.length).toBeGreaterThan(100);
    const found = sources.flatMap(([file, text]) => MAKES_MARKUP.filter((each) => each.test(text)).map(() => file));
    expect(found).toEqual([]);
  });

  it('links to nothing that a text of an alert could be', () => {
    const links = sources.flatMap(([, text]) => [...text.matchAll(/\bhref=(\{[^}]*\}|"[^"]*")/g)].map(([, to]) => to));
    expect(links.sort()).toEqual([
      '"#rfx-main"',
      // An address of this host; what is looked for in it is escaped (`host_discover.test.ts`).
      '{discover(look)}',
      // Where a ticket system that the settings name says its ticket is, if that is an address of the web.
      '{url}',
    ]);
  });
});

const FORMULAS = ['=1+1', '+1', '-1', '@x', '\uff1d1', '\uff0b1', '\uff0d1', '\uff20x', '\u22121'];
/** As spreadsheets cut a line, whatever is quoted, and skip what nobody sees. */
const cellsOf = (line: string): readonly string[] =>
  line.split(/[;\t\r\n]/).map((cell) => cell.replace(/^["\s\p{C}]+/u, ''));

describe('a spreadsheet', () => {
  it('gets no formula in any cell, at whatever it cuts', () => {
    const samples = FORMULAS.flatMap((formula) => [formula, ` ${formula}`, `a;${formula}`, `a\n\t"${formula}`]);
    feed(bentText(...samples), (text) => {
      const begins = cellsOf(csvCell(text)).map((cell) => cell[0] ?? '');
      expect(begins.filter((char) => '=+-@\uff1d\uff0b\uff0d\uff20\u2212'.includes(char) && char !== '')).toEqual([]);
    });
  });
});

describe('a terminal and a log', () => {
  it('get no control character, and no line of an alert', () => {
    feed(bentText('\u001b[2Jgone', '\u009b31mred', 'a\r\nforged line', '\u202eexe'), (text) => {
      expect(inOneLine(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      expect(printable(text).replace(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    });
  });

  it('are what the command line writes to', async () => {
    const written: string[] = [];
    const said = jest.spyOn(console, 'error').mockImplementation((text: string) => void written.push(text));
    try {
      await main(['\u001b[31mred\u202e']);
    } finally {
      said.mockRestore();
    }
    expect(written.join('')).toContain('\\u001b[31mred\\u202e');
    expect(written.join('')).not.toMatch(/[\u001b\u202e]/);
  });
});
