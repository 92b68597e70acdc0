import { join } from 'path';
import { printable } from '../../../common/printable';
import { foldersFor } from '../standalone/folders';
import { parseCommand, type Command } from './arguments';
import { agentFolderIn } from '../key_files';
import { adopt } from './adopt';
import { away } from './away';
import { beside } from './beside';
import { connectors, testOne } from './connectors';
import { doctor, tellDoctor } from './doctor';
import { resume, resumeUndo, stop, suspendUndo, undoing } from './brakes';
import { breakers } from './breakers';
import { agents, limits, protectedThings, would } from './look_at_brakes';
import { showKey, trustKey } from './keys';
import { escalations } from './escalations';
import { acts, find } from './find';
import { tryGrant } from './grants';
import { handOvers } from './hand_overs';
import { decideHeld, held } from './held';
import { opinions } from './opinions';
import { closeUnknown, contain, putOffEnd } from './orders';
import { EXIT, type Outcome } from './outcome';
import { presets } from './presets';
import type { PolicyIo } from './policies/command';
import { runPolicyCommand } from './policies/main';
import { runSignerCommand, type SignerIo } from '../signer/command';
import { replay } from './replay';
import { dropSecret, rekey, secrets, writeSecret } from './secrets';
import { sources, switchSource } from './sources';
import { standardInput } from './standard_input';
import { status } from './status';
import { make, mint, revoke, tokens } from './tokens';
import { tryFile } from './try_documents';
import { upgradeAsks } from './upgrade_asks';
import { verify } from './verify';

