// For tests beside this folder, whose packages are here.
export { WebSocketServer } from 'ws';
