import { asideSetup, checkSetup, confirmKeyBackup, getSetup, SETUP_LINES, SetupView } from '../../common/api/routes';
import { decode } from '../../common/codec/decode';
import { sha256 } from '../engine/digest/digest';
import { signingKey } from '../engine/policy/signature';
import { SetupBook, type SetupPorts } from '../runner/operations/setup/setup_book';
import { StoreUnavailable } from '../runner/ports';
import { generateKeyPairSync } from 'crypto';
import { aClusterLook, aFolderLook, setupPortsOf } from '../../test/builders/setup';
import { callerWith, routeHost, type RouteHost } from '../../test/builders/route_host';
import { heldSigner } from '../engine/policy/signer';

let host: RouteHost;
beforeEach(async () => {
  host = await routeHost();
});

const ADMIN = callerWith('ada', 'read', 'admin');
const PEM = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const KEY = signingKey(PEM);

/** Puts another book of the set-up in place. */
const withPorts = (over: Partial<SetupPorts>): SetupBook => {
  const { agent, sourceHealth, alerting } = host;
  const ports = setupPortsOf({ agent, sourceHealth, sources: alerting.sources.desk }, over);
  const setup = new SetupBook(ports);
  Object.assign(host.parts.ready(), { setup });
  return setup;
};

const read = (answer: { readonly status: number; readonly body?: unknown }) => {
  expect(answer.status).toBe(200);
  const view = decode(SetupView, JSON.parse(JSON.stringify(answer.body)));
  if (!view.ok) throw new Error(JSON.stringify(view.error));
  return view.value;
};
const view = async () => read(await host.call(getSetup));
const lineOf = (of: SetupView, name: string) => of.lines.find(({ line }) => line === name);
const audited = () =>
  host.world.evidence.find({ family: 'audit' }).map(({ body }) => [body.verb, body.by, body.outcome ?? body.text]);

describe('the set-up', () => {
  it('tells every line, in the order in which it is set up', async () => {
    const { lines, open } = await view();
    expect(lines.map(({ line }) => line)).toEqual([...SETUP_LINES]);
    expect(lineOf(await view(), 'folder')).toMatchObject({ state: 'green', code: 'folder_durable' });
    expect(lineOf(await view(), 'webhook')).toMatchObject({ state: 'unknown', code: 'webhook_no_channel' });
    expect(open).toBe(lines.filter(({ state }) => state !== 'green').length);
  });

  it('looks anew only when it is asked to, or after a while', async () => {
    let looks = 0;
    withPorts({ folder: async () => aFolderLook({ sync_ms: (looks += 1) }) });
    await view();
    await view();
    expect(looks).toBe(1);
    await host.call(checkSetup, { body: { line: 'folder' }, as: ADMIN });
    expect(looks).toBe(2);
    await host.wait(60_000);
    expect(lineOf(await view(), 'folder')?.facts.sync_ms).toBe(3);
  });

  it('is not green where nobody could look', async () => {
    withPorts({ cluster: aClusterLook({ indices: () => Promise.reject(new StoreUnavailable('away')) }) });
    const { lines } = await view();
    expect(lines.find(({ line }) => line === 'indices')).toMatchObject({ state: 'unknown', code: 'not_looked' });
  });

  it('lets a person set a line aside with a reason, and take that back; both are on record', async () => {
    const { open } = await view();
    const put = async (aside: boolean, reason: string) =>
      read(await host.call(asideSetup, { params: { line: 'webhook' }, body: { aside, reason }, as: ADMIN }));
    const after = await put(true, 'all is read from indices');
    expect(after.open).toBe(open - 1);
    expect(lineOf(after, 'webhook')?.aside).toMatchObject({ by: 'ada', reason: 'all is read from indices' });
    await host.wait(60_000);
    withPorts({});
    expect(lineOf(await view(), 'webhook')?.aside?.by).toBe('ada');
    const back = await put(false, 'we subscribe now');
    expect([back.open, lineOf(back, 'webhook')?.aside]).toEqual([open, undefined]);
    expect(audited()).toEqual(
      expect.arrayContaining([
        ['set_up_aside', 'ada', 'all is read from indices'],
        ['set_up_wanted', 'ada', 'we subscribe now'],
      ]),
    );
    expect((await host.call(asideSetup, { params: { line: 'no' }, body: { aside: true, reason: 'abc' } })).status).toBe(
      400,
    );
  });

  it('takes the backup of its own key only, and says who confirmed it', async () => {
    withPorts({ signers: [heldSigner(KEY)] });
    expect(lineOf(await view(), 'key')?.code).toBe('key_not_backed_up');
    const confirm = (text: string) => host.call(confirmKeyBackup, { body: { sha256: sha256(text) }, as: ADMIN });
    const wrong = await confirm('something else');
    expect([wrong.status, JSON.stringify(wrong.body)]).toEqual([400, expect.stringContaining(KEY.keyId)]);
    expect(lineOf(await view(), 'key')?.state).toBe('amber');
    expect(lineOf(read(await confirm(PEM)), 'key')).toMatchObject({ state: 'green', facts: { by: 'ada' } });
    withPorts({ signers: [heldSigner(KEY)] });
    expect(lineOf(await view(), 'key')?.state).toBe('green');
    expect(JSON.stringify(audited())).not.toContain(sha256(PEM));
    expect(audited()).toEqual(
      expect.arrayContaining([
        ['confirm_key_backup', 'ada', 'refused: invalid'],
        ['confirm_key_backup', 'ada', 'done'],
      ]),
    );
  });

  it('has nothing to confirm where no key signs', async () => {
    const answer = await host.call(confirmKeyBackup, { body: { sha256: sha256(PEM) }, as: ADMIN });
    expect(answer.status).toBe(404);
  });
});

describe('what the header knows of it', () => {
  it('is nothing until somebody looked; then it is looked at again while something is open', async () => {
    let looks = 0;
    const setup = withPorts({ folder: async () => aFolderLook({ sync_ms: (looks += 1) }) });
    expect(setup.open).toBeUndefined();
    setup.keep();
    await host.wait(1_000);
    expect([setup.open, looks]).toEqual([expect.any(Number), 1]);
    setup.keep();
    await host.wait(1_000);
    expect(looks).toBe(1);
    await host.wait(10 * 60_000);
    setup.keep();
    await host.wait(1_000);
    expect(looks).toBe(2);
  });
});
