/** Pages, sections, lists, and the two-part views. */
export const pageStyles = `
.rfx-page__head { display: flex; align-items: baseline; flex-wrap: wrap; gap: 4px 14px; margin-bottom: 10px; }
.rfx-page__title { outline: none; }
.rfx-page__title.rfx-page__title { overflow-wrap: anywhere; }
.rfx-page__about { color: var(--rfx-subdued); overflow-wrap: anywhere; }
.rfx-page__as-of { font-size: var(--rfx-font-xs); white-space: nowrap; }
.rfx-page__actions { display: flex; align-items: center; flex-wrap: wrap; gap: 4px 14px; margin-left: auto; }

.rfx-section.rfx-section {
  margin-bottom: 10px; border: 1px solid var(--rfx-line); box-shadow: none; overflow: visible; min-width: 0;
}
.rfx-section__head { display: flex; align-items: baseline; flex-wrap: wrap; gap: 2px 10px; padding: 8px 12px 0; }
.rfx-section__title { font-weight: 600; font-size: 1em; overflow-wrap: anywhere; }
.rfx-section__note { font-size: var(--rfx-font-xs); }
.rfx-section__actions {
  display: inline-flex; align-items: center; gap: 8px; margin-left: auto; font-size: var(--rfx-font-xs);
}
/* What is typed is not shown, as in a field for a password, which has one line only. */
.rfx-hidden-letters { -webkit-text-security: disc; }
.rfx-section__body { padding: 6px 12px 10px; }
.rfx-section__body > * + * { margin-top: 8px; }

.rfx-columns {
  display: grid; grid-template-columns: minmax(0, 1fr) minmax(300px, 380px); gap: 0 12px; align-items: start;
}
.rfx-columns--even { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
.rfx-pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 12px; align-items: start; }

.rfx-figures {
  display: grid; gap: 1px; margin: 0 0 10px; padding: 0;
  list-style: none; background: var(--rfx-line); border: 1px solid var(--rfx-line); border-radius: var(--rfx-radius);
  overflow: hidden;
}
.rfx-figures.rfx-figures--one { grid-template-columns: minmax(0, 1fr); max-width: 360px; }
.rfx-figures.rfx-figures--two { grid-template-columns: repeat(2, minmax(0, 1fr)); max-width: 720px; }
.rfx-figures.rfx-figures--became {
  grid-template-columns: repeat(auto-fill, minmax(132px, 1fr)); background: var(--rfx-surface);
}
.rfx-figures--became .rfx-figure { box-shadow: 1px 1px 0 var(--rfx-line); }
.rfx-figure { padding: 8px 12px; background: var(--rfx-surface); }
.rfx-figure .rfx-link { display: block; color: inherit; text-decoration: none; }
.rfx-figure .rfx-link:hover .rfx-figure__name { text-decoration: underline; }
.rfx-figure__value {
  display: block; font-size: 1.7em; font-weight: 600; line-height: 1.15; font-variant-numeric: tabular-nums;
}
.rfx-figure__name { display: block; font-weight: 600; }
.rfx-figure__note { display: block; font-size: var(--rfx-font-xs); line-height: 1.3; color: var(--rfx-subdued); }
.rfx-figure--urgent { box-shadow: inset 0 3px 0 var(--rfx-danger); }
.rfx-figure--urgent .rfx-figure__value { color: var(--rfx-bad); }

.rfx-rows { list-style: none; margin: 0; padding: 0; }
.rfx-rows > li { padding: 5px 0; border-bottom: 1px solid var(--rfx-line); overflow-wrap: anywhere; }
.rfx-rows > li:last-child { border-bottom: 0; }
.rfx-rows__line { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 8px; }
.rfx-rows__line .rfx-tone { margin-left: auto; }
.rfx-recent > li { display: grid; grid-template-columns: max-content minmax(76px, 7.6em) minmax(0, 1fr); gap: 8px; align-items: baseline; }
.rfx-recent__text > * { display: block; }
.rfx-recent__text .rfx-link { color: var(--rfx-text); }
.rfx-recent__text .rfx-link:hover { color: var(--rfx-link); }

.rfx-split { display: grid; grid-template-columns: minmax(260px, 360px) minmax(0, 1fr); gap: 12px; align-items: start; }
.rfx-split__list {
  position: sticky; top: calc(var(--rfx-below, 48px) + 16px);
  max-height: calc(100vh - var(--rfx-below, 48px) - 32px); overflow: auto;
}
.rfx-items {
  list-style: none; margin: 0; padding: 0; border: 1px solid var(--rfx-line); border-radius: var(--rfx-radius);
  background: var(--rfx-surface);
}
.rfx-item { position: relative; display: flex; gap: 4px; padding-left: 10px; border-bottom: 1px solid var(--rfx-line); }
.rfx-item:last-child { border-bottom: 0; }
.rfx-item .euiCheckbox { margin-top: 11px; flex: none; }
.rfx-item__no-check { flex: none; width: 16px; }
.rfx-item__link {
  flex: 1; min-width: 0; display: grid; gap: 1px; padding: 8px 10px 8px 6px; color: inherit; text-decoration: none;
}
.rfx-item__link:hover { background: var(--rfx-focus); }
.rfx-item__line { display: flex; justify-content: space-between; align-items: baseline; flex-wrap: wrap; gap: 0 8px; }
.rfx-item__target { overflow-wrap: anywhere; }
.rfx-item--shown .rfx-subdued, .rfx-item__link:hover .rfx-subdued { color: var(--rfx-text); }
.rfx-item--shown { background: var(--rfx-focus); box-shadow: inset 4px 0 0 var(--rfx-primary); }

.rfx-card__back { display: none; }
.rfx-card__head {
  position: sticky; top: var(--rfx-below, 48px); z-index: 5; display: flex; flex-wrap: wrap;
  align-items: flex-start; gap: 8px 16px;
  margin-bottom: 10px;
  padding: 10px 12px; background: var(--rfx-surface); border: 1px solid var(--rfx-line);
  border-radius: var(--rfx-radius);
}
.rfx-card__act { flex: 1 1 280px; min-width: 0; }
.rfx-card__title { font-size: 1.3em; font-weight: 600; overflow-wrap: anywhere; line-height: 1.25; }
.rfx-card__event { margin: 2px 0; overflow-wrap: anywhere; }
.rfx-card__meta { display: flex; flex-wrap: wrap; gap: 2px 14px; color: var(--rfx-subdued); }
.rfx-card__answers {
  display: flex; flex-wrap: wrap; align-items: center; justify-content: flex-end; gap: 4px 8px; max-width: 300px;
}
.rfx-card__answers > span { flex: 1 0 100%; text-align: right; }
.rfx-card__grid { columns: 2 340px; column-gap: 12px; }
.rfx-card__grid > * { break-inside: avoid; }

.rfx-bulk {
  padding: 8px 10px; margin-bottom: 8px; background: var(--rfx-surface); border: 1px solid var(--rfx-primary);
  border-radius: var(--rfx-radius);
}
.rfx-bulk__line { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 10px; }
.rfx-notices {
  list-style: none; margin: 0 0 10px; padding: 0; border: 1px solid var(--rfx-line); border-radius: var(--rfx-radius);
  background: var(--rfx-surface);
}
.rfx-notice {
  display: flex; justify-content: space-between; gap: 12px; padding: 6px 10px; border-bottom: 1px solid var(--rfx-line);
}
.rfx-notice:last-child { border-bottom: 0; }

.rfx-filters { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; margin-bottom: 10px; }
.rfx-filters .euiFormControlLayout { width: auto; max-width: 210px; flex: 0 1 190px; }
.rfx-filters .rfx-datetime { width: 190px; }
.rfx-filters--wide .euiFormControlLayout { max-width: 340px; flex-basis: 340px; }
.rfx-question .euiFormRow { margin-top: 0; }
.rfx-question { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 4px 16px; margin-bottom: 8px; }
.rfx-question__answer { flex: 1 1 320px; padding-top: 5px; }
.rfx-question__answer li { margin-top: 2px; }

.rfx-lead {
  margin-bottom: 10px; padding: 10px 12px; background: var(--rfx-surface); border: 1px solid var(--rfx-line);
  border-radius: var(--rfx-radius);
}
.rfx-lead__summary {
  font-size: 1.15em; font-weight: 600; line-height: 1.35; overflow-wrap: anywhere; margin-bottom: 4px;
}
.rfx-tabs {
  display: flex; gap: 4px; margin: 0 0 10px; padding: 0; list-style: none; border-bottom: 1px solid var(--rfx-line);
  overflow-x: auto;
}
.rfx-tab {
  display: flex; gap: 6px; padding: 6px 10px; white-space: nowrap; color: var(--rfx-text);
  border-bottom: 3px solid transparent; margin-bottom: -1px;
}
.rfx-tab:hover { color: var(--rfx-link); background: var(--rfx-focus); }
.rfx-tab--here { color: var(--rfx-link); border-bottom-color: var(--rfx-primary); font-weight: 600; }
.rfx-templates { display: grid; grid-template-columns: repeat(auto-fill, minmax(280px, 1fr)); gap: 0 12px; }
.rfx-draft-actions, .rfx-candidate-actions {
  display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; margin-top: 8px;
}
.rfx-changes-title { font-weight: 600; margin: 14px 0 6px; }
.rfx-tried > * + * { margin-top: 8px; }
.rfx-tried__act { font-weight: 600; }
.rfx-first { margin: 0; padding-left: 20px; list-style: decimal; }
.rfx-first li { margin-bottom: 14px; }
.rfx-first h3 { font-weight: 600; }
.rfx-empty > * + * { margin-top: 6px; }

@media (max-width: 991px) {
  .rfx-columns, .rfx-columns--even { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 767px) {
  .rfx-pair { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .rfx-split { grid-template-columns: minmax(0, 1fr); }
  .rfx-split__list { position: static; max-height: none; }
  .rfx-split .rfx-split__detail, .rfx-split--detail .rfx-split__list { display: none; }
  .rfx-split--detail .rfx-split__detail { display: block; }
  .rfx-card__back { display: block; margin-bottom: 6px; }
  .rfx-card__head { position: static; }
  .rfx-card__answers { justify-content: flex-start; max-width: none; }
  .rfx-card__answers > span { text-align: left; }
  .rfx-recent > li { grid-template-columns: auto 1fr; }
  .rfx-recent__text { grid-column: 1 / -1; }
  .rfx-filters .euiFormControlLayout { flex: 1 1 130px; max-width: none; }
  .rfx-page__actions { margin-left: 0; }
}
`;
