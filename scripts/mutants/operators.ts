/** A place in a source where an operator makes another program. */
export interface Mutant {
  readonly operator: string;
  /** Where the replaced text begins and ends. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

interface Operator {
  readonly name: string;
  readonly pattern: RegExp;
  /** The text in place of the match; null for none here. */
  readonly replace: (match: RegExpExecArray) => string | null;
}

function swap(name: string, pattern: RegExp, pairs: Readonly<Record<string, string>>): Operator {
  return { name, pattern, replace: ([found]) => found.replace(found.trim(), pairs[found.trim()]!) };
}

const OPERATORS: readonly Operator[] = [
  swap("arithmetic", / [+\-*/] /g, { "+": "-", "-": "+", "*": "/", "/": "*" }),
  swap("assignment", / [+\-*]= /g, { "+=": "-=", "-=": "+=", "*=": "/=" }),
  swap("boundary", / (?:<=|>=|<|>) /g, { "<": "<=", "<=": "<", ">": ">=", ">=": ">" }),
  swap("equality", / [!=]= /g, { "==": "!=", "!=": "==" }),
  swap("logic", / (?:&&|\|\|) /g, { "&&": "||", "||": "&&" }),
  swap("bits", / (?:<<|>>>|>>|&|\||\^) /g, {
    "<<": ">>",
    ">>": "<<",
    ">>>": "<<",
    "&": "|",
    "|": "&",
    "^": "&",
  }),
  swap("step", /\+\+|--/g, { "++": "--", "--": "++" }),
  swap("bound", /\b(?:min|max)(?=\()/g, { min: "max", max: "min" }),
  swap("truth", /\b(?:true|false)\b/g, { true: "false", false: "true" }),
  {
    name: "constant",
    pattern: /(?<![\w.])\d[\d_]*(?:\.\d+)?(?![\w.])/g,
    replace: ([digits]) => {
      const value = Number(digits.replaceAll("_", ""));
      return digits.includes(".") ? (value + 1).toFixed(digits.split(".")[1]!.length) : String(value + 1);
    },
  },
  { name: "condition", pattern: /\bif \((?=[^\n]*\) )/g, replace: () => "if (false && " },
  {
    name: "arguments",
    pattern: /\b(\w+)\(([\w.]+), ([\w.]+)\)/g,
    replace: ([, name, first, second]) =>
      first === second || ["min", "max"].includes(name!) ? null : `${name}(${second}, ${first})`,
  },
  {
    name: "statement",
    pattern:
      /(?<=^ +)(?!let |const |return\b|break|continue|import |export |else|for |if |while |do )[\w<][^\n{}]*;(?= *$)/gm,
    replace: () => ";",
  },
];

/** The source with comments, strings and imports blanked, so that positions stay. */
function code(source: string): string {
  const blank = (text: string) => text.replaceAll(/[^\n]/g, " ");
  return source
    .replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, blank)
    .replaceAll(/^(?:import|export) (?:\{[\s\S]*?\}|\*) from [^\n]*$/gm, blank)
    .replaceAll(/"[^"\n]*"/g, blank);
}

/** Every mutant that the fixed operators make of an AssemblyScript source. */
export function mutantsOf(source: string): Mutant[] {
  const text = code(source);
  return OPERATORS.flatMap(({ name, pattern, replace }) =>
    [...text.matchAll(pattern)].flatMap((match): Mutant[] => {
      const replacement = replace(match);
      const start = match.index;
      return replacement === null
        ? []
        : [{ operator: name, start, end: start + match[0].length, replacement }];
    }),
  );
}

/** The source with one mutant in it. */
export function applyMutant(source: string, { start, end, replacement }: Mutant): string {
  return source.slice(0, start) + replacement + source.slice(end);
}

/** The line of a mutant, from 1. */
export function lineOf(source: string, { start }: Mutant): number {
  return source.slice(0, start).split("\n").length;
}
