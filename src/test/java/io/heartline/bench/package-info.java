/** What is measured, not tested: programs to be run by hand, see each one's own words. */
package io.heartline.bench;
