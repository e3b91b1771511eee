package io.heartline.store.redis.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.store.window.IdKey;
import java.util.HexFormat;

/** What goes to Redis, as bytes. */
final class Texts {
  private static final HexFormat HEX = HexFormat.of();

  private Texts() {}

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  static String hex(IdKey id) {
    return HEX.toHexDigits(id.high()) + HEX.toHexDigits(id.low());
  }
}
