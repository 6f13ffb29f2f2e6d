import type { Raster } from "../image/raster.ts";
import { KernelMemoryError } from "../kernel/memory.ts";
import type { SearchSettings } from "../kernel/search-settings.ts";
import type { Classifier } from "../model/classifier.ts";
import { type AttackOracle, createOracle, OracleError } from "../oracle/create-oracle.ts";
import type { TieAllowance } from "../oracle/tie-allowance.ts";
import { OptionError } from "./options/options.ts";
import type { FixedSettings } from "./options/settings.ts";
import type { SearchOptions } from "./search.ts";

/** An image under attack, and what every attack on it needs. */
export interface AttackContext {
  readonly classifier: Classifier;
  readonly kernelModule: WebAssembly.Module;
  /** The image to attack, in the classifier's size and channels. */
  readonly image: Raster;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: SearchOptions["onProgress"];
  readonly pause?: SearchOptions["pause"];
}

/** An attack context with the near-tie allowance that its searches share. */
export interface LimitedContext extends AttackContext {
  readonly ties: TieAllowance;
}

export interface OracleSettings extends Pick<FixedSettings, "pixels" | "budget" | "engine"> {
  readonly search: SearchSettings;
}

/**
 * Makes kernel and oracle for one search.
 * @param clean onnxruntime's prediction for the unchanged image
 * @throws OptionError if the option `engine` cannot be honoured, or the options need too much memory
 */
export async function oracleFor(
  { classifier, kernelModule, image, ties }: LimitedContext,
  settings: OracleSettings,
  clean: Float32Array,
): Promise<AttackOracle> {
  try {
    return await createOracle({ classifier, module: kernelModule, image, ...settings, clean, ties });
  } catch (error) {
    if (error instanceof KernelMemoryError) {
      throw new OptionError(
        "search",
        "needs more memory for an image of this size than an attack may use. Use search=sparse-rs, or lower budget, population or pixels.",
        error,
      );
    }
    if (!(error instanceof OracleError)) throw error;
    throw new OptionError(
      "engine",
      `cannot be "${settings.engine}": the model ${error.message}. Omit it${classifier.remote ? "" : ", or use engine=onnxruntime"}.`,
      error,
    );
  }
}

/** The context of a search that follows others: its progress includes their queries. */
export function afterQueries(context: LimitedContext, queries: number): LimitedContext {
  const { onProgress } = context;
  if (!onProgress) return context;
  return {
    ...context,
    onProgress: (progress) => onProgress({ ...progress, queries: queries + progress.queries }),
  };
}
