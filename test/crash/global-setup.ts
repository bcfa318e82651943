import type { TestProject } from 'vitest/node';
import { buildProduct } from './build.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of the compiled product and the harness's processes. */
    crashBuild: string;
  }
}

/** Compiles what the crash tests run: real processes need real programs. */
export default function setup(project: TestProject): void {
  project.provide('crashBuild', buildProduct());
}
