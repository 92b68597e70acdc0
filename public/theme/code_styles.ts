/** Code, editor, differences, and the clause-by-clause why. */
export const codeStyles = `
.rfx-code {
  max-height: 620px; overflow: auto; border: 1px solid var(--rfx-line); border-radius: var(--rfx-radius);
  background: var(--rfx-page); font-family: var(--rfx-mono); font-size: var(--rfx-font-xs); line-height: 1.5;
}
.rfx-code__lines, .rfx-diff { display: inline-block; min-width: 100%; margin: 0; padding: 6px 0; list-style: none; }
.rfx-code__line { white-space: pre; padding-right: 12px; }
.rfx-code__line::before {
  content: attr(data-line); display: inline-block; width: 3.2em; margin-right: 1em; text-align: right;
  color: var(--rfx-subdued); user-select: none;
}
.rfx-code--key { color: var(--rfx-link); }
.rfx-code--string { color: var(--rfx-good); }
.rfx-code--comment { color: var(--rfx-subdued); font-style: italic; }
.rfx-code--number { color: var(--rfx-warn); }
.rfx-code--mark { color: var(--rfx-subdued); }

.rfx-editor {
  display: flex; align-items: flex-start; max-height: 560px; overflow: auto; border: 1px solid var(--rfx-line);
  border-radius: var(--rfx-radius); background: var(--rfx-page);
  font-family: var(--rfx-mono); font-size: var(--rfx-font-xs); line-height: 1.5;
  /* The line numbers stay in front: the caret must not come to rest behind them. */
  scroll-padding-left: 6em;
}
.rfx-editor:focus-within { border-color: var(--rfx-primary); box-shadow: 0 0 0 1px var(--rfx-primary); }
.rfx-editor__gutter {
  position: sticky; left: 0; z-index: 2; flex: none; min-width: 3.6em; padding: 6px 8px; text-align: right;
  background: var(--rfx-faint); color: var(--rfx-text); user-select: none;
}
.rfx-editor__number--fault { color: var(--rfx-bad); font-weight: 700; }
.rfx-editor__line--fault { background: color-mix(in srgb, var(--rfx-danger) 14%, transparent); }
.rfx-editor__stack { position: relative; flex: 1 0 auto; min-width: 0; }
.rfx-editor__colours, .rfx-editor__area {
  margin: 0; padding: 6px 12px 6px 8px; font: inherit; line-height: inherit; white-space: pre; tab-size: 2;
  letter-spacing: normal;
}
.rfx-editor__colours { pointer-events: none; min-height: 100%; }
.rfx-editor__area {
  position: absolute; inset: 0; width: 100%; height: 100%; resize: none; overflow: hidden; border: 0; outline: none;
  background: transparent;
  color: transparent; caret-color: var(--rfx-strong);
}
.rfx-editor__area::selection { background: var(--rfx-primary); color: var(--rfx-surface); }
@media (forced-colors: active) {
  .rfx-editor__area { color: CanvasText; }
  .rfx-editor__colours { visibility: hidden; }
}

.rfx-diff__line { white-space: pre; padding-right: 12px; }
.rfx-diff__number {
  display: inline-block; width: 3em; padding-right: 8px; text-align: right; color: var(--rfx-subdued);
  user-select: none;
}
.rfx-diff__line--removed { background: color-mix(in srgb, var(--rfx-deny) 16%, transparent); }
.rfx-diff__line--added { background: color-mix(in srgb, var(--rfx-permit) 20%, transparent); }
.rfx-diff__line--removed .rfx-diff__number, .rfx-diff__line--added .rfx-diff__number { color: var(--rfx-text); }
.rfx-diff__skipped { padding: 0 12px; color: var(--rfx-text); background: var(--rfx-faint); }
.rfx-mode-change { display: inline-flex; align-items: center; gap: 4px; }

.rfx-why__part + .rfx-why__part { margin-top: 12px; }
.rfx-why__part > h3 { font-weight: 600; margin-bottom: 2px; }
.rfx-traces { list-style: none; margin: 0; padding: 0; }
.rfx-trace { padding: 2px 0; border-top: 1px solid var(--rfx-line); }
.rfx-trace__head { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 8px; }
.rfx-trace__first { overflow-wrap: anywhere; color: var(--rfx-subdued); }
.rfx-clauses { list-style: none; margin: 2px 0 6px; padding: 0 0 0 30px; }
.rfx-clause { display: flex; gap: 8px; padding: 2px 0; }
.rfx-clause__mark { flex: none; width: 1.2em; text-align: center; font-weight: 700; }
.rfx-clause__body { min-width: 0; overflow-wrap: anywhere; }
.rfx-clause__text { white-space: pre-wrap; }
.rfx-clause__values { display: flex; flex-wrap: wrap; gap: 0 16px; font-size: var(--rfx-font-xs); }
.rfx-clause--true .rfx-clause__mark { color: var(--rfx-good); }
.rfx-clause--false .rfx-clause__mark, .rfx-clause--error .rfx-clause__mark { color: var(--rfx-bad); }
.rfx-clause--skipped { color: var(--rfx-subdued); }

.rfx-timeline__title { font-weight: 600; overflow-wrap: anywhere; }
.rfx-timeline ol { list-style: none; margin: 4px 0 0 4px; padding: 0; border-left: 2px solid var(--rfx-line); }
.rfx-timeline__entry { display: grid; grid-template-columns: minmax(76px, max-content) minmax(0, 1fr); gap: 8px; padding: 2px 0 2px 10px; }
`;
