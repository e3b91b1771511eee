/**
 * A small shop: the web application beside Heartline to which people log in by the container's form
 * login. It knows nothing of Heartline.
 */
package io.heartline.container.shop;
