/**
 * Draws what one changed pixel does to every layer of the default classifier, as the kernel finds it, to
 * docs/dirty-region.svg. Usage: npm run draw-dirty-region
 */
import { writeFileSync } from "node:fs";
import * as program from "../assembly/inference/program.ts";
import { evaluationImage } from "../src/core/audit/evaluation-set.ts";
import { createInference } from "../src/core/kernel/inference.ts";
import { instantiate } from "../src/core/kernel/instance.ts";
import { evaluationFile, kernelModule, nodeRegistry } from "../src/node/services.ts";

const PIXEL = { x: 13, y: 18, colour: 0xff00ff };
const SIDE = 128;
const GAP = 18;
const CAPTION = 40;
const COLUMNS = 5;

/** One tensor, and which of its positions a query computes again. */
interface Panel {
  readonly title: string;
  readonly height: number;
  readonly width: number;
  readonly dirty: ReadonlySet<number>;
}

/** Asks the kernel about one changed pixel and reads, before the clean state is put back, what is dirty. */
async function panels(): Promise<Panel[]> {
  const { default: classifier } = nodeRegistry();
  const compiled = await classifier.compile();
  if ("unsupported" in compiled) throw new Error(`The model ${compiled.unsupported}.`);
  const { plan } = compiled;
  const wasm = instantiate(kernelModule());
  const arena = wasm.reserve(0);
  const { image } = evaluationImage(evaluationFile(), 0);
  createInference(wasm, plan, image, classifier.manifest.input, 1);
  const room = plan.room(1);
  const words = new Int32Array(wasm.memory.buffer, arena, room.bytes / 4);
  words.set([PIXEL.y * image.width + PIXEL.x, PIXEL.colour], room.candidatesOffset / 4);
  wasm.infer(1, 1);

  const field = (at: number, name: number): number => words[(at + name) / 4]!;
  return plan.tensors
    .map(({ name, height, width }, i): Panel => {
      const tensor = field(0, program.HEADER_TENSORS) + i * program.TENSOR_BYTES;
      const first = field(tensor, program.TENSOR_POSITIONS) / 4;
      const positions = words.subarray(first, first + field(tensor, program.TENSOR_COUNT));
      const dirty = new Set(
        Array.from(positions, (position) => (position >>> 16) * width + (position & 0xffff)),
      );
      // Exporters name a node by the path to its module.
      const title = name.replace(/^\/(stages\/)?/, "").replace(/(\/\w+\.\d+)?\/Conv$/, "");
      return { title, height, width, dirty };
    })
    .filter(({ height, width }) => height * width > 1);
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function draw({ title, height, width, dirty }: Panel, place: number): string {
  const left = GAP + (place % COLUMNS) * (SIDE + GAP);
  const top = GAP + Math.floor(place / COLUMNS) * (SIDE + CAPTION + GAP);
  const cell = SIDE / Math.max(width, height);
  const cells = [...dirty]
    .sort((a, b) => a - b)
    .map((at) => `M${(at % width) * cell} ${Math.floor(at / width) * cell}h${cell}v${cell}h-${cell}z`);
  const lines = Array.from({ length: Math.max(width, height) + 1 }, (_, i) => [
    i <= width ? `M${i * cell} 0v${height * cell}` : "",
    i <= height ? `M0 ${i * cell}h${width * cell}` : "",
  ]).flat();
  const total = (height * width).toLocaleString("en");
  return `<g transform="translate(${left} ${top})">
<rect width="${width * cell}" height="${height * cell}" class="clean"/>
<path class="dirty" d="${cells.join("")}"/>
<path class="grid" d="${lines.join("")}"/>
<text y="${SIDE + 15}" class="title">${escaped(title)}</text>
<text y="${SIDE + 30}">${dirty.size} of ${total}</text>
</g>`;
}

const drawn = await panels();
const width = GAP + COLUMNS * (SIDE + GAP);
const height = GAP + Math.ceil(drawn.length / COLUMNS) * (SIDE + CAPTION + GAP);
const description =
  "One grid a layer. The positions that are computed again grow from one pixel of the image by a ring " +
  "with every 3 by 3 convolution, and halve in width with every stride of two.";
writeFileSync(
  "docs/dirty-region.svg",
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="t d">
<title id="t">What one changed pixel changes, layer by layer</title>
<desc id="d">${description}</desc>
<style>
text { font: 11px system-ui, sans-serif; fill: #333 }
.title { font-weight: 600; fill: #000 }
.clean { fill: #f2f4f7 }
.dirty { fill: #12508f }
.grid { stroke: #fff; stroke-width: .5; fill: none }
</style>
<rect width="${width}" height="${height}" fill="#fff"/>
${drawn.map(draw).join("\n")}
</svg>
`,
);
