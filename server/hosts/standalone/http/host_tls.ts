import { present } from '../../../../common/present';
import type { HostProblem } from '../../host_parts';
import type { Settings } from '../../settings';
import { LOOPBACK, type ListenSettings } from '../../settings/listen';
import { CannotStart } from '../cannot_start';
import type { HttpHostTls } from './http_host';
import { ownCertificate } from './own_certificate';
import { TlsFiles } from './tls_files';

/** How a host listens with TLS. */
export interface HostTls {
  readonly listening: HttpHostTls;
  readonly problems: () => readonly HostProblem[];
  /** What is printed at the start: whose certificate, and how programs come to trust it. */
  readonly about: string;
}

type Listening = Pick<Settings, 'listen' | 'intake'>;

/** Where the host answers: at the first of its names, because its certificate is for that. */
export const urlOf = (port: number, listen: ListenSettings | undefined): string => {
  if (listen?.tls === undefined) return `http://${LOOPBACK}:${port}`;
  const name = listen.names[0] ?? LOOPBACK;
  return `https://${name.includes(':') ? `[${name}]` : name}:${port}`;
};

/** Places of the settings that take a certificate of their caller. */
const bound = ({ intake }: Pick<Settings, 'intake'>) => [
  ...intake.tokens.flatMap(({ name, certificate }) =>
    certificate === undefined ? [] : [{ what: `the token \`${name}\``, byName: certificate.name !== undefined }],
  ),
  ...intake.sources.webhooks.flatMap(({ name, auth: { certificate } }) =>
    certificate === undefined ? [] : [{ what: `the webhook \`${name}\``, byName: certificate.name !== undefined }],
  ),
];

/** @throws CannotStart if something is bound to a certificate that nobody can show here */
const checkBound = (settings: Listening): boolean => {
  const all = bound(settings);
  const tls = settings.listen?.tls;
  const [first] = all;
  if (tls === undefined && first !== undefined)
    throw new CannotStart(`${first.what} is bound to a client certificate, which takes TLS; set \`listen.tls\``);
  const named = all.find(({ byName }) => byName);
  if (tls?.clientCa === undefined && named !== undefined)
    throw new CannotStart(
      `${named.what} is bound to the name in a client certificate, which takes the authority that signs it; set \`listen.tls.client_ca\``,
    );
  return all.length > 0 || tls?.clientCa !== undefined;
};

/**
 * The TLS of a host; undefined where it listens without.
 *
 * @throws CannotStart if its certificate cannot be used
 */
export const hostTls = (
  settings: Listening,
  { dataFolder, utc }: { readonly dataFolder: string; readonly utc: () => number },
): HostTls | undefined => {
  const asksCallers = checkBound(settings);
  const { listen } = settings;
  if (listen?.tls === undefined) return undefined;
  const { cert, key, clientCa } = listen.tls;
  const isOwn = cert === undefined || key === undefined;
  const own = isOwn ? ownCertificate(dataFolder, ['localhost', LOOPBACK, ...listen.names], utc()) : undefined;
  let files: TlsFiles;
  try {
    files = new TlsFiles({ cert: own?.cert ?? cert ?? '', key: own?.key ?? key ?? '', ...present({ clientCa }) }, utc);
  } catch (cause) {
    throw new CannotStart(`the certificate of this host cannot be used: ${(cause as Error).message}`, { cause });
  }
  return {
    listening: { material: files.material, changed: () => files.changed(), asksCallers, onlyTls: !isOwn },
    problems: () => files.problems(),
    about:
      own === undefined
        ? `Certificate: ${cert ?? ''}, sha256 ${files.fingerprint}`
        : `Certificate of its own${own.isNew ? ', new' : ''}: ${own.cert}, sha256 ${files.fingerprint}\nBrowsers warn of it. Programs that send here take that file as their authority.`,
  };
};
