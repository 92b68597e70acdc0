/* Logs in with the key behind the `#` of the address, which is never sent to a server as part of it. */

const about = document.getElementById('about');
const form = document.getElementById('login') as HTMLFormElement | null;
const field = document.getElementById('key') as HTMLInputElement | null;

const say = (text: string): void => {
  if (about !== null) about.textContent = text;
};

const logIn = async (key: string): Promise<void> => {
  try {
    const answer = await fetch('/api/reflex/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'osd-xsrf': 'reflex' },
      body: JSON.stringify({ key }),
    });
    if (answer.ok) return window.location.replace('/app/reflex');
    const { message } = (await answer.json()) as { message?: string };
    say(message ?? `the host answered ${answer.status}`);
  } catch {
    say('Reflex does not answer; is it running?');
  }
  field?.focus();
};

form?.addEventListener('submit', (event) => {
  event.preventDefault();
  void logIn(field?.value.trim() ?? '');
});

const [, given] = /[#&]key=([^&]+)/.exec(window.location.hash) ?? [];
if (given !== undefined) {
  // Gone from the address bar and from the history.
  window.history.replaceState(null, '', '/login');
  void logIn(decodeURIComponent(given));
}

// A module, so that its names are its own.
export {};
