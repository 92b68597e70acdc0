import { parseOptions } from './options';

describe('the options of npm start', () => {
  it('have defaults', () => {
    expect(parseOptions([])).toEqual({
      ok: true,
      value: expect.objectContaining({ port: 5680, demo: 'as_it_was', open: false }),
    });
  });

  it('are read', () => {
    const args = ['--port', '6000', '--node-zip', 'a.zip', '--node-heap', '2g', '--no-demo', '--open'];
    expect(parseOptions(args)).toEqual({
      ok: true,
      value: expect.objectContaining({ port: 6000, nodeZip: 'a.zip', nodeHeap: '2g', demo: 'off', open: true }),
    });
  });

  it.each([1024, 65_535])('take port %i', (port) => {
    expect(parseOptions(['--port', String(port)])).toMatchObject({ ok: true, value: { port } });
  });

  it.each([
    [['--port', 'abc'], '`--port abc` is no port; give a number from 1024 to 65535'],
    [['--port', '80'], '`--port 80` is no port; give a number from 1024 to 65535'],
    [['--port', '1023'], '`--port 1023` is no port; give a number from 1024 to 65535'],
    [['--port', '65536'], '`--port 65536` is no port; give a number from 1024 to 65535'],
    [
      ['--node-port', '19680'],
      '`--node-port` is gone: the OpenSearch node has no fixed port any more; start without it',
    ],
    [['--node-port=19680'], '`--node-port` is gone: the OpenSearch node has no fixed port any more; start without it'],
    [['--node-heap', 'much'], '`--node-heap much` is no size; give one such as 512m or 2g'],
    [['--prot', '6000'], "Unknown option '--prot'; `npm start -- --help` lists the options"],
  ])('%j are refused in a sentence', (args, sentence) => {
    expect(parseOptions(args)).toEqual({ ok: false, error: sentence });
  });
});
