/*
 * Runs in the page, as one function without anything around it: it notes what gets the focus, and whether a person can
 * see that it has it.
 */

/** An element, as a person would name it. */
type Named = string;

/** What was noted since `begin`. */
export interface Noted {
  /** What got the focus, in order. */
  readonly order: readonly Named[];
  /** Of these, what looks the same without the focus. */
  readonly unmarked: readonly Named[];
  /** Of these, what was out of sight, or under something else, while it had the focus. */
  readonly covered: readonly Named[];
  /** What the keys should reach and did not. */
  readonly missed: readonly Named[];
  /** The focus came back to the first element. */
  readonly isRound: boolean;
  /** The element in front of which the focus went round and round, away from the first one. */
  readonly caughtAt?: Named;
}

/** What the page has of it, as `window.focusWatch`. */
export interface FocusWatch {
  /** Forgets what was noted; the next Tab goes to the first element of the document, or of the scope. */
  readonly begin: (scope?: string) => void;
  readonly noted: () => Noted;
  /** Whether the element that has the focus looks otherwise without it. */
  readonly isMarked: () => boolean;
}

declare global {
  interface Window {
    focusWatch?: FocusWatch;
  }
}

/** Begins to watch; once is enough for a document. */
export const watchFocus = (): void => {
  if (window.focusWatch !== undefined) return;

  const REACHED = 'a[href], button, input, select, textarea, summary, [tabindex], [contenteditable="true"]';
  const isGuard = (element: Element): boolean => element.closest('[data-focus-guard]') !== null;
  const isReached = (element: Element): boolean =>
    element.matches(REACHED) &&
    (element as HTMLElement).tabIndex >= 0 &&
    !element.matches(':disabled') &&
    !isGuard(element) &&
    element.getClientRects().length > 0 &&
    // What is folded away has a place too.
    element.checkVisibility() &&
    getComputedStyle(element).visibility !== 'hidden';
  const reachedIn = (root: ParentNode): readonly Element[] => [...root.querySelectorAll(REACHED)].filter(isReached);

  const nameOf = (element: Element): Named => {
    const [kind = ''] = [...element.classList].filter((each) => each.startsWith('rfx-'));
    const text = element.getAttribute('aria-label') ?? element.textContent ?? '';
    const said = text.replace(/\s+/g, ' ').trim().slice(0, 60);
    return `${element.tagName.toLowerCase()}${kind === '' ? '' : `.${kind}`} “${said}”`;
  };

  /** Outline, shadow, background and border, as far as they paint anything. */
  const paintOf = (element: Element): string => {
    const style = getComputedStyle(element);
    if (style.opacity === '0') return '';
    const isClear = (colour: string): boolean => colour === 'transparent' || /, 0\)$/.test(colour);
    const line = (kind: string, width: string, colour: string): string =>
      kind === 'none' || parseFloat(width) === 0 || isClear(colour) ? '' : `${kind} ${width} ${colour}`;
    return [
      line(style.outlineStyle, style.outlineWidth, style.outlineColor),
      style.boxShadow,
      isClear(style.backgroundColor) ? '' : style.backgroundColor,
      style.backgroundImage === 'none' ? '' : `${style.backgroundImage} ${style.backgroundSize}`,
      line(style.borderTopStyle, style.borderTopWidth, style.borderTopColor),
      line(style.borderRightStyle, style.borderRightWidth, style.borderRightColor),
      line(style.borderBottomStyle, style.borderBottomWidth, style.borderBottomColor),
      line(style.borderLeftStyle, style.borderLeftWidth, style.borderLeftColor),
    ].join('|');
  };

  /** What may show the focus of an element: itself, what is drawn beside it for it, and what holds nothing else. */
  const carriersOf = (element: Element): readonly Element[] => {
    const around: Element[] = [];
    for (let each = element.parentElement; each !== null && around.length < 3; each = each.parentElement) {
      if (reachedIn(each).length > 1) break;
      around.push(each);
    }
    return [element, ...besides(element), ...around];
  };

  /** What is drawn for a box to tick or a button to choose, beside an input that is not drawn itself. */
  const besides = (element: Element): readonly Element[] =>
    element.matches('input')
      ? [element.nextElementSibling, element.previousElementSibling].flatMap((each) => each ?? [])
      : [];

  /** What is painted on top, in the middle of what can be seen of an element. */
  const topmostAt = (element: Element): Element | null => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const across = (Math.max(0, left) + Math.min(window.innerWidth, right)) / 2;
    const down = (Math.max(0, top) + Math.min(window.innerHeight, bottom)) / 2;
    return document.elementFromPoint(across, down);
  };
  const isInSight = (element: Element): boolean => {
    const drawn = besides(element);
    const whole = drawn.length > 0 ? (element.parentElement ?? element) : element;
    return [element, ...drawn]
      .map(topmostAt)
      .some((top) => top !== null && (whole.contains(top) || top.contains(element)));
  };

  interface Here {
    readonly element: Element;
    readonly carriers: readonly Element[];
    readonly marked: readonly string[];
  }
  let scope: string | undefined;
  let here: Here | undefined;
  let first: Element | undefined;
  let isRound = false;
  let caughtAt: Named | undefined;
  let order: Named[] = [];
  let unmarked: Named[] = [];
  let covered: Named[] = [];
  let seen = new WeakSet<Element>();
  let expected: readonly Element[] = [];

  const judge = (): void => {
    if (here === undefined) return;
    const { element, carriers, marked } = here;
    here = undefined;
    const isAlike = carriers.every((each, index) => paintOf(each) === marked[index]);
    if (element.isConnected && isAlike) unmarked.push(nameOf(element));
  };

  const take = ({ target }: FocusEvent): void => {
    if (!(target instanceof Element) || isGuard(target)) return;
    judge();
    if (isRound || caughtAt !== undefined) return;
    if (seen.has(target)) {
      if (target === first || scope !== undefined) isRound = true;
      else caughtAt = nameOf(target);
      return;
    }
    seen.add(target);
    first ??= target;
    order.push(nameOf(target));
    const carriers = carriersOf(target);
    here = { element: target, carriers, marked: carriers.map(paintOf) };
  };

  const look = ({ key }: KeyboardEvent): void => {
    const { activeElement: element } = document;
    if (key !== 'Tab' || here === undefined || here.element !== element) return;
    if (isInSight(element)) return;
    // The browser had scrolled to it, and a new row above may have moved it since. What lies under the bar stays there.
    element.scrollIntoView({ block: 'nearest', behavior: 'instant' });
    if (!isInSight(element)) covered.push(nameOf(element));
  };

  document.addEventListener('focusin', take, true);
  document.addEventListener('keyup', look, true);

  const toTheTop = (): void => {
    const top = document.createElement('span');
    top.tabIndex = -1;
    document.body.prepend(top);
    top.focus();
    // Without it the next Tab begins where it was.
    top.remove();
  };

  window.focusWatch = {
    begin: (within) => {
      scope = within;
      if (within === undefined) toTheTop();
      [here, first, isRound, caughtAt] = [undefined, undefined, false, undefined];
      [order, unmarked, covered, seen] = [[], [], [], new WeakSet<Element>()];
      const root = within === undefined ? document : (document.querySelector(within) ?? document);
      const radios = new Set<string>();
      expected = reachedIn(root).filter((element) => {
        // Of a group of radio buttons Tab reaches one.
        if (!(element instanceof HTMLInputElement) || element.type !== 'radio') return true;
        const isFirst = !radios.has(element.name);
        radios.add(element.name);
        return isFirst;
      });
    },
    noted: () => {
      if (document.activeElement !== here?.element) judge();
      const isMissed = (element: Element): boolean =>
        element.isConnected &&
        isReached(element) &&
        !seen.has(element) &&
        !(element instanceof HTMLInputElement && element.type === 'radio');
      return {
        order,
        unmarked,
        covered,
        missed: expected.filter(isMissed).map(nameOf),
        isRound,
        ...(caughtAt === undefined ? {} : { caughtAt }),
      };
    },
    isMarked: () => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) return false;
      const carriers = carriersOf(element);
      const marked = carriers.map(paintOf);
      const kept = here;
      element.blur();
      const differs = carriers.some((each, index) => paintOf(each) !== marked[index]);
      here = undefined;
      element.focus();
      here = kept;
      return differs;
    },
  };
};
