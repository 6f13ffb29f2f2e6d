import { html, raw } from "hono/html";
import type { ImageOutcome } from "../../core/audit/outcome.ts";
import type { AuditReport, ReportRow } from "../../core/audit/report.ts";
import type { AuditStatistics } from "../../core/audit/statistics/statistics.ts";
import { type Proportion, proportion } from "../../core/audit/statistics/wilson.ts";
import type { Raster } from "../../core/image/raster.ts";
import { element, writeSvg } from "../svg.ts";
import { type Html, webPage } from "../web-page.ts";
import { adversarialUrl } from "./adversarial.ts";
import type { Frame } from "./frame.ts";
import { densityPlot, matrixPlot, queriesPlot, sharesPlot } from "./plot.ts";
import { shownLabels } from "./shown-labels.ts";
import { interval, number, percent, pixelsName, settingsWords } from "./words.ts";

/**
 * The evidence page of a model: the figures behind its badge, what they mean, and how to get them again.
 * @param imageAt the unchanged image of an index, in the model's size
 */
export function evidencePage(report: AuditReport, frame: Frame, imageAt: (index: number) => Raster): Html {
  const { model } = report;
  return webPage(
    `How easily is ${model.title} fooled?`,
    html`<h1>How easily is ${model.title} fooled?</h1>
<p><img src="${frame.badge}" alt="The badge of ${model.id}" height="20"></p>
${frame.isSelfReported ? selfReported(report) : ""}
<p>An attacker who sees only the classifier’s probabilities changes a few pixels of an image until the predicted label is wrong. This audit attacked ${frame.images}, ${report.targeted ? "at every other label" : "towards any wrong label"}.</p>
<ul>${report.rows.map((row) => html`<li>${verdict(row)}</li>`)}</ul>
${figures(report)} ${ratePlots(report)} ${report.rows.map((row) => details(row, report, imageAt))}
${meaning(report)} ${provenance(report, frame)}`,
  );
}

const selfReported = ({ images }: AuditReport) =>
  "labelledBy" in images
    ? html`<p><strong>Self-reported.</strong> The labels are what ${images.labelledBy} predicts on the unchanged images, not what a person sees in them, so that it gets all of them right. A rate says how easily its predictions change.</p>`
    : html`<p><strong>Self-reported.</strong> The images were chosen by whoever ran this audit, and nobody else has checked the figures. They do not follow the protocol for published badges.</p>`;

/** The page of a model that nobody has audited yet. */
export function notAuditedPage(model: { readonly id: string; readonly title: string }): Html {
  return webPage(
    `${model.title}: not audited`,
    html`<h1>${model.title}: not audited</h1>
<p>There are no figures for this classifier yet. To measure them, run</p>
<pre><code>npm run audit -- --model ${model.id} --pixels 1,3,5</code></pre>
<p>or send an audit to <code>POST /v1/audits</code>. To attack a single image now, use
<code>POST /v1/attack?model=${model.id}</code>.</p>`,
  );
}

function verdict({ pixels, statistics: { fooled } }: ReportRow): Html {
  return html`With <strong>${pixelsName(pixels)}</strong>, <strong>${percent(fooled.rate)}</strong> of
${number(fooled.n)} correctly classified images were fooled (95 % interval ${interval(fooled)}).`;
}

function shareCell(share: Proportion): Html {
  return html`<td>${percent(share.rate)}<small>${interval(share)}</small><small>${number(share.count)} of ${number(share.n)}</small></td>`;
}

