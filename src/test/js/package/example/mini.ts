import { Heartline } from 'heartline';
import { overWx } from 'heartline/wx';

declare const wx: Parameters<typeof overWx>[0];
new Heartline('wss://app.example.com/heartline/line', overWx(wx, { header: () => ({ Authorization: 'Bearer mine' }) }));
