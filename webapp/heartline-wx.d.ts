// Types of heartline-wx.js, which lets Heartline run in mini programs.
import type { LifeEvents, WebSocketConstructor } from './heartline';

/** What is used of `wx`. `tt`, `swan`, `qq` and `uni` have the same calls. */
export interface MiniProgram {
  connectSocket(options: any): any;
  onAppHide?(listener: (...args: any[]) => void): void;
  onAppShow?(listener: (...args: any[]) => void): void;
  onNetworkStatusChange?(listener: (status: any) => void): void;
}

export interface OverWxOptions {
  /** Headers of the handshake, such as `{ Authorization: ... }`. A function is asked for each attempt. */
  header?: Record<string, string> | (() => Record<string, string>);
  /** Of `wx.connectSocket`, in ms. */
  timeout?: number;
}

/** Options for `new Heartline(url, options)`. Call it once and keep it, since it listens to the app's events. */
export function overWx(
  wx: MiniProgram,
  options?: OverWxOptions,
): {
  WebSocket: WebSocketConstructor;
  env: LifeEvents;
  EventSource: null;
  fetch: null;
  storage: null;
  location: null;
};