function figures({ rows, minimalPixels }: AuditReport): Html {
  return html`<h2>The figures</h2>
<p>Each rate is shown with its 95 % interval and the counts behind it.</p>
<div class="scroll" tabindex="0" role="region" aria-label="The figures">
<table>
<thead><tr><th scope="col">pixels</th><th scope="col">classified correctly</th><th scope="col">fooled</th>
<th scope="col">certified</th><th scope="col">queries to fool</th><th scope="col">confidence when fooled</th></tr></thead>
<tbody>${rows.map(({ pixels, statistics: { accuracy, fooled, certified, queries, confidence, failed } }) => {
    const cost = queries.fooled;
    return html`<tr><th scope="row">${pixels}${failed > 0 ? html`<small>${failed} failed</small>` : ""}</th>
${shareCell(accuracy)} ${shareCell(fooled)} ${shareCell(certified)}
<td>${cost ? html`median ${number(cost.median)}<small>mean ${number(cost.mean)}, 90 % within ${number(cost.percentile90)}</small><small>n = ${number(cost.n)}</small>` : "–"}</td>
<td>${confidence ? html`mean ${percent(confidence.mean)}<small>median ${percent(confidence.median)}</small><small>n = ${number(confidence.n)}</small>` : "–"}</td></tr>`;
  })}</tbody>
</table>
</div>
<p>The fewest pixels that fooled an image, of the n = ${number(minimalPixels.n)} that were classified correctly:
${minimalPixels.counts.map(([pixels, images]) => html`${pixelsName(pixels)}: ${number(images)}; `)} not fooled: ${number(minimalPixels.survived)}.</p>`;
}

const none = proportion(0, 0);

/** The shares of a label, of none where no image has it. */
const classOf = ({ byClass }: AuditStatistics, label: number) =>
  byClass.find((one) => one.label === label) ?? { accuracy: none, fooled: none };

function ratePlots(report: AuditReport): Html {
  const {
    rows,
    model: { labels },
  } = report;
  const shown = shownLabels(report);
  const rates = rows.map(({ pixels, statistics }) => ({
    name: pixelsName(pixels),
    share: statistics.fooled,
  }));
  return html`<h2>Fooled, by pixels and by class</h2>
<div class="row">
<figure>${raw(sharesPlot("Fooled rate by pixels", rates))}
<figcaption>All classes. A dot is the rate, the line its interval.</figcaption></figure>
${rows.map(({ pixels, statistics }) => {
  const classes = shown.map((label) => ({
    name: labels[label]!,
    share: classOf(statistics, label).fooled,
  }));
  return html`<figure>${raw(sharesPlot(`Fooled rate by class with ${pixelsName(pixels)}`, classes))}
<figcaption>${pixelsName(pixels)}, by true class.</figcaption></figure>`;
})}
</div>
<div class="scroll" tabindex="0" role="region" aria-label="Fooled, by class">
<table>
<caption>The same in numbers${shown.length < labels.length ? `, for the ${number(shown.length)} of ${number(labels.length)} classes that occur` : ""}</caption>
<thead><tr><th scope="col">class</th><th scope="col">classified correctly</th>${rows.map(
    ({ pixels }) => html`<th scope="col">fooled by ${pixelsName(pixels)}</th>`,
  )}</tr></thead>
<tbody>${shown.map(
    (
      label,
    ) => html`<tr><th scope="row">${labels[label]}</th>${shareCell(classOf(rows[0]!.statistics, label).accuracy)}
${rows.map(({ statistics }) => shareCell(classOf(statistics, label).fooled))}</tr>`,
  )}</tbody>
</table>
</div>`;
}

/** The rows and columns of some labels, with the cells that are empty. */
function submatrix(matrix: AuditStatistics["matrix"], labels: readonly number[]): number[][] {
  const counts = new Map(matrix.map(([from, to, attacks]) => [`${from} ${to}`, attacks]));
  return labels.map((from) => labels.map((to) => counts.get(`${from} ${to}`) ?? 0));
}

function details(row: ReportRow, report: AuditReport, imageAt: (index: number) => Raster): Html {
  const { model } = report;
  const shown = shownLabels(report);
  const names = shown.map((label) => model.labels[label]!);
  const { matrix, density, queries, fooled, targets } = row.statistics;
  const name = pixelsName(row.pixels);
  return html`<h2>With ${name}</h2>
${
  targets
    ? html`<p>${percent(targets.reached.rate)} of ${number(targets.reached.n)} attacks reached their target
(95 % interval ${interval(targets.reached)}); an image could be turned into ${number(targets.labelsReached?.mean ?? 0)} other labels on average.</p>`
    : ""
}
<div class="row">
<figure>${raw(matrixPlot(`Which class became which with ${name}`, names, submatrix(matrix, shown)))}
<figcaption>From the row’s class to the column’s: successful attacks, n = ${number(queries.fooled?.n ?? 0)}.</figcaption></figure>
<figure>${raw(densityPlot(`Where the fooling pixels lie with ${name}`, density))}
<figcaption>Positions of the fooling pixels in the image; darker areas have more of them. n = ${number(density.counts.reduce((sum, count) => sum + count, 0))} pixels.</figcaption></figure>
<figure>${raw(queriesPlot(`Queries to fool with ${name}`, queries.histogram))}
<figcaption>Successful attacks by number of queries, n = ${number(queries.fooled?.n ?? 0)}.</figcaption></figure>
</div>
<h3>Fooled images</h3>
<p class="quiet">${
    row.gallery.length === 0
      ? "None."
      : `The first ${row.gallery.length} fooled images of the set, nobody’s choice. ${number(fooled.count)} were fooled in all. Rings mark the changed pixels.`
  }</p>
<ul class="gallery">${row.gallery.map((one) => html`<li>${shownImage(one, imageAt(one.index), model)}</li>`)}</ul>`;
}

