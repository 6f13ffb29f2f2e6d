/** The shell steps of action.yml, run one after the other as a runner runs them, on a repository of their own. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { openModel } from "../src/node/open-model.ts";
import { type Foreign, foreignOnnx } from "./support/foreign-model.ts";
import { writePhotos } from "./support/photos.ts";

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

const action = parse(readFileSync("action.yml", "utf8")) as Action;
const root = mkdtempSync(join(tmpdir(), "onepixel-action-"));
const workspace = join(root, "workspace");
const usual: Foreign = { channels: 1, side: 8, layout: "NCHW", batch: "N", softmax: false, range: 1 };
const git = (...args: string[]) =>
  execFileSync("git", args, { cwd: workspace, encoding: "utf8", stdio: "pipe" });

/** The comments of pull request 7, as GitHub's API keeps them. */
const comments: { id: number; body: string }[] = [];
let mayWrite = true;
const github = createServer(async (request, response) => {
  let text = "";
  for await (const chunk of request) text += chunk;
  const send = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
  const path = (request.url ?? "").split("?")[0];
  if (request.headers.authorization !== "Bearer t0ken") return send(401, { message: "Bad credentials" });
  if (request.method === "GET" && path === "/repos/me/mine/issues/7/comments") return send(200, comments);
  if (!mayWrite) return send(403, { message: "Resource not accessible by integration" });
  const { body } = JSON.parse(text) as { body: string };
  if (request.method === "POST" && path === "/repos/me/mine/issues/7/comments") {
    comments.push({ id: comments.length + 1, body });
    return send(201, comments.at(-1));
  }
  const known = comments.find(({ id }) => path === `/repos/me/mine/issues/comments/${id}`);
  if (request.method !== "PATCH" || !known) return send(404, { message: "Not Found" });
  known.body = body;
  return send(200, known);
});

beforeAll(async () => {
  github.listen(0, "127.0.0.1");
  await once(github, "listening");
  mkdirSync(workspace);
  execFileSync("git", ["init", "--quiet", "--bare", join(root, "origin.git")]);
  git("init", "--quiet", "--initial-branch", "main");
  git("config", "user.name", "Test");
  git("config", "user.email", "test@example.com");
  git("remote", "add", "origin", join(root, "origin.git"));
  writeFileSync(join(workspace, "labels.txt"), "day\nnight\nship\n");
  // The robust model first: the pull request makes it fragile.
  const model = join(workspace, "model.onnx");
  writeFileSync(model, new Uint8Array(foreignOnnx({ ...usual, pool: "average" })));
  await writePhotos(
    join(workspace, "robust"),
    await openModel(model, { normalise: "0-1", labels: ["day", "night", "ship"] }),
    30,
  );
  const fragile = join(root, "fragile.onnx");
  writeFileSync(fragile, new Uint8Array(foreignOnnx(usual)));
  await writePhotos(
    join(workspace, "fragile"),
    await openModel(fragile, { normalise: "0-1", labels: ["day", "night", "ship"] }),
    30,
  );
  git("add", ".");
  git("commit", "--quiet", "-m", "A classifier");
});
afterAll(() => {
  github.close();
  rmSync(root, { recursive: true });
});

interface Event {
  readonly ref: string;
  readonly event: object;
}

/** Runs the shell steps until one fails. @returns each step's exit code and output, and the job's summary */
async function runAction(inputs: Readonly<Record<string, string>>, { ref, event }: Event) {
  const temp = mkdtempSync(join(root, "temp-"));
  const files = {
    event: join(temp, "event.json"),
    summary: join(temp, "summary.md"),
    output: join(temp, "output"),
  };
  writeFileSync(files.event, JSON.stringify(event));
  writeFileSync(files.summary, "");
  const outputs = new Map<string, string>();
  const evaluate = (expression: string): string => {
    const [kind, name, , output] = expression.split(".");
    if (kind === "inputs") return inputs[name!] ?? valueIn(action.inputs[name!]!.default ?? "");
    if (kind === "steps") return outputs.get(`${name}.${output}`) ?? "";
    if (expression === "github.token") return "t0ken";
    throw new Error(`this test does not know the expression ${expression}`);
  };
  const valueIn = (text: string): string =>
    text.replace(/\$\{\{ (\S+) \}\}/g, (_, expression) => evaluate(expression));
  const ran: Record<string, { code: number; out: string }> = {};
  for (const { id, run, env = {} } of action.runs.steps) {
    if (run === undefined || id === undefined) continue;
    expect(run).not.toContain("${{");
    writeFileSync(files.output, "");
    const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", run], {
      cwd: workspace,
      env: {
        PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
        HOME: root,
        ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, valueIn(value)])),
        GITHUB_ACTION_PATH: process.cwd(),
        GITHUB_API_URL: `http://127.0.0.1:${(github.address() as AddressInfo).port}`,
        GITHUB_EVENT_PATH: files.event,
        GITHUB_OUTPUT: files.output,
        GITHUB_REF: ref,
        GITHUB_REPOSITORY: "me/mine",
        GITHUB_SHA: "0123456789abcdef",
        GITHUB_STEP_SUMMARY: files.summary,
        RUNNER_TEMP: temp,
      },
    });
    let out = "";
    child.stdout.on("data", (chunk) => (out += chunk));
    child.stderr.on("data", (chunk) => (out += chunk));
    const [code] = (await once(child, "close")) as [number];
    for (const line of readFileSync(files.output, "utf8").split("\n")) {
      const at = line.indexOf("=");
      if (at > 0) outputs.set(`${id}.${line.slice(0, at)}`, line.slice(at + 1));
    }
    ran[id] = { code, out };
    if (code !== 0) break;
  }
  return { ran, summary: readFileSync(files.summary, "utf8") };
}

