/** Header, navigation, banners. */
export const shellStyles = `
.rfx {
  color: var(--rfx-text); font-size: var(--rfx-font-s); line-height: 1.45; min-height: 100%;
  background: var(--rfx-page);
}
.rfx-main { padding: 12px 16px 48px; outline: none; }
.rfx-hidden {
  position: absolute !important; width: 1px; height: 1px; margin: -1px; padding: 0; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; border: 0;
}
.rfx-skip {
  position: absolute; left: -10000px; z-index: 1001; padding: 8px 12px; background: var(--rfx-surface);
  color: var(--rfx-link);
}
.rfx-skip:focus { left: 8px; top: 8px; }
/*
 * The host takes the outline of links and buttons away: who goes by keyboard must see where they are. A dialog is drawn
 * beside the page, not in it.
 */
:is(.rfx, .rfx-dialog, .rfx-in-header) :is(a, button, summary, [tabindex="0"]):focus-visible {
  outline: 2px solid var(--rfx-primary); outline-offset: 1px;
}
.rfx-dialog:focus-visible { outline: 2px solid var(--rfx-primary); outline-offset: -3px; }
/* What gets the focus is not to come to rest behind the bar. */
.rfx-main :is(a, button, input, select, textarea, summary, [tabindex]) { scroll-margin: 190px 0 24px; }

.rfx-header {
  position: sticky; top: var(--rfx-top, 0px); z-index: 900;
  display: flex; align-items: center; gap: 8px 14px; flex-wrap: wrap;
  padding: 6px 16px; background: var(--rfx-surface); border-bottom: 1px solid var(--rfx-line);
}
.rfx-ask { position: relative; flex: 0 1 220px; min-width: 120px; }
.rfx-ask__box {
  width: 100%; padding: 4px 8px; border: 1px solid var(--rfx-line); border-radius: 4px;
  background: transparent; color: inherit;
}
.rfx-ask__box:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
.rfx-ask__found {
  position: absolute; z-index: 10; top: 100%; left: 0; min-width: 100%; width: max-content;
  max-width: min(480px, 90vw); padding: 6px; border: 1px solid var(--rfx-line); border-radius: 4px;
  background: var(--rfx-surface); color: var(--rfx-text);
}
.rfx-ask__found[hidden] { display: none; }
.rfx-ask__option { padding: 4px 6px; overflow-wrap: anywhere; cursor: pointer; list-style: none; }
.rfx-ask__option--here { outline: 2px solid currentColor; }
.rfx-header__name { display: flex; align-items: center; gap: 8px; }
.rfx-header__title { font-size: 1.15em; font-weight: 700; letter-spacing: .01em; }
/* What stands in the host's own header. */
.rfx-in-header {
  display: inline-flex; align-items: center; flex-wrap: wrap; gap: 2px 14px; margin-right: 16px;
  color: var(--rfx-text); font-size: var(--rfx-font-s); line-height: 1.45;
}
.rfx-header__state {
  display: flex; align-items: center; gap: 4px 16px; flex-wrap: wrap; margin-left: auto; font-size: var(--rfx-font-xs);
}
.rfx-nav { align-self: stretch; display: flex; }
/* What is only read aloud stands in it too, and must not widen the page. */
.rfx-nav ul { position: relative; display: flex; gap: 2px; margin: 0; padding: 0; list-style: none; overflow-x: auto; }
.rfx-nav li { display: flex; }
.rfx-nav__link {
  display: flex; align-items: center; gap: 6px; padding: 6px 10px; border-bottom: 3px solid transparent;
  white-space: nowrap;
  color: var(--rfx-text); text-decoration: none;
}
.rfx-nav__link:hover { color: var(--rfx-link); background: var(--rfx-focus); }
.rfx-nav__link--here { color: var(--rfx-link); border-bottom-color: var(--rfx-primary); font-weight: 600; }
.rfx-count {
  display: inline-block; min-width: 1.5em; padding: 0 .4em; border-radius: 1em; text-align: center;
  font-size: var(--rfx-font-xs);
  font-weight: 600; font-variant-numeric: tabular-nums; line-height: 1.5; background: var(--rfx-faint);
  color: var(--rfx-text);
}
.rfx-count--urgent { background: var(--rfx-danger); color: var(--rfx-surface); }
.rfx-who { display: inline-flex; align-items: center; gap: 8px; }
.rfx-stop.rfx-stop { min-width: 104px; font-weight: 700; text-transform: uppercase; letter-spacing: .05em; }

.rfx-banners { display: grid; gap: 6px; padding: 0 16px; }
.rfx-banners:not(:empty) { padding-top: 8px; }
.rfx-troubles { display: grid; gap: 6px; }
.rfx-stopped, .rfx-demo {
  display: flex; align-items: center; gap: 4px 12px; flex-wrap: wrap; padding: 6px 12px;
  border-radius: var(--rfx-radius);
}
.rfx-stopped { background: var(--rfx-danger); color: var(--rfx-surface); }
.rfx-stopped .rfx-subdued { color: inherit; opacity: 1; }
.rfx-stopped__why { flex: 1 1 260px; }
.rfx-stopped .euiButton { background: var(--rfx-surface); color: var(--rfx-bad); border-color: var(--rfx-surface); }
.rfx-demo { background: var(--rfx-faint); border: 1px dashed var(--rfx-muted); font-size: var(--rfx-font-xs); }
.rfx-demo__acts { display: inline-flex; align-items: center; flex-wrap: wrap; gap: 4px 16px; margin-left: auto; }
.rfx-demo__users { display: inline-flex; align-items: center; gap: 6px; }
.rfx-demo .euiButtonEmpty { font-size: inherit; }

.rfx-steps { list-style: none; margin: 0; padding: 0; }
.rfx-step { padding: 8px 0; border-bottom: 1px solid var(--rfx-line); }
.rfx-step:last-child { border-bottom: 0; }
.rfx-step__line { display: flex; flex-wrap: wrap; gap: 4px 16px; }
.rfx-step__title { flex: 1 1 240px; }
.rfx-step--running .rfx-step__title { font-weight: 600; }

.rfx-dialog { font-size: var(--rfx-font-s); line-height: 1.45; }
.rfx-dialog .euiRadioGroup + .euiFormRow, .rfx-dialog fieldset + .euiFormRow { margin-top: 14px; }
.rfx-dialog__form { display: flex; flex: 1 1 auto; flex-direction: column; min-height: 0; max-height: inherit; }
.rfx-dialog__title { font-size: 1.3em; font-weight: 600; }
.rfx-dialog__heading { margin: 16px 0 4px; font-weight: 600; }
.rfx-dialog__text { margin-bottom: 12px; }
.rfx-dialog__text > * + * { margin-top: 8px; }
.rfx-dialog__blocked { margin-top: 8px; }
.rfx-suggestions { display: flex; flex-wrap: wrap; gap: 6px; margin: 8px 0 12px; }
.rfx-preview { max-height: 220px; overflow: auto; margin: 8px 0; padding-left: 20px; list-style: disc; }
.rfx-preview--ticks { list-style: none; padding-left: 2px; }
.rfx-choices__row { display: flex; justify-content: space-between; gap: 16px; padding: 2px 0; }
.rfx-choices legend { font-weight: 600; margin-bottom: 4px; }

@media (max-width: 1599px) {
  .rfx-who__may { display: none; }
  /* There is no room beside the navigation: it begins the second line. */
  .rfx-ask { flex-basis: 420px; }
}
@media (max-width: 1259px) {
  .rfx-header { gap: 2px 12px; }
  .rfx-stop { order: 1; margin-left: auto; }
  .rfx-header__state { order: 2; flex: 1 0 100%; margin: 0; }
}
@media (max-width: 767px) {
  .rfx-main :is(a, button, input, select, textarea, summary, [tabindex]) { scroll-margin-top: 260px; }
  .rfx-header { padding: 6px 10px; }
  .rfx-header__name { order: 1; }
  .rfx-stop { order: 2; }
  .rfx-ask { order: 3; flex: 1 0 100%; }
  .rfx-nav { order: 4; flex: 1 0 100%; margin: 0 -10px; padding: 0 4px; overflow-x: auto; }
  .rfx-nav ul {
    padding-right: 28px;
    -webkit-mask-image: linear-gradient(to right, #000 calc(100% - 28px), transparent);
    mask-image: linear-gradient(to right, #000 calc(100% - 28px), transparent);
  }
  .rfx-header__state { order: 5; justify-content: space-between; }
  .rfx-main { padding: 10px 10px 40px; }
  .rfx-banners { padding-left: 10px; padding-right: 10px; }
}
@media (prefers-reduced-motion: reduce) {
  .rfx *, .rfx-dialog * {
    animation-duration: .01ms !important; animation-iteration-count: 1 !important;
    transition-duration: .01ms !important;
  }
}
`;