function shownImage(
  shown: ImageOutcome,
  image: Raster,
  { labels, width, height }: AuditReport["model"],
): Html {
  const [from, to] = [labels[shown.label], labels[shown.newLabel ?? shown.label]];
  return html`<figure><div class="seen"><img class="adversarial" src="${adversarialUrl(image, shown.changed)}" width="${width}" height="${height}"
alt="Image ${shown.index}, ${from} classified as ${to}">${raw(rings(shown, width, height))}</div>
<figcaption><strong>${from} → ${to}</strong> ${percent(shown.probability)}, ${number(shown.queries)} queries<br>
${shown.changed.map(({ x, y, from: before, to: after }) => html`(${x}, ${y}) ${before} → ${after}<br>`)}image ${shown.index}</figcaption></figure>`;
}

function rings({ changed }: ImageOutcome, width: number, height: number): string {
  const radius = Math.max(width, height) / 18;
  const circles = changed.flatMap(({ x, y }) =>
    ["ring", "ring inner"].map((name) =>
      element("circle", { cx: x + 0.5, cy: y + 0.5, r: radius, class: name }),
    ),
  );
  return writeSvg(element("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, ...circles));
}

function meaning({ targeted }: AuditReport): Html {
  return html`<h2>What this means</h2>
<dl>
<dt>Fooled</dt>
<dd>The search found pixels, in 8-bit colours, with which the classifier predicts ${targeted ? "the target" : "a wrong label"}, and the saved image was classified again to confirm it. Only images that were classified correctly are counted: the others need no attack.</dd>
<dt>Interval</dt>
<dd>The images are a sample. If many such samples were audited in the same way, about 95 of 100 such intervals (Wilson’s) would contain the rate of all images of this kind. With fewer than 100 images the badge shows no grade.</dd>
<dt>Survived</dt>
<dd>This search found nothing within its budget. This does not prove that no such pixels exist.</dd>
<dt>Certified</dt>
<dd>Every pixel was set to each of the corner colours (every channel 0 or 255), one at a time, and none of these
images fools the classifier. Other colours were not tried.</dd>
<dt>Queries</dt>
<dd>The number of images that were classified until one fooled the classifier. Percentiles are interpolated.</dd>
</dl>`;
}

function provenance(report: AuditReport, { command, images, json }: Frame): Html {
  const { model, date, rows } = report;
  return html`<h2>How to repeat it</h2>
${
  command
    ? html`<p>The same command gives the same figures, to the last digit, on any machine:</p>
<pre><code>${command}</code></pre>`
    : html`<p>The images of this audit are not stored here. The same images and settings give the same figures, to the last digit.</p>`
}
<dl>
<dt>Model</dt><dd>${model.id}, ${model.remote ? html`asked at <code>${model.remote.url}</code> (${model.remote.protocol}), its description with the` : ""} SHA-256 <code>${model.sha256}</code></dd>
<dt>Images</dt><dd>${images}</dd>
<dt>Date</dt><dd><time datetime="${date}">${date}</time></dd>
${rows.map((row) => html`<dt>Settings with ${pixelsName(row.pixels)}</dt><dd><code>${settingsWords(row).join(" ")}</code></dd>`)}
</dl>
<p><a href="${json}">The same figures as JSON</a></p>`;
}
