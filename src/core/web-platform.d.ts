/**
 * The parts of the web platform that the library uses: Node, browsers and workerd all have them. The project in
 * this folder (tsconfig.json) is compiled with only these and ECMAScript, so a global of one host is an
 * error. Hosts have their own, more complete types.
 */

declare class AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  static timeout(milliseconds: number): AbortSignal;
}

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}

declare class URL {
  constructor(url: string);
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
}

declare const console: {
  error(...values: unknown[]): void;
};

/** Base64 to a string with one character per byte, and back. */
declare function atob(base64: string): string;
declare function btoa(bytes: string): string;

declare class DecompressionStream {
  constructor(format: "deflate" | "deflate-raw" | "gzip");
  readonly readable: {
    getReader(): {
      read(): Promise<{ done: true; value?: undefined } | { done: false; value: Uint8Array<ArrayBuffer> }>;
      cancel(): Promise<void>;
    };
  };
  readonly writable: {
    getWriter(): { write(bytes: Uint8Array): Promise<void>; close(): Promise<void> };
  };
}

type BufferSource = ArrayBuffer | ArrayBufferView;

declare namespace WebAssembly {
  type Imports = Record<string, Record<string, unknown>>;
  class Module {
    constructor(bytes: BufferSource);
  }
  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Record<string, unknown>;
  }
  class Memory {
    readonly buffer: ArrayBuffer;
  }
  class Global {
    value: number;
  }
  class RuntimeError extends Error {}
  // A variable, because src/core/model/runtime.ts replaces it while onnxruntime-web starts.
  let instantiate: (
    source: BufferSource | Module,
    imports?: Imports,
  ) => Promise<{ module: Module; instance: Instance }>;
}
