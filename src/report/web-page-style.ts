/**
 * The style sheet of the pages that the Worker writes. It stands in each page and is allowed there by its digest,
 * so that a page is one file and its Content-Security-Policy needs no `unsafe-inline`.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --text: #1b1f24; --quiet: #57606a; --line: #d8dee4; --panel: #f6f8fa;
  --accent: #084a83; --heat: #a34a00; --on: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1318; --text: #e6e9ed; --quiet: #9aa4af; --line: #2d343c; --panel: #171c22;
    --accent: #7ab8f5; --heat: #f0a04b; --on: #101010;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem 1rem 4rem; max-width: 68rem;
  background: var(--ground); color: var(--text);
  font: 16px/1.55 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
p, dd { max-width: 44rem; }
p { margin: .5rem 0; }
a { color: var(--accent); }
.quiet { color: var(--quiet); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--quiet); padding-bottom: .25rem; }
th, td { text-align: right; padding: .35rem .8rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
td small { display: block; color: var(--quiet); }
.row { display: flex; flex-wrap: wrap; gap: 1.5rem 2rem; }
figure { margin: 0; min-width: 0; max-width: 100%; }
.row figure { flex: 0 1 20.5rem; }
figcaption { color: var(--quiet); font-size: .9rem; }
.plot { display: block; max-width: 100%; height: auto; font-size: 13px; }
.plot text { fill: var(--text); }
.plot .small { font-size: 11px; }
.plot .middle { text-anchor: middle; }
.plot .end { text-anchor: end; }
.plot .grid { stroke: var(--line); }
.plot .whisker { stroke: var(--accent); stroke-width: 3; stroke-opacity: .45; }
.plot .mark, .plot .bar { fill: var(--accent); }
.plot .heat { fill: var(--heat); }
.plot .self { fill: var(--line); }
.plot .ground { fill: var(--panel); stroke: var(--line); }
.plot text.on { fill: var(--on); }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 1rem; padding: 0; list-style: none; }
.gallery figure { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.gallery figcaption { padding: .4rem .6rem .5rem; overflow-wrap: anywhere; }
.gallery strong { color: var(--text); display: block; }
.adversarial { display: block; width: 100%; height: auto; image-rendering: pixelated; }
.seen { position: relative; }
.seen svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.ring { fill: none; stroke: #ffffff; stroke-width: 6; vector-effect: non-scaling-stroke; }
.ring.inner { stroke: #d4006a; stroke-width: 3; }
dt { font-weight: 600; margin-top: .75rem; }
dd { margin: 0; }
th.words, td.words { text-align: left; white-space: normal; min-width: 16rem; }
summary { cursor: pointer; }
.operation { border-top: 1px solid var(--line); margin-top: 1.5rem; padding-top: .5rem; }
code { font: .9em ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
`;
