import { useLayoutEffect, useRef, type RefObject } from 'react';

const HEADERS = '.euiHeader, #globalHeaderBars';

/**
 * How much of the window's top the host covers with what it keeps in place there, px.
 *
 * @param own what is part of this page
 */
const coveredTop = (own: Element): number => {
  const kept = [...document.querySelectorAll(HEADERS)].filter(
    (each) => !own.contains(each) && ['fixed', 'sticky'].includes(getComputedStyle(each).position),
  );
  return Math.max(0, ...kept.map((each) => each.getBoundingClientRect().bottom));
};

/** Tells whenever the host may have changed its header: it puts marks on the body, and the header changes its size. */
const watchHost = (bar: Element, told: () => void): (() => void) => {
  const marks = new MutationObserver(told);
  for (const element of [document.documentElement, document.body])
    marks.observe(element, { attributes: true, attributeFilter: ['class', 'style'] });
  const sizes = typeof ResizeObserver === 'undefined' ? undefined : new ResizeObserver(told);
  for (const element of [document.body, bar, ...document.querySelectorAll(HEADERS)]) sizes?.observe(element);
  window.addEventListener('resize', told);
  return () => {
    marks.disconnect();
    sizes?.disconnect();
    window.removeEventListener('resize', told);
  };
};

/**
 * Keeps the page told where its bar sticks: `--rfx-top` is the lower edge of what the host keeps in place, 0 where its
 * header scrolls away, and `--rfx-below` the lower edge of the bar.
 *
 * @returns for the bar, whose parent is the page
 */
export const useBarPlace = (): RefObject<HTMLElement> => {
  const bar = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const page = bar.current?.parentElement;
    if (!bar.current || !page) return undefined;
    const own = bar.current;
    const place = (): void => {
      const top = coveredTop(page);
      page.style.setProperty('--rfx-top', `${top}px`);
      page.style.setProperty('--rfx-below', `${top + own.offsetHeight}px`);
    };
    place();
    return watchHost(own, place);
  }, []);
  return bar;
};
