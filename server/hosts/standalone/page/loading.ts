/* Keeps the loading page current. */

interface Step {
  readonly id: string;
  readonly title: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly detail?: string;
  readonly done?: number;
  readonly total?: number;
}

interface Status {
  readonly loading: boolean;
  readonly steps?: readonly Step[];
}

const POLL_MS = 500;
const WORDS: Readonly<Record<Step['state'], string>> = {
  waiting: 'waiting',
  running: 'in progress',
  done: 'done',
  failed: 'failed',
};

const about = document.getElementById('about');
const list = document.getElementById('steps');
const rows = new Map<string, HTMLElement>();
let heard = false;

const say = (text: string): void => {
  // Said again only when it is something else, or screen readers repeat it twice a second.
  if (about !== null && about.textContent !== text) about.textContent = text;
};

const part = (row: HTMLElement, name: string, kind = 'div'): HTMLElement => {
  const known = row.querySelector<HTMLElement>(`.${name}`);
  if (known !== null) return known;
  const made = document.createElement(kind);
  made.className = name;
  row.append(made);
  return made;
};

const showProgress = (row: HTMLElement, { title, done, total, state }: Step): void => {
  if (state !== 'running' || done === undefined || !total) return row.querySelector('.bar')?.remove();
  const bar = part(row, 'bar', 'progress') as HTMLProgressElement;
  bar.setAttribute('aria-label', title);
  bar.max = total;
  bar.value = done;
};

const show = (step: Step): void => {
  const row = rows.get(step.id) ?? document.createElement('li');
  if (!rows.has(step.id)) list?.append(row);
  rows.set(step.id, row);
  row.className = step.state;
  part(row, 'state', 'span').textContent = WORDS[step.state];
  part(row, 'title', 'span').textContent = step.title;
  part(row, 'detail').textContent = step.state === 'done' ? '' : (step.detail ?? '');
  showProgress(row, step);
};

const goOn = (): void => {
  if (window.location.pathname.startsWith('/app/')) window.location.reload();
  else window.location.replace('/app/reflex');
};

const poll = async (): Promise<void> => {
  try {
    const answer = await fetch('/api/reflex/status', { cache: 'no-store' });
    const status = (await answer.json()) as Status;
    heard = true;
    // Anything but "still loading" means that the page itself can say what is the matter.
    if (status.loading !== true) return goOn();
    const steps = status.steps ?? [];
    steps.forEach(show);
    const failed = steps.find(({ state }) => state === 'failed');
    say(
      failed === undefined
        ? 'What is needed is put in place. This page goes on by itself.'
        : `Reflex could not start: ${failed.detail ?? failed.title}`,
    );
  } catch {
    if (heard) say('Reflex does not answer any more; the terminal where it was started says why.');
  }
  setTimeout(() => void poll(), POLL_MS);
};

void poll();

// A module, so that its names are its own.
export {};