const helpFor = (tokenFile: string): string => `Usage: reflex COMMAND [options]

Commands:
  status                what the running Reflex does and what troubles it
  doctor                look at everything that has to be set up, and prove it: account, indices, signing key, folder,
                        webhook, inventory, source, connector, approver; takes --last for what the last look found,
                        and --json; exit code 0: all green or set aside, 1: some line is open
  doctor aside LINE     this line is not wanted here; \`doctor want LINE\` takes that back; takes --reason TEXT
  doctor backup SHA256  confirm the backup of the signing key, by what \`sha256sum\` says of the backup file
  escalations           what waits for a person, and what approving each act would fill of the limits
  hand-overs            the ticket systems and chats that are told of what waits, how each fares, and the newest acts
                        that were handed over, with their tickets; exit code 1: one of them is not reached
  away                  which approvers are away, and who stands in for them
  away set NAME         you are away, and NAME approves for you; takes --to INSTANT, --from INSTANT, --reason TEXT
  away end ID           end an absence; takes --reason TEXT
  opinions              answers of others on which you are asked for a second opinion, without what was answered
  opinions approve ID   you would have approved it, or with \`deny\` denied; it changes nothing; takes --reason TEXT
  stop                  the kill switch: nothing new starts; takes --scope, default \`all\`, and --reason TEXT; with
                        --scope policy:ID and --for 30m it is a pause that ends by itself; exit code 0: nothing of
                        it starts any more, 1: some agent has not confirmed it yet
  resume                let acts start again; takes --scope and --reason TEXT
  breakers              what Reflex stopped by itself, on what grounds and what happens next, and how each connector
                        fares; \`resume\` resets one; exit code 0: none tripped, 1: some did
  undo                  where undoing is suspended, and which containments are past their end because of that
  undo suspend          undo nothing of a scope by itself; takes --for 2h (4h at the most), --scope, --reason TEXT
  undo resume           undo it by itself again; takes --scope and --reason TEXT
  held                  how many acts wait only because a person or a breaker stopped something; takes --scope
  held decide           decide them again, once it is released; it approves nothing; takes --scope and --reason TEXT
  would ACTION TARGET   what the brakes would say of an act on TARGET now, and why; nothing is sent; takes --host NAME for
                        a file or a process, --policy ID, --source TYPE:ID, --sources N; exit code 0: it would be
                        done if a policy permitted it, 1: it would not
  limits                how full each limit, each role that is kept and the bound of each source is, fullest first
  protected [TEXT]      protected targets, and where each comes from; with a part of a name only those
  agents                the agents with what each holds and what it cannot do
  contain ACTION TARGET
                        order an act by hand, as \`contain isolate_host ws-1\`: the policies, the brakes and the people
                        who approve say what comes of it; takes --reason TEXT, --for 2h, --host NAME for a file or a
                        process, --decision ID that shows why; exit code 0: it is done or under way, 1: it waits for
                        somebody, or was refused
  extend EFFECT_ID      order that a containment ends later by so much; takes --for 2h, --reason TEXT; exit codes as above
  close EFFECT_ID happened|not_happened  what a person found at the target of what nothing takes back and nobody knows the
                        outcome of; takes --reason TEXT; it is on record as their word, not as seen
  ask TEXT              what TEXT may mean, by any part of a name: address, network, host, user, file, rule, policy, id;
                        where that is one thing, all that is known of it
  acts                  what was done, refused, lifted or expired, newest first; takes --about TEXT, --action, --policy,
                        --connector, --outcome, --by, --from, --to, --limit, --cursor
  policies …            lint, test, compare and look at policies; \`reflex policies help\` says more
  replay DECISION_ID    decide a recorded decision again and compare the hashes;
                        exit code 0: same, 1: differs, 2: could not be compared
  verify                check the stored records against their chains and signed checkpoints; takes --from INSTANT,
                        --to INSTANT, --anchors FILE with checkpoints that you kept elsewhere, --key VKEY for the key of
                        another agent, --json; exit code 0: intact, 1: changed, 2: could not be verified, 3: nothing
                        vouches for some older records
  upgrade asks          which sources nobody granted anything, and which policies ask a person because of it
  beside                what others contain at the targets of the connectors; Reflex touches none of it; exit code 1:
                        some target could not say
  connectors            what each connector promises of its actions, what it cannot do now, and how it is
  connectors presets [NAME]
                        ready-made configurations for products, none of them run against its product; with NAME one of
                        them, with parameters to copy
  connectors test NAME  act on an address of nobody, see it, take it back, see it gone; takes --action;
                        exit code 0: all of it went, 1: some step did not
  sources               where events come from, how each does, and which are switched off
  sources off TYPE:ID   what this source sends makes no case and starts nothing, at no agent; takes --reason TEXT
  sources on TYPE:ID    take events of this source again; takes --reason TEXT
  sources try FILE      what documents (JSON, an array, or one a line) would come to: their events, what is left out and
                        why, and the verdict; takes --preset NAME, or --source TYPE:ID as whose they are read
  grants preview TYPE:ID [FILE]
                        what a grant (YAML, its fields as under \`intake.vouch\`) would have meant for the recorded
                        decisions of a source, without FILE as if nothing were granted; takes --days N, default 7
  tokens                which tokens there are, what each may, and which are revoked
  tokens make NAME      make a token and print it, this once; takes --may LIST, --for 90d, --reason TEXT
  tokens revoke NAME    no Reflex of the fleet takes this token any more; takes --reason TEXT
  tokens mint           print a token that ends by itself, for the one in --token-file FILE; takes --for 10m (1h at the
                        most) and --may RIGHT,RIGHT for less than that one may
  secrets               the secrets of that host by name: where each comes from, whether it is there, when it changed,
                        who uses it; never what it is; exit code 1: one that something uses is not there
  secrets set NAME      store the secret that is piped in, sealed, for \`stored:NAME\` in settings; the next version of
                        one that there is already; takes --reason TEXT
  secrets remove NAME   take a stored secret away that nothing uses; takes --reason TEXT
  secrets rekey         seal every stored secret with the first key of the settings; takes --reason TEXT;
                        exit code 1: some could not be
  state adopt           work on with a state index that was deleted, replaced or restored; the Reflex of this
                        machine does it within seconds, or when it starts; takes --reason TEXT
  folder adopt          work on with a data folder that was copied, moved or restored; other copies are shut out;
                        takes --reason TEXT
  signer …              the process of its own user that keeps the key which signs policies; \`reflex signer help\` says
                        more
  keys show             print the public key with which the Reflex of this machine signs policies
  keys trust FILE       let the Reflex of this machine believe policies that this public key signs
  help                  print this

Options:
  --url ADDRESS         where Reflex answers; default http://127.0.0.1:5680
  --token-file FILE     the key that \`npm start\` made, or a whole value for an authorization header,
                        such as \`Basic …\` for OpenSearch Dashboards; default ${tokenFile}
  --data DIR            where that Reflex keeps its data, for \`state adopt\`, \`folder adopt\`
                        and \`keys\``;

const agentFolderOf = ({ data }: { readonly data?: string }): string =>
  agentFolderIn(foldersFor(data === undefined ? {} : { data }).data);