const inputs = {
  model: "model.onnx",
  labels: "labels.txt",
  normalise: "0-1",
  pixels: "1",
  args: "--budget\n60\n--threads\n2",
  "badge-branch": "onepixel",
};
const repository = { default_branch: "main" };
const push: Event = { ref: "refs/heads/main", event: { repository } };
const pull: Event = { ref: "refs/pull/7/merge", event: { repository, pull_request: { number: 7 } } };

test("a push to the default branch keeps its report and badge on a branch", async () => {
  const { ran, summary } = await runAction({ ...inputs, images: "robust", out: "first" }, push);
  expect(Object.values(ran).map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(ran.baseline!.out).toContain("There is no earlier report");
  expect(summary).toContain("### How easily is workspace fooled?");
  expect(comments).toEqual([]);
  git("fetch", "--quiet", "origin", "onepixel");
  expect(git("ls-tree", "--name-only", "FETCH_HEAD").split("\n").filter(Boolean)).toEqual([
    "badge.json",
    "badge.svg",
    "report.json",
  ]);
  expect(JSON.parse(git("show", "FETCH_HEAD:badge.json"))).toMatchObject({
    schemaVersion: 1,
    label: "pixel attack, self-reported",
  });
  expect(git("show", "FETCH_HEAD:report.json")).toBe(
    readFileSync(join(workspace, "first", "report.json"), "utf8"),
  );
  expect(git("status", "--short").trim()).toBe("?? first/");
});

test("a pull request that changes nothing passes, and has one comment, however often it runs", async () => {
  for (const out of ["second", "third"]) {
    const { ran } = await runAction({ ...inputs, images: "robust", out }, pull);
    expect(ran.result).toEqual({ code: 0, out: "" });
  }
  expect(comments).toHaveLength(1);
  expect(comments[0]!.body).toMatch(/^<!-- onepixel audit -->\n### How easily is workspace fooled\?/);
  expect(comments[0]!.body).toContain("no clear change");
});

test("a pull request that makes the classifier easier to fool fails, and its comment says by how much", async () => {
  const before = git("rev-parse", "FETCH_HEAD");
  cpSync(join(root, "fragile.onnx"), join(workspace, "model.onnx"));
  const { ran, summary } = await runAction({ ...inputs, images: "fragile", out: "fourth" }, pull);
  expect(ran.result).toMatchObject({
    code: 1,
    out: expect.stringContaining("::error::A threshold is broken"),
  });
  expect(comments).toHaveLength(1);
  expect(comments[0]!.body).toContain("**worse**");
  expect(summary).toContain("✗ With 1 pixel, the fooled rate may not be worse than the baseline's");
  git("fetch", "--quiet", "origin", "onepixel");
  expect(git("rev-parse", "FETCH_HEAD")).toBe(before);
  const lenient = await runAction(
    { ...inputs, images: "fragile", out: "fifth", "fail-if-worse": "false" },
    pull,
  );
  expect(lenient.ran.result!.code).toBe(0);
});

test("a pull request from a fork, whose token may not write, still has its summary and its verdict", async () => {
  mayWrite = false;
  const { ran, summary } = await runAction({ ...inputs, images: "fragile", out: "sixth" }, pull);
  mayWrite = true;
  expect(ran.comment).toMatchObject({
    code: 0,
    out: expect.stringContaining("::notice::The comment could not be written"),
  });
  expect(summary).toContain("**worse**");
  expect(ran.result!.code).toBe(1);
});

test("an input that cannot be used ends the job with what is wrong", async () => {
  const { ran, summary } = await runAction({ ...inputs, images: "nowhere", out: "seventh" }, push);
  expect(ran.audit!.out).toContain('--images "nowhere" is neither a folder');
  expect(ran.result!.code).toBe(2);
  expect(summary).toContain("ended with exit code 2");
  expect(existsSync(join(workspace, "seventh", "report.json"))).toBe(false);
});

test("the examples give the action inputs that it has, and are YAML", () => {
  const workflow = parse(readFileSync("examples/github-workflow.yml", "utf8"));
  const [, step] = workflow.jobs.audit.steps;
  expect(Object.keys(step.with).filter((name) => !(name in action.inputs))).toEqual([]);
  const { robustness } = parse(readFileSync("examples/gitlab-ci.yml", "utf8"));
  expect(robustness.script[0]).toContain("onepixel/dist/src/cli/index.js audit --model");
});
