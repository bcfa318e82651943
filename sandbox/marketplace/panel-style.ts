/** The panel's style: light and dark by the reader's own setting or the panel's switch, usable from 320 px. */
export const PANEL_STYLE = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f6f7f9, #14171c); --card: light-dark(#ffffff, #1d2229); --text: light-dark(#1d2430, #e8ebf0);
  --quiet: light-dark(#566074, #a7b0c0); --line: light-dark(#c9d0dc, #47505f); --accent: light-dark(#1f5fbf, #8ab8ff);
  --on-accent: light-dark(#ffffff, #10141a); --note: light-dark(#6b4a00, #ffe0a0);
  --note-page: light-dark(#fff3d1, #3a2f12); --bad: light-dark(#a3221b, #ff9c94);
  font: 15px/1.5 system-ui, sans-serif;
}
:root[data-theme='light'] { color-scheme: light; }
:root[data-theme='dark'] { color-scheme: dark; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); }
header { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center; padding: 6px 16px; background: var(--card);
  border-bottom: 1px solid var(--line); }
h1 { font-size: 1.15rem; margin: 0; flex: 1 1 auto; }
h2 { font-size: 1.05rem; margin: 0 0 8px; }
.clock { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
#clock { font-variant-numeric: tabular-nums; }
.note { display: flex; flex-wrap: wrap; gap: 0 24px; padding: 2px 16px; font-size: 0.9rem; background: var(--note-page); color: var(--note); }
[role='tablist'] { display: flex; flex-wrap: wrap; gap: 4px; padding: 4px 16px 0; border-bottom: 1px solid var(--line); }
[role='tab'] { border: 0; border-bottom: 3px solid transparent; background: none; color: var(--text); border-radius: 0; }
[role='tab'][aria-selected='true'] { border-color: var(--accent); font-weight: 600; }
#said.bad, #extension-state.bad { color: var(--bad); }
main { padding: 12px 16px 16px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 16px; margin-bottom: 16px;
  max-width: 720px; }
.card p { margin: 0 0 8px; }
.slim { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center; padding: 6px 16px; margin-bottom: 8px;
  max-width: none; }
.slim h2, .slim p { margin: 0; }
.slim .actions { margin-inline-start: auto; }
.quiet { color: var(--quiet); }
.actions { display: flex; flex-wrap: wrap; gap: 8px; }
form { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(260px, 100%), 1fr)); gap: 8px 16px; }
form h2, form fieldset { grid-column: 1 / -1; }
form button { justify-self: start; align-self: end; margin-bottom: 8px; }
form select, form input:not([type='radio']), form label { min-width: 0; width: 100%; }
form label, section > label { display: grid; gap: 2px; margin-bottom: 8px; }
fieldset { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: 4px 16px; }
form fieldset label { width: auto; display: inline-flex; gap: 6px; align-items: center; margin: 0; }
legend { padding: 0; float: left; margin-right: 16px; }
input, select, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--quiet);
  border-radius: 6px; padding: 4px 10px; min-height: 32px; max-width: 100%; }
input[type='radio'] { min-height: 0; width: 18px; height: 18px; }
button { cursor: pointer; }
button.main, form button[type='submit'] { background: var(--accent); border-color: var(--accent); color: var(--on-accent);
  font-weight: 600; }
button:disabled { opacity: 0.6; cursor: progress; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 6px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
#products td:last-child { min-width: 18em; }
th { font-weight: 600; color: var(--quiet); white-space: nowrap; }
td button { min-height: 26px; padding: 1px 8px; white-space: nowrap; }
.with { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; }
.with select { flex: 1 1 10em; width: auto; }
.with button { margin: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
#frame iframe { display: block; width: 100%; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
[hidden] { display: none !important; }
/* On a phone the extension is what matters: the panel's own rows are as low as fingers allow. */
@media (max-width: 599px) {
  header { gap: 4px 8px; padding: 4px 8px; font-size: 0.85rem; }
  h1 { font-size: 1rem; }
  .clock { gap: 4px; }
  header button, header select, .slim button { padding: 1px 6px; min-height: 28px; }
  .note { padding: 0 8px; font-size: 0.8rem; }
  [role='tablist'] { gap: 0; padding: 0 4px; }
  [role='tab'] { padding: 2px 8px; font-size: 0.9rem; }
  main { padding: 8px; }
  .slim { gap: 2px 8px; padding: 4px 8px; font-size: 0.85rem; }
  .slim h2 { font-size: 0.95rem; }
}
`;