const run = (command: Command, tokenFile: string): Promise<Outcome> => {
  switch (command.name) {
    case 'help':
      return Promise.resolve({ exit: EXIT.done, lines: [helpFor(tokenFile)] });
    case 'status':
      return status(command.address);
    case 'doctor':
      return doctor(command.address, command);
    case 'doctor aside':
    case 'doctor want':
    case 'doctor backup':
      return tellDoctor(command);
    case 'escalations':
      return escalations(command.address);
    case 'hand-overs':
      return handOvers(command.address);
    case 'away':
    case 'away set':
    case 'away end':
      return away(command);
    case 'opinions':
    case 'opinions give':
      return opinions(command);
    case 'stop':
      return stop(command.address, command);
    case 'resume':
      return resume(command.address, command);
    case 'breakers':
      return breakers(command.address);
    case 'undo':
      return undoing(command.address);
    case 'undo suspend':
      return suspendUndo(command.address, command);
    case 'undo resume':
      return resumeUndo(command.address, command);
    case 'held':
      return held(command.address, command.scope);
    case 'held decide':
      return decideHeld(command.address, command);
    case 'would':
      return would(command.address, command.query);
    case 'limits':
      return limits(command.address);
    case 'protected':
      return protectedThings(command.address, command.text);
    case 'agents':
      return agents(command.address);
    case 'contain':
      return contain(command.address, command.body);
    case 'close':
      return closeUnknown(command.address, command);
    case 'extend':
      return putOffEnd(command.address, command);
    case 'ask':
      return find(command.address, command.text);
    case 'acts':
      return acts(command.address, command.query);
    case 'upgrade asks':
      return upgradeAsks(command.address);
    case 'beside':
      return beside(command.address);
    case 'connectors':
      return connectors(command.address);
    case 'connectors presets':
      return Promise.resolve(presets(command.preset));
    case 'connectors test':
      return testOne(command.address, command);
    case 'sources':
      return sources(command.address);
    case 'sources off':
    case 'sources on':
      return switchSource(command.address, { ...command, off: command.name === 'sources off' });
    case 'sources try':
      return tryFile(command.address, command.tried);
    case 'grants preview':
      return tryGrant(command.address, command.tried);
    case 'tokens':
      return tokens(command.address);
    case 'secrets':
      return secrets(command.address);
    case 'secrets set':
      return writeSecret(command.address, command, () => standardInput(process.stdin));
    case 'secrets remove':
      return dropSecret(command.address, command);
    case 'secrets rekey':
      return rekey(command.address, command.reason);
    case 'tokens make':
      return make(command.address, command);
    case 'tokens mint':
      return mint(command.address, command);
    case 'tokens revoke':
      return revoke(command.address, command.token, command.reason);
    case 'replay':
      return replay(command.address, command.decisionId);
    case 'verify':
      return verify(command.address, { ...command.wish, tell: (line) => console.error(printable(line)) });
    case 'state adopt':
      return Promise.resolve(adopt(agentFolderOf(command), command.reason));
    case 'folder adopt':
      return Promise.resolve(adopt(agentFolderOf(command), command.reason, 'folder'));
    case 'keys show':
      return Promise.resolve(showKey(agentFolderOf(command)));
    case 'keys trust':
      return Promise.resolve(trustKey(agentFolderOf(command), command.file));
  }
};

const policyIo = (): PolicyIo => ({
  out: (line) => console.log(printable(line)),
  err: (line) => console.error(printable(line)),
  cwd: process.cwd(),
  now: Date.now(),
});

const signerIo = (): SignerIo => ({
  out: (line) => console.log(printable(line)),
  err: (line) => console.error(printable(line)),
  now: () => Date.now(),
  ended: new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  }),
});

/**
 * The command line.
 *
 * @param args without program and script
 * @returns the exit code
 */
export const main = async (args: readonly string[]): Promise<number> => {
  if (args[0] === 'signer') return runSignerCommand(args.slice(1), signerIo());
  if (args[0] === 'policies') return runPolicyCommand(args.slice(1), policyIo());
  const tokenFile = join(foldersFor({}).data, 'key');
  const command = parseCommand(args, tokenFile);
  const { exit, lines } = command.ok
    ? await run(command.value, tokenFile)
    : { exit: EXIT.error, lines: [command.error] };
  const text = printable(lines.join('\n'));
  if (exit === EXIT.error) console.error(`reflex: ${text}`);
  else console.log(text);
  return exit;
};
