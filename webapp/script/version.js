/** The build puts the version of the server in here: see JoinPageScript. */
export const VERSION = '0.0.0';
