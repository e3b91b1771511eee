package io.heartline.store.window;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.engine.Draft;
import io.heartline.model.ChannelName;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A publisher's id in a channel, as half of the SHA-256 of all three: its size does not depend on
 * the id's length, and nobody can find two ids with the same key.
 */
public record IdKey(long high, long low) {
  /** Returns the key of a draft's id; null if it has none. */
  public static @Nullable IdKey of(Draft draft) {
    String id = draft.id();
    if (id == null) {
      return null;
    }
    String publisher = draft.publisher();
    return of(draft.channel(), publisher == null ? id : publisher + '\n' + id);
  }

  private static IdKey of(ChannelName channel, String id) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(channel.text().getBytes(UTF_8));
      sha.update((byte) 0); // no channel name contains it
      ByteBuffer hash = ByteBuffer.wrap(sha.digest(id.getBytes(UTF_8)));
      return new IdKey(hash.getLong(), hash.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Returns its 32 hexadecimal digits. */
  public String hex() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(high) + hex.toHexDigits(low);
  }
}
