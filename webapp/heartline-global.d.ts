// Types for pages that load heartline.js by a script tag:
//
//   /// <reference types="heartline/global" />
import type { Heartline as Door } from './heartline';

declare global {
  const Heartline: typeof Door;
  type Heartline = Door;
}

export {};
