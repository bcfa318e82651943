import 'reflect-metadata';
import * as fc from 'fast-check';

// The same cases every time, so that a red run means a change of the code; PROPERTY_SEED explores others.
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 20_261_121) });
