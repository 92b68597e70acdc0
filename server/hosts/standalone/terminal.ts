import type { LoadingStep } from '../../../common/api/views';

interface Screen {
  readonly isTTY?: boolean;
  readonly write: (text: string) => unknown;
}

const CLEAR_LINE = '\r\u001b[2K';
/** Without a terminal a line is printed for each of these shares, %. */
const TELL_EVERY = 10;

const shareOf = ({ done, total }: LoadingStep): number | undefined =>
  done === undefined || total === undefined || total === 0 ? undefined : Math.floor((done / total) * 100);

/** Prints steps and lines; on a terminal, progress stays on one line that is written over. */
export class Terminal {
  private readonly screen: Screen;
  private hasProgress = false;
  private readonly told = new Map<string, string>();

  constructor(screen: Screen) {
    this.screen = screen;
  }

  /** For a log: takes whole lines that end with a line feed. */
  readonly write = (text: string): void => {
    this.screen.write(`${this.hasProgress ? CLEAR_LINE : ''}${text}`);
    this.hasProgress = false;
  };

  line(text: string): void {
    this.write(`${text}\n`);
  }

  readonly step = (step: LoadingStep): void => {
    const { id, title, state, detail } = step;
    const share = shareOf(step);
    if (state === 'running' && this.screen.isTTY === true) {
      this.screen.write(
        `${CLEAR_LINE}  ${title}${share === undefined ? '' : ` ${share} %`}${detail ? ` (${detail})` : ''}`,
      );
      this.hasProgress = true;
      return;
    }
    const shown = state === 'running' && share !== undefined ? String(Math.floor(share / TELL_EVERY)) : state;
    if (this.told.get(id) === shown) return;
    this.told.set(id, shown);
    // How it failed is said at the end, once.
    this.line(
      `  ${title}: ${share !== undefined && state === 'running' ? `${share} %` : state}${state === 'running' && detail ? ` (${detail})` : ''}`,
    );
  };
}
