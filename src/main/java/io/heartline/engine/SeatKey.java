package io.heartline.engine;

import io.heartline.model.User;

/**
 * Which seat: one user's at one door.
 *
 * @param door as in the settings, such as {@code user-channel}
 */
public record SeatKey(String door, User user) {}
