package io.heartline.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Any text of whole characters as one part of a channel's name, between colons. No two texts have
 * the same part, and no part has a colon in it.
 *
 * <p>Characters that a channel name may not contain, the colon, and {@code #} itself are written as
 * {@code #} and two hex digits per UTF-8 byte: {@code ann@example.com} is
 * {@code ann#40example.com}. A part that would be longer than {@value #MAX_LENGTH} characters is
 * {@code ##} and the SHA-256 of the text's UTF-8 in base64url.
 */
public final class ChannelPart {
  /** The longest part, in characters. */
  public static final int MAX_LENGTH = 250;

  private static final String HASHED = "##";
  private static final String HEX = "0123456789ABCDEF";

  private ChannelPart() {}

  /** Returns a text as it is written in channels. */
  public static String of(String text) {
    String escaped = escaped(text, false);
    return escaped.length() <= MAX_LENGTH ? escaped : hashed(text);
  }

  /**
   * Returns the text that a part stands for; null if it is none, or if it is a hash, from which the
   * text cannot be told.
   */
  public static @Nullable String text(String part) {
    if (part.length() > MAX_LENGTH || isHash(part)) {
      return null;
    }
    if (part.indexOf('#') < 0) {
      return part;
    }
    ByteBuffer bytes = ByteBuffer.allocate(part.length());
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      if (c != '#') {
        bytes.put((byte) c);
        continue;
      }
      int high = i + 2 < part.length() ? HEX.indexOf(part.charAt(i + 1)) : -1;
      int low = i + 2 < part.length() ? HEX.indexOf(part.charAt(i + 2)) : -1;
      if (high < 0 || low < 0) {
        return null;
      }
      bytes.put((byte) (high << 4 | low));
      i += 2;
    }
    try {
      String text = UTF_8.newDecoder().decode(bytes.flip()).toString();
      return part.equals(of(text)) ? text : null; // the same text may be written in one way only
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Returns whether a part is the hash of a long text. */
  public static boolean isHash(String part) {
    return part.startsWith(HASHED);
  }

  /** @param colons whether these stay as they are */
  static String escaped(String text, boolean colons) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(UTF_8)) {
      char c = (char) (b & 0xff);
      if (c != '#' && (colons || c != ':') && ChannelName.allowed(c)) {
        escaped.append(c);
      } else {
        escaped.append('#').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
      }
    }
    return escaped.toString();
  }

  static String hashed(String text) {
    try {
      return HASHED
          + Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is missing, although every Java has it", e);
    }
  }
}
