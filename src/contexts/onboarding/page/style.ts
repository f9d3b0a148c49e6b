/** The style of the pages of forms: text of at least 7 to 1 against its ground, targets of at least 44 px. */
export const style =
  `:root { color-scheme: light; --ink: #0f172a; --soft: #334155; --line: #64748b; --green: #115e59; --tint: #f0fdfa; --red: #991b1b; }
* { box-sizing: border-box; }
body { margin: 0; background: #f8fafc; color: var(--ink); font: 1.0625rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; background: #fff; min-height: 100vh; border-top: 6px solid var(--green); }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; color: var(--green); overflow-wrap: anywhere; }
.lead { margin: 0 0 1.5rem; color: var(--soft); white-space: pre-line; overflow-wrap: anywhere; }
.field { margin: 0 0 1.75rem; border: 0; padding: 0; min-width: 0; }
label, legend { font-weight: 600; display: block; margin: 0 0 .4rem; padding: 0; overflow-wrap: anywhere; }
.mark { font-weight: 400; color: var(--soft); }
.about { margin: -.2rem 0 .5rem; color: var(--soft); }
.fault { margin: 0 0 .5rem; color: var(--red); font-weight: 600; }
.fault::before { content: "⚠ "; }
input[type="text"], input[type="email"], input[type="tel"], input[type="date"], select, textarea {
  width: 100%; min-height: 2.75rem; padding: .5rem .7rem; font: inherit; color: inherit; background: #fff; border: 1px solid var(--line); border-radius: .4rem; }
textarea { resize: vertical; }
[aria-invalid="true"][aria-invalid] { border-color: var(--red); }
input:focus-visible, select:focus-visible, textarea:focus-visible, button:focus-visible, a:focus-visible, .summary:focus-visible {
  outline: 3px solid #0f766e; outline-offset: 2px; }
.options { display: grid; gap: .35rem; }
.options.row { display: flex; flex-wrap: wrap; }
.option { display: flex; align-items: flex-start; gap: .65rem; min-height: 2.75rem; margin: 0; padding: .55rem .75rem; font-weight: 400; border: 1px solid #cbd5e1; border-radius: .4rem; cursor: pointer; }
.option input { flex: none; width: 1.2rem; height: 1.2rem; margin: .15rem 0 0; accent-color: var(--green); }
.option:has(input:checked) { background: var(--tint); border-color: var(--green); }
.other { display: grid; grid-template-columns: auto 1fr; gap: .5rem; align-items: center; }
.consent { margin-top: 2rem; }
.trap { position: absolute; left: -100vw; width: 1px; height: 1px; overflow: hidden; }
.summary { border-left: 5px solid var(--red); background: #fef2f2; padding: .8rem 1rem; margin: 0 0 1.75rem; }
.summary h2 { font-size: 1.1rem; margin: 0; color: var(--red); }
.summary ul { margin: .4rem 0 0; padding-left: 1.2rem; }
.summary a { color: var(--red); }
button { font: inherit; font-weight: 600; min-height: 3rem; padding: .6rem 1.8rem; color: #fff; background: var(--green); border: 0; border-radius: .4rem; cursor: pointer; }
button:hover { background: #134e4a; }
@media (max-width: 30rem) { main { padding: 1.5rem 1rem 3rem; } h1 { font-size: 1.6rem; } button { width: 100%; } .other { grid-template-columns: 1fr; } }
@media (prefers-reduced-motion: no-preference) { a, button { transition: background .15s; } }
`
