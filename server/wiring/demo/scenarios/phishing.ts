import { employee, workstation } from '../cast';
import { detection, documentMonitor, type Scene, type Sighting } from '../monitor';

const MONITOR = documentMonitor('phishing', 'mail', {
  name: 'Link in a mail that looks like phishing',
  tags: ['attack.t1566.002'],
});

interface Click {
  readonly user: string;
  readonly host: string;
  readonly domain: string;
  readonly message: string;
  readonly promise: Sighting['promise'];
}

const click = ({ user, host, domain, message, promise }: Click, afterMs = 0): Sighting => ({
  monitor: MONITOR,
  severity: '2',
  afterMs,
  promise,
  document: detection(MONITOR, 0.8, {
    message,
    user: { name: user },
    host: { name: host },
    destination: { domain },
    threat: { technique: { id: 'T1566.002', name: 'Spearphishing Link' } },
  }),
});

/** Somebody follows a link to a copy of the sign-in page, and again: the domain is blocked. */
export const phishing = (round: number): Scene => {
  const visit = {
    user: employee(round * 7 + 300),
    host: workstation('sal', round * 3 + 90),
    domain: `signin-${round}.example.net`,
  };
  return {
    scenario: 'phishing',
    title: 'somebody follows a link to a false sign-in page',
    sightings: [
      click({
        ...visit,
        message: 'link in a mail to a domain of yesterday; the page copies our sign-in',
        promise: 'hold',
      }),
      click({ ...visit, message: 'a form with a password was sent to the same domain', promise: 'permit' }, 8_000),
    ],
  };
};

/** A newsletter counts its readers by redirecting them. Once is not enough. */
export const newsletter = (round: number): Scene => ({
  scenario: 'phishing',
  title: 'a newsletter that looks like phishing',
  sightings: [
    click({
      user: employee(round * 7 + 330),
      host: workstation('sal', round * 3 + 120),
      domain: `news-${round}.example.com`,
      message: 'link in a mail that redirects twice',
      promise: 'hold',
    }),
  ],
});

/** The false page lies on a platform that everybody uses: blocking it needs a person. */
export const sharedPlatform = (round: number): Scene => ({
  scenario: 'phishing',
  title: 'a false sign-in page on a platform that everybody uses',
  sightings: [
    click({
      user: employee(round * 7 + 360),
      host: workstation('sal', round * 3 + 150),
      domain: `invoices-${round}.sharepoint.com`,
      message: 'link in a mail to a shared folder that asks for a password',
      promise: 'escalate',
    }),
  ],
});
