/*
 * Logs in. Without users it takes the key behind the `#` of the address, which is never sent to a server as part of it;
 * where the cluster has users, a name and a password.
 */

type Asks = 'key' | 'password' | 'unknown';

const PATH = '/api/reflex/session';
const AGAIN_MS = 2_000;
const WORDS: Readonly<Record<Asks, string>> = {
  key: 'Open the address that Reflex printed in the terminal when it started; it has a key in it that lets you in. Or put the key here.',
  password: 'Log in as a user of OpenSearch that has a role of Reflex.',
  unknown: 'OpenSearch did not say yet whether it has users. Until then nobody gets in; this page goes on by itself.',
};
const FORMS = { key: 'by-key', password: 'by-password' } as const;

const about = document.getElementById('about');
const field = (id: string): HTMLInputElement | null => document.getElementById(id) as HTMLInputElement | null;
const valueOf = (id: string): string => field(id)?.value ?? '';

const say = (text: string): void => {
  if (about !== null) about.textContent = text;
};

const logIn = async (proof: Readonly<Record<string, string>>, again: string): Promise<void> => {
  try {
    const answer = await fetch(PATH, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'osd-xsrf': 'reflex' },
      body: JSON.stringify(proof),
    });
    if (answer.ok) return window.location.replace('/app/reflex');
    const { message } = (await answer.json()) as { message?: string };
    say(message ?? `the host answered ${answer.status}`);
  } catch {
    say('Reflex does not answer; is it running?');
  }
  field(again)?.focus();
};

const show = (asks: keyof typeof FORMS): void => {
  say(WORDS[asks]);
  for (const [each, id] of Object.entries(FORMS)) {
    const form = document.getElementById(id);
    if (form !== null) form.hidden = each !== asks;
  }
};

const askedHow = async (): Promise<Asks> => {
  try {
    const answer = await fetch(PATH, { headers: { accept: 'application/json' } });
    const { asks } = (await answer.json()) as { asks?: Asks };
    return asks === 'key' || asks === 'password' ? asks : 'unknown';
  } catch {
    return 'unknown';
  }
};

const begin = async (given: string | undefined): Promise<void> => {
  const asks = await askedHow();
  if (asks === 'unknown') {
    say(WORDS.unknown);
    setTimeout(() => void begin(given), AGAIN_MS);
    return;
  }
  show(asks);
  if (asks === 'password') field('name')?.focus();
  else if (given !== undefined) await logIn({ key: decodeURIComponent(given) }, 'key');
  else field('key')?.focus();
};

document.getElementById(FORMS.key)?.addEventListener('submit', (event) => {
  event.preventDefault();
  void logIn({ key: valueOf('key').trim() }, 'key');
});
document.getElementById(FORMS.password)?.addEventListener('submit', (event) => {
  event.preventDefault();
  void logIn({ name: valueOf('name'), password: valueOf('password') }, 'password');
});

const [, given] = /[#&]key=([^&]+)/.exec(window.location.hash) ?? [];
// Gone from the address bar and from the history.
if (given !== undefined) window.history.replaceState(null, '', '/login');
void begin(given);

// A module, so that its names are its own.
export {};
