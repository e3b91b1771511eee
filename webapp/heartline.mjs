// The same file for pages that use modules: heartline.js defines the two names, this hands them on.
import './heartline.js';

export const { Heartline, heartCheck } = globalThis;
