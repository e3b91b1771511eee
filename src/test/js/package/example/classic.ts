/// <reference types="heartline/global" />
// A page that loads heartline.js by a script tag.
const line: Heartline = new Heartline('/heartline/line');
Heartline.heartCheck(() => null).stop();
line.close();
