import { present } from '../../../common/present';
import type * as t from 'io-ts';
import { list, record, text } from '../../../common/codec/codecs';
import type { BadField } from '../../../common/codec/decode';

/** The remote repository in which policies are written and reviewed. */
export interface PolicyGitSettings {
  /** HTTPS, or HTTP on the loopback; without user and password. */
  readonly remote: string;
  readonly branch: string;
  /** Folder in it that holds `policies/`; empty at its root. */
  readonly path: string;
  /** Name under which the remote takes the token. */
  readonly user: string;
  /** Name of the secret with the token. */
  readonly tokenSecret?: string;
  /** File with the token. */
  readonly tokenFile?: string;
  /** File with the certificate of the authority that signed the remote's (PEM). */
  readonly ca?: string;
  /** File with the certificate that the remote is shown (PEM), and the name of the secret with its key. */
  readonly cert?: string;
  readonly keySecret?: string;
  readonly pollMs: number;
}

export interface PoliciesGit {
  readonly git?: PolicyGitSettings;
  /** Who commits under which e-mail address: nobody approves what they committed themselves. */
  readonly people?: ReadonlyArray<{ readonly email: string; readonly user: string }>;
}

const name = text({ min: 1, max: 128 });
const path = text({ min: 1, max: 4096 });

export const PolicyGitFile = record(
  {},
  {
    remote: text({
      min: 8,
      max: 2048,
      pattern: /^(https:\/\/[^/?#@\s]+|http:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?)\/[^?#@\s]+$/,
      patternName:
        'an address such as `https://git.example/soc/policies.git` without user and password; `http` only on this machine',
    }),
    branch: text({
      min: 1,
      max: 200,
      pattern: /^(?!.*(\.\.|\/\/|@\{|\.lock(\/|$)|\/\.|\.$|\/$))[A-Za-z0-9_][A-Za-z0-9._/-]*$/,
      patternName: 'the name of a branch',
    }),
    path: text({
      min: 1,
      max: 512,
      pattern: /^(?!.*(^|\/)\.{1,2}(\/|$))[^/\\\s][^\\]*[^/\\]$|^[^/\\.\s]$/,
      patternName: 'a folder such as `soc/reflex`, without a slash at either end',
    }),
    user: text({ min: 1, max: 128, pattern: /^[^:\s]+$/, patternName: 'a name without a colon' }),
    token_secret: name,
    token_file: path,
    ca: path,
    cert: path,
    key_secret: name,
    poll: text({
      min: 2,
      max: 7,
      pattern: /^[1-9]\d{0,4}[sm]$/,
      patternName: 'a length of time such as `30s` or `5m`',
    }),
    people: list(
      record({ email: text({ min: 3, max: 254, pattern: /@/, patternName: 'an e-mail address' }), user: name }),
      1000,
    ),
  },
);

/** What is wrong with how the remote is reached. */
export const policyGitFaults = ({
  remote,
  cert,
  key_secret,
}: t.TypeOf<typeof PolicyGitFile> = {}): readonly BadField[] => {
  if ((cert === undefined) !== (key_secret === undefined))
    return [{ path: 'policies.git', message: 'a client certificate needs `cert` and `key_secret`, both' }];
  return cert !== undefined && remote?.startsWith('https:') !== true
    ? [{ path: 'policies.git.cert', message: 'is shown to a remote with an `https` address only' }]
    : [];
};

const DEFAULT_BRANCH = 'main';
const DEFAULT_POLL_MS = 30_000;

const millisecondsIn = (poll: string): number => Number(poll.slice(0, -1)) * (poll.endsWith('m') ? 60_000 : 1_000);

/** Without a remote Reflex keeps a repository of its own. */
export const policyGitSettings = ({
  remote,
  branch = DEFAULT_BRANCH,
  path: folder = '',
  user = 'reflex',
  token_secret,
  token_file,
  ca,
  cert,
  key_secret,
  poll,
  people,
}: t.TypeOf<typeof PolicyGitFile> = {}): PoliciesGit => ({
  ...present({ people }),
  ...(remote === undefined
    ? {}
    : {
        git: {
          remote: remote.replace(/\/+$/, ''),
          branch,
          path: folder,
          user,
          pollMs: poll === undefined ? DEFAULT_POLL_MS : millisecondsIn(poll),
          ...present({ tokenSecret: token_secret, tokenFile: token_file, ca, cert, keySecret: key_secret }),
        },
      }),
});
