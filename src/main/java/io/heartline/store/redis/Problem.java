package io.heartline.store.redis;

/**
 * Why a Redis that answers cannot be used.
 *
 * @param line names the setting, and says what to do
 * @param lasting whether it stays so until somebody changes something
 */
record Problem(String line, boolean lasting) {}
